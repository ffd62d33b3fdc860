-- corpus_snapshot: the documents of a corpus on disk and their metadata, as one commit has them.
--
-- Lives here: the methods of a corpus that read documents, and what corpus_query and corpus_disk need for theirs. `epoch`
-- counts the snapshots that a corpus had: an iterator that began in another one raises.

local bytewise = require "entente.bytewise"
local store = require "entente.store"
local system = require "entente.system"
local where_room = require "entente.where"

local M = {}
---@class entente.Corpus
local Corpus = {}
---@class entente.Document
---@field id string
---@field tokens integer
---@field bytes integer of its text
---@field meta table
---@field format string|nil as import named it
---@field notes string[]|nil what import had to say
local Document = {}
Document.__index = Document

M.methods = Corpus

---Begins the fields of what import says of a file.
M.FILE = "file."

local FILE = M.FILE

-- ---- options ---------------------------------------------------------------------------------

local function check_keys(given, known, what)
  if type(given) ~= "table" then error(what .. ": a table", 3) end
  for key in pairs(given) do
    if not known[key] then error(("unknown key '%s' of %s"):format(tostring(key), what), 3) end
  end
  return given
end

local function set_of(...)
  local set = {}
  for _, key in ipairs({ ... }) do set[key] = true end
  return set
end

M.check_keys, M.set_of = check_keys, set_of

local WHERE = set_of("where")

-- ---- the snapshot ----------------------------------------------------------------------------

local function check_open(self)
  if self.closed then error("the corpus " .. self.path .. " is closed", 3) end
end

local function snapshot_of(self)
  check_open(self)
  if self.snapshot then return self.snapshot end
  if not system.kind(self.path) then
    return nil, self.path .. ": there is no corpus; check the name, or add documents and commit", "io"
  end
  local message, code
  self.snapshot, message, code = store.corpus(self.path, self.options.map)
  return self.snapshot, message, code
end

local function forget(self)
  self.epoch, self.names, self.slots, self.oldest = self.epoch + 1, nil, {}, 0
end

M.check_open, M.of, M.forget = check_open, snapshot_of, forget

---Moves to the newest commit. Iterators that are under way end with an error.
---@return boolean|nil moved whether there was a newer one
---@return string|nil message
---@return string|nil code
function Corpus:refresh()
  local had = self.snapshot
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  if not had then return true end
  local moved
  moved, message, code = snapshot:refresh()
  if moved then forget(self) end
  return moved, message, code
end

-- ---- documents -------------------------------------------------------------------------------

local Fault = { __tostring = function(fault) return fault.message end }

-- What an iterator raises for a fault: {message =, code =}, which shows as its message.
local function must(result, message, code)
  if result == nil then error(setmetatable({ message = message, code = code }, Fault), 0) end
  return result
end

M.must = must

local function check_epoch(self, epoch)
  check_open(self)
  if self.epoch ~= epoch then error("the corpus " .. self.path .. " was refreshed: begin again", 3) end
end

M.check_epoch = check_epoch

---The names of the fields that any document has, sorted bytewise.
---@return string[]|nil names
---@return string|nil message
---@return string|nil code
function Corpus:fields()
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  if not self.names then
    self.names, message, code = snapshot:fields()
  end
  return self.names, message, code
end

