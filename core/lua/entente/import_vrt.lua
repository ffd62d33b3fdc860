-- import_vrt: vertical text: a token a line, its columns parted by tabs, and lines with a tag each.
--
--   <text id="a1" year="2020">      a document of its own, with metadata; <doc> likewise
--   <s>
--   Digital <tab> JJ <tab> digital
--   divides <tab> NNS <tab> divide
--   <g/>                            no blank between its neighbours
--   . <tab> . <tab> .
--   </s>
--   </text>
--
-- It need not be well-formed XML: tags stand on lines of their own, and elements may cross. <s>, <p>, <head> (its level:
-- the attribute `level`, else how many <div> are open) and <pb n="…"/> are read as what they are; these with
-- attributes and all others become spans. What is no tag is a token, so no line is lost.

local vertical = require "entente.vertical"

local M = {}

---The columns where none are named: those of TreeTagger's output, and usual for CWB. "-" passes one over.
M.COLUMNS = { "word", "pos", "lemma" }

local ENTITIES = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'" }

-- A code point in UTF-8; nil for a number that is none.
local function character(c)
  if not c or c < 1 or c > 0x10FFFF or (c >= 0xD800 and c < 0xE000) then return nil end
  if c < 0x80 then return string.char(c) end
  local function digit(shift) return math.floor(c / shift) % 64 + 0x80 end
  if c < 0x800 then return string.char(0xC0 + math.floor(c / 64), digit(1)) end
  if c < 0x10000 then return string.char(0xE0 + math.floor(c / 4096), digit(64), digit(1)) end
  return string.char(0xF0 + math.floor(c / 262144), digit(4096), digit(64), digit(1))
end

-- Unknown ones stay as they are written.
local function decode(text)
  if not text:find("&", 1, true) then return text end
  return (text:gsub("&(#?)([xX]?)(%w+);", function(number, hex, name)
    if number == "" then return ENTITIES[hex .. name] end
    return character(tonumber(name, hex == "" and 10 or 16))
  end))
end

