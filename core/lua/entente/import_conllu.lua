-- import_conllu: CoNLL-U, the format of Universal Dependencies: a token a line, ten columns parted by tabs, a blank line
-- behind each sentence, lines that begin with # before it.
--
--   # newdoc id = a1          a document of its own
--   # meta::year = 2020       metadata
--   # newpar                  a paragraph
--   # sent_id = 1             these and others: attributes of a span named s
--   1-2  can't  _  _  …       the token of the text; its lemma and part of speech are those of its words, joined by +
--   1    ca     can  AUX …
--   2    n't    not  PART …
--   3.1  …                    an empty node: no token
--
-- Annotations are lemma (LEMMA) and pos (UPOS). SpaceAfter=No means no blank. "# global.columns" may say in which
-- order the columns stand. So the text of a sentence is what its line "# text =" has.

local vertical = require "entente.vertical"

local M = {}

M.ANNOTATIONS = { "lemma", "pos" }

local COLUMNS = { "ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC" }

local Reader = {}
Reader.__index = Reader

local function end_document(self)
  local document = self.document
  if not document or (document.count == 0 and not self.named) then return end
  local made = document:finish()
  made.name, made.meta, made.line = self.name, self.meta, document.line
  self.documents[#self.documents + 1] = made
end

local function begin_document(self, name, named)
  end_document(self)
  self.document, self.name, self.named, self.meta = vertical.new(M.ANNOTATIONS, self.line), name, named, {}
  self.document:marks("sentences")
  self.paragraph, self.sentence = nil, nil
end

-- What is written, or nil where the column says that there is nothing.
local function value_of(field, form)
  if field == nil or field == "" or (field == "_" and form ~= "_") then return nil end
  return field
end

-- The span s of a sentence begins with its first token.
local function add_token(self, form, values, misc)
  local document = self.document
  if not self.sentence then
    self.sentence = self.comments[1] and document:open("s", table.concat(self.comments, "\n")) or true
    self.comments = {}
  end
  document:token(form, values)
  if ("|" .. (misc or "") .. "|"):find("|SpaceAfter=No|", 1, true) then document:glue() end
end

local function end_range(self)
  local range = self.range
  if not range then return end
  self.range = nil
  add_token(self, range.form, { range.lemma[1] and table.concat(range.lemma, "+"), range.pos[1] and table.concat(range.pos, "+") },
    range.misc)
end

local function end_sentence(self)
  end_range(self)
  if type(self.sentence) == "table" then self.document:close(self.sentence) end
  if self.sentence then self.document:end_sentence() end
  self.sentence = nil
end

local function end_paragraph(self)
  if self.paragraph then self.document:close(self.paragraph) end
  self.document:end_paragraph()
  self.paragraph = nil
end

local function read_comment(self, line)
  local key, value = line:match("^#%s*([^=]-)%s*=%s*(.-)%s*$")
  key = key or line:match("^#%s*(.-)%s*$")
  if key == "newdoc" or key == "newdoc id" then
    end_sentence(self)
    if not value or value ~= self.name then begin_document(self, value, true) end -- some say it before each sentence
  elseif key == "newpar" or key == "newpar id" then
    end_sentence(self)
    end_paragraph(self)
    self.document:marks("paragraphs")
    if value then self.paragraph = self.document:open("p", vertical.attribute("id", value)) end
  elseif key:find("^meta::.") and value then
    self.meta[key:sub(7)] = value
  elseif key == "global.columns" and value then
    self.column = {}
    local number = 0
    for name in value:gmatch("%S+") do
      number = number + 1
      self.column[name] = number
    end
  elseif key ~= "text" and value then
    table.insert(self.comments, vertical.attribute(key, value))
  elseif key ~= "text" and key ~= "" then
    table.insert(self.comments, vertical.attribute("comment", key))
  end
end

local function fields_of(line)
  local fields, at = {}, 1
  while true do
    local stop = line:find("\t", at, true)
    fields[#fields + 1] = line:sub(at, (stop or 0) - 1)
    if not stop then return fields end
    at = stop + 1
  end
end

-- Whether the line could be read.
local function read_word(self, line)
  local fields, column = fields_of(line), self.column
  local id, form = fields[column.ID or 0], fields[column.FORM or 0]
  if not id or not form or form == "" then return false end
  if id:find("^%d+%.%d+$") then return true end
  local last = id:match("^%d+%-(%d+)$")
  local lemma, pos = value_of(fields[column.LEMMA or 0], form), value_of(fields[column.UPOS or 0])
  if last then
    end_range(self)
    self.range = { form = form, last = tonumber(last), misc = fields[column.MISC or 0], lemma = {}, pos = {} }
  elseif not id:find("^%d+$") then
    return false
  elseif self.range and tonumber(id) <= self.range.last then
    table.insert(self.range.lemma, lemma)
    table.insert(self.range.pos, pos)
    if tonumber(id) == self.range.last then end_range(self) end
  else
    end_range(self)
    add_token(self, form, { lemma, pos }, fields[column.MISC or 0])
  end
  return true
end

---The documents of a file.
---@param text string valid UTF-8
---@return table[]|nil documents as vertical makes them, with name (their id in the file, if they have one), meta, and line
---@return integer|nil line that cannot be read
function M.read(text)
  local self = setmetatable({ documents = {}, comments = {}, column = {}, line = 1 }, Reader)
  for number, name in ipairs(COLUMNS) do self.column[name] = number end
  begin_document(self, nil, false)
  self.line = 0
  local at = text:sub(1, 3) == "\239\187\191" and 4 or 1
  while at <= #text do
    local stop = text:find("\n", at, true) or #text + 1
    local line = text:sub(at, stop - 1):gsub("\r$", "")
    self.line = self.line + 1
    if not line:find("%S") then
      end_sentence(self)
      self.comments = {}
    elseif line:sub(1, 1) == "#" then
      read_comment(self, line)
    elseif not read_word(self, line) then
      return nil, self.line
    end
    at = stop + 1
  end
  end_sentence(self)
  end_document(self)
  return self.documents
end

return M