local function document_of(self, number)
  local snapshot = self.snapshot
  local id, tokens, bytes, hash = snapshot:document(number)
  if not id then return nil, tokens, bytes end
  local names, message, code = self:fields()
  if not names then return nil, message, code end
  local document = setmetatable({ id = id, tokens = tokens, bytes = bytes, hash = hash, meta = {}, corpus = self }, Document)
  for _, name in ipairs(names) do
    local value
    value, message, code = snapshot:value(number, name)
    if value == nil and message then return nil, message, code end
    if name:sub(1, #FILE) == FILE then document[name:sub(#FILE + 1)] = value else document.meta[name] = value end
  end
  return document
end

M.document_of = document_of

-- The number of a document that is named by its id or given as an object.
local function find(self, document)
  local id = type(document) == "table" and document.id or document
  if type(id) ~= "string" then error("document: an id, or what document or documents gave", 3) end
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  local number
  number, message, code = snapshot:find(id)
  if number == false then return nil, ("%s: there is no document %s"):format(self.path, id), "argument" end
  return number, message, code
end

M.find = find

---A document by its id.
---@param id string
---@return entente.Document|nil
---@return string|nil message
---@return string|nil code "argument" where there is none
function Corpus:document(id)
  local number, message, code = find(self, id)
  if not number then return nil, message, code end
  return document_of(self, number)
end

---The documents in the bytewise order of their ids: `for document in assert(corpus:documents { where = … }) do`.
---@param options {where: table}|nil where: conditions on fields, as `where` of a codebook has them: a value, a list of
---values, or two numbers, a range; a list of a document meets it when one of its texts does
---@return function|nil iterator
---@return string|nil message
---@return string|nil code
function Corpus:documents(options)
  options = check_keys(options or {}, WHERE, "documents")
  local conditions = where_room.conditions(options.where)
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  local numbers
  numbers, message, code = snapshot:documents(conditions)
  if not numbers then return nil, message, code end
  local epoch, i = self.epoch, 0
  return function()
    check_epoch(self, epoch)
    i = i + 1
    if not numbers[i] then return nil end
    return must(document_of(self, numbers[i]))
  end
end

---How many documents, tokens and bytes of text there are in the snapshot, and of which commit it is.
---@return {documents: integer, tokens: integer, bytes: integer, generation: integer}|nil
---@return string|nil message
---@return string|nil code
function Corpus:totals()
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  local totals = snapshot:totals()
  totals.generation = snapshot:generation()
  return totals
end

-- Values in order: numbers, then texts bytewise, then true and false, last what has none.
local function before(a, b)
  local x, y = a.value, b.value
  if x == nil or y == nil then return y == nil and x ~= nil end
  if type(x) ~= type(y) then
    local order = { number = 1, string = 2, boolean = 3 }
    return order[type(x)] < order[type(y)]
  end
  if type(x) == "boolean" then return x and not y end
  if type(x) == "number" then return x < y end
  return bytewise.before(x, y)
end

---Documents by the values of a field, each of a list's texts by itself: how many, and their tokens.
---@param documents function iterator: tokens, value or nil
---@return table[] rows as of corpus:groups
function M.count_groups(documents)
  local rows, by, none = {}, {}, {}
  local function count(value, tokens)
    local key = value == nil and none or value
    local row = by[key]
    if not row then
      row = { value = value, documents = 0, tokens = 0 }
      rows[#rows + 1], by[key] = row, row
    end
    row.documents, row.tokens = row.documents + 1, row.tokens + tokens
  end
  for tokens, value in documents do
    local seen = {}
    for _, one in ipairs(type(value) == "table" and value or {}) do
      if not seen[one] then count(one, tokens) end
      seen[one] = true
    end
    if type(value) ~= "table" then count(value, tokens) elseif not value[1] then count(nil, tokens) end
  end
  table.sort(rows, before)
  return rows
end

---The documents by the values of a field, each of a list's texts by itself: how many, and their tokens.
---@param field string
---@param options {where: table}|nil as of documents
---@return table[]|nil rows {value=, documents=, tokens=} in the order of the values; the last without value, for those that
---have none
---@return string|nil message
---@return string|nil code
function Corpus:groups(field, options)
  options = check_keys(options or {}, WHERE, "groups")
  if type(field) ~= "string" or field == "" then error("field: a name", 2) end
  local conditions = where_room.conditions(options.where)
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  local numbers
  numbers, message, code = snapshot:documents(conditions)
  if not numbers then return nil, message, code end
  local i, fault = 0, nil
  local rows = M.count_groups(function()
    i = i + 1
    if not numbers[i] then return nil end
    local id, tokens, problem = snapshot:document(numbers[i])
    local value, reason, kind = snapshot:value(numbers[i], field)
    if not id then fault = { tokens, problem } elseif value == nil and reason then fault = { reason, kind } end
    if fault then return nil end
    return tokens, value
  end)
  if fault then return nil, fault[1], fault[2] end
  return rows
end

---Puts the document into an index, as coder:code does; its text is known then.
---@param index userdata
---@return integer|nil number
---@return string|nil message
---@return string|nil code
function Document:load(index)
  local number, message, code = find(self.corpus, self)
  if not number then return nil, message, code end
  local own
  own, message, code = self.corpus.snapshot:load(number, index)
  if own then self.text = index:text(own) end
  return own, message, code
end

return M
