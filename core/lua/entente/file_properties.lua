-- file_properties: what does a paper's file say of the paper, outside its text?
--
-- The properties of docx and odt files, which pandoc does not read, and of a JATS article what pandoc leaves
-- out. Values as they stand there, for metadata.tidy. Without unzip there are none, which is said.

local lxp = require "lxp"
local metadata = require "entente.metadata"
local system = require "entente.system"

local M = {}

local PROPERTIES = { title = "title", creator = "author", ["initial-creator"] = "author", keyword = "keywords",
                     keywords = "keywords", created = "date", ["creation-date"] = "date" }

local MEMBERS = { docx = "docProps/core.xml", odt = "meta.xml" }

---The properties in docProps/core.xml or meta.xml.
---@param path string must not begin with "-"
---@param format string
---@return table raw {} where there are none
---@return string|nil note why they could not be read
function M.of_archive(path, format)
  local member = MEMBERS[format]
  if not member then return {} end
  local ran, _, code = system.run { argv = { "unzip", "-p", path, member }, wall = 10, cpu = 10, output = 1048576 }
  if not ran and code == "io" then return {}, "its properties (title, author, year) are not read; apt-get install unzip" end
  if not ran or ran["end"] ~= "exit" or ran.code ~= 0 then return {} end
  local out, name, parts = {}, nil, nil
  local parser = lxp.new {
    StartElement = function(_, tag)
      name, parts = PROPERTIES[tag:match("[^:]*$")], {}
    end,
    CharacterData = function(_, data)
      if name then parts[#parts + 1] = data end
    end,
    EndElement = function()
      local value = name and table.concat(parts)
      if value and value ~= "" then
        if name == "keywords" and out.keywords then value = out.keywords .. ";" .. value end
        if name == "keywords" or not out[name] then out[name] = value end
      end
      name = nil
    end,
  }
  if not parser:parse(ran.out) then out = {} end
  pcall(parser.close, parser)
  if metadata.is_junk(out.title) then out.title = nil end
  if metadata.is_junk(out.author) then out.author = nil end
  return out
end

---What pandoc does not take from a JATS article's front.
---@param text string
---@return table raw
function M.of_jats(text)
  local front = text:sub(1, 65536)
  local words = {}
  for word in front:gmatch("<kwd[^>]*>([^<]*)</kwd>") do words[#words + 1] = word end
  return { date = front:match("<pub%-date.-<year[^>]*>(%d+)</year>"), keywords = words[1] and words,
           lang = front:match('<article[^>]-xml:lang="([^"]*)"') }
end

return M