-- The attributes of a tag: a table, their lines, and what cannot be read.
local function attributes_of(rest)
  local values, lines = {}, {}
  local function take(key, value)
    value = decode(value)
    values[key] = value
    lines[#lines + 1] = vertical.attribute(key, value)
    return " "
  end
  local odd = rest:gsub('([^%s="\'<>]+)%s*=%s*"([^"]*)"', take):gsub("([^%s=\"'<>]+)%s*=%s*'([^']*)'", take)
  odd = odd:match("^%s*(.-)%s*$")
  if odd ~= "" and not odd:find("=", 1, true) and not lines[1] then -- cwb-decode: <text_id a1>
    take("value", odd)
    odd = ""
  end
  return values, lines[1] and table.concat(lines, "\n"), odd ~= "" and odd or nil
end

-- ---- the reader ------------------------------------------------------------------------------

local LESS = ("<"):byte()
local DOCUMENTS = { text = true, doc = true }
local DIVISIONS = { div = true, section = true, chapter = true, part = true }

local Reader = {}
Reader.__index = Reader

-- The document that takes what comes; one is made where none is open.
local function current(self)
  if not self.document then
    self.document = vertical.new(self.names, self.line)
    self.open, self.meta, self.element = {}, {}, nil
  end
  return self.document
end

local function end_document(self)
  local document = self.document
  if not document then return end
  for _, element in ipairs(self.open) do
    document:note(element.line, ("<%s> is never closed; it ends with the document"):format(element.name))
  end
  if document.count > 0 or self.element then
    local made = document:finish()
    made.name, made.meta, made.line = self.meta.id or self.meta["xml:id"], self.meta, document.line
    for _, outer in ipairs(self.outer) do
      for key, value in pairs(outer.values) do
        if key ~= "id" and key ~= "xml:id" and self.meta[key] == nil then self.meta[key] = value end
      end
    end
    self.documents[#self.documents + 1] = made
  end
  self.document = nil
end

local function begin_document(self, name, values)
  if self.document and self.element == name then
    self.document:note(self.line, ("<%s> begins before </%s>; the one before ends here"):format(name, name))
  end
  end_document(self)
  current(self)
  self.element, self.meta = name, values
end

local function level_of(self, values)
  local level = tonumber(values.level)
  if level and level >= 1 and level % 1 == 0 then return level end
  level = 0
  for _, element in ipairs(self.open) do
    if DIVISIONS[element.name:gsub("%d$", "")] then level = level + 1 end
  end
  return math.max(1, level)
end

local function take_out(list, name)
  for i = #list, 1, -1 do
    if list[i].name == name then return table.remove(list, i) end
  end
end

-- What one of these elements means, besides that it is one.
local BEGINS = {
  s = function(document) document:end_sentence() document:marks("sentences") end,
  p = function(document) document:end_paragraph() document:marks("paragraphs") end,
}
local ENDS = {
  s = function(document) document:end_sentence() end,
  p = function(document) document:end_paragraph() end,
  head = function(document) document:close_heading() end,
}

local function close_element(document, element)
  if ENDS[element.name] then ENDS[element.name](document) end
  if element.span then document:close(element.span) end
end

local function open_tag(self, name, rest, single)
  local values, lines, odd = attributes_of(rest)
  local key = name:lower()
  if DOCUMENTS[key] and self.has_documents and not single and (not self.element or self.element == key) then
    begin_document(self, key, values)
  elseif not self.document and self.has_documents then -- around the documents
    if not single then table.insert(self.outer, { name = key, values = values, line = self.line }) end
    return
  else
    local document = current(self)
    if key == "g" and single then return document:glue() end
    if key == "s" or key == "p" or key == "head" then -- none of these holds another of its kind
      local before = take_out(self.open, key)
      if before then close_element(document, before) end
      if key == "head" then document:open_heading(level_of(self, values)) else BEGINS[key](document) end
    elseif key == "pb" then
      document:page(tonumber(values.n))
    end
    local known = BEGINS[key] or key == "head"
    local element = { name = key, line = self.line, span = (not known or lines) and document:open(name, lines) or nil }
    if single or key == "pb" then
      close_element(document, element)
    else
      table.insert(self.open, element)
    end
  end
  if odd then
    self.document:note(self.line, "a tag with what is no attribute; write key=\"value\", with &quot; for \" in a value", odd)
  end
end

local function close_tag(self, name)
  local key = name:lower()
  if self.document and self.element == key then return end_document(self) end
  local element = self.document and take_out(self.open, key)
  if element then return close_element(self.document, element) end
  if take_out(self.outer, key) then return end
  if self.document then
    self.document:note(self.line, ("</%s> closes nothing that is open; take it out"):format(name))
  end
end

-- Whether a line is markup; it is read then.
local function read_markup(self, line)
  if line:find("^<[%?!]") then return line:find(">%s*$") ~= nil end
  local name = line:match("^</([%a_\128-\255][%w_.:\128-\255-]*)%s*>%s*$")
  if name then
    close_tag(self, name)
    return true
  end
  local rest, slash
  name, rest, slash = line:match("^<([%a_\128-\255][%w_.:\128-\255-]*)(.-)(/?)>%s*$")
  if not name or (rest ~= "" and not rest:find("^%s")) then return false end
  open_tag(self, name, rest, slash == "/")
  return true
end

-- `...`: the fields of the line, and what stands behind the last that is named.
local function read_token(self, line, ...)
  local document, word, places, values = current(self), decode((select(self.word, ...))), self.places, self.values
  if word == "" then
    return document:note(self.line, "a line without a word, which is passed over; write it, or take the line out")
  end
  if line:byte() == LESS then
    document:note(self.line, "it begins with < but is no tag, and is read as a word; write &lt;", line)
  end
  for i = 1, #places do
    local value = select(places[i], ...)
    values[i] = value ~= "" and value ~= "__UNDEF__" and decode(value) or nil
  end
  document:token(word, values)
  if select(self.count + 1, ...) ~= "" then
    document:note(self.line, ("more than %d columns; name them all (columns, --columns), with - for one that is passed over")
      :format(self.count))
  end
end

---Whether a list can name columns: one of them word, each name once, of small letters, digits, - and _; "-" passes
---one over.
---@param columns string[]
---@return boolean|nil fine
---@return string|nil message
function M.check_columns(columns)
  local seen = {}
  for _, name in ipairs(columns) do
    if name ~= "-" then
      if type(name) ~= "string" or not name:find("^%l[%l%d_-]*$") or #name > 31 then
        return nil, ("%q cannot name a column: small letters, digits, - and _"):format(tostring(name))
      end
      if seen[name] then return nil, ("two columns are named %s"):format(name) end
      seen[name] = true
    end
  end
  if not seen.word then return nil, "one of the columns is named word" end
  if #columns > 24 then return nil, "more than 24 columns" end
  return true
end

local function new_reader(columns, text)
  local self = setmetatable({ places = {}, values = {}, names = {}, documents = {}, outer = {}, line = 0, count = #columns }, Reader)
  for i, name in ipairs(columns) do
    if name == "word" then
      self.word = i
    elseif name ~= "-" then
      self.names[#self.names + 1] = name
      self.places[#self.names] = i
    end
  end
  self.pattern = "^([^\t]*)" .. ("\t?([^\t]*)"):rep(#columns - 1) .. "\t?(.*)$"
  self.has_documents = false
  for _, tag in ipairs({ "<[Tt][Ee][Xx][Tt][%s>]", "<[Dd][Oo][Cc][%s>]" }) do
    self.has_documents = self.has_documents or text:find("^" .. tag) ~= nil or text:find("\n" .. tag) ~= nil
  end
  return self
end

---The documents of a file.
---@param text string valid UTF-8
---@param columns string[]|nil their names, see check_columns
---@return table[] documents as vertical makes them, with name (their id in the file, if they have one), meta, and line
function M.read(text, columns)
  local self = new_reader(columns or M.COLUMNS, text)
  local at = text:sub(1, 3) == "\239\187\191" and 4 or 1
  while at <= #text do
    local stop = text:find("\n", at, true) or #text + 1
    local last = stop - 1
    if text:byte(last) == 13 then last = last - 1 end
    self.line = self.line + 1
    local comment = text:sub(at, at + 3) == "<!--" and text:find("-->", at, true)
    if comment then
      local _, lines = text:sub(at, comment):gsub("\n", "")
      self.line = self.line + lines
      stop = text:find("\n", comment, true) or #text + 1
    elseif last >= at then
      local line = text:sub(at, last)
      if text:byte(at) ~= LESS or not read_markup(self, line) then read_token(self, line, line:match(self.pattern)) end
    end
    at = stop + 1
  end
  end_document(self)
  return self.documents
end

return M
