-- corpus_query: what stands in the documents of a corpus on disk: text, tokens, structure, types, and where words are.
--
-- A document is loaded into an index for its tokens and structure. A few are kept; an iterator whose document had to give way
-- loads it again.

local core = require "entente.core"
local snapshots = require "entente.corpus_snapshot"
local store = require "entente.store"

local M = {}
---@class entente.Corpus
local Corpus = {}
M.methods = Corpus

local SLOTS = 4 -- documents that are kept loaded
local TYPES = snapshots.set_of("glob", "layer")

local check_epoch, check_keys, document_of, find = snapshots.check_epoch, snapshots.check_keys, snapshots.document_of, snapshots.find
local must, snapshot_of = snapshots.must, snapshots.of

-- ---- what stands in a document ----------------------------------------------------------------

-- The document in an index, and its number there. Some are kept; a later call may take their place.
local function loaded(self, id)
  for _, slot in ipairs(self.slots) do
    if slot.id == id then return slot.index, slot.number end
  end
  local number, message, code = find(self, id)
  if not number then return nil, message, code end
  self.oldest = self.oldest % SLOTS + 1
  local slot = self.slots[self.oldest]
  if not slot then
    self.vocab = self.vocab or core.vocab()
    slot = { index = core.index(self.vocab) }
    self.slots[self.oldest] = slot
  end
  slot.id = nil
  slot.index:clear()
  local own
  own, message, code = self.snapshot:load(number, slot.index)
  if not own then return nil, message, code end
  slot.id, slot.number = id, own
  return slot.index, own
end

local function id_of(document)
  return type(document) == "table" and document.id or document
end

---The text of a document, or the bytes first to last of it, as string.sub gives them.
---@param document entente.Document|string or its id
---@param first integer|nil
---@param last integer|nil
---@return string|nil text
---@return string|nil message
---@return string|nil code
function Corpus:text(document, first, last)
  local number, message, code = find(self, document)
  if not number then return nil, message, code end
  return self.snapshot:text(number, first, last)
end

---The tokens of a document: `for form, first, last, fold in assert(corpus:tokens(document)) do`.
---@param document entente.Document|string or its id
---@param annotated boolean|nil whether to give, as a fifth value, what each token came with: {name = value}
---@return function|nil iterator form, first and last byte, folded form
---@return string|nil message
---@return string|nil code
function Corpus:tokens(document, annotated)
  local number, message, code = find(self, document)
  if not number then return nil, message, code end
  local id, epoch, i = id_of(document), self.epoch, 0
  local index, own = loaded(self, id)
  if not index then return nil, own, code end
  local count = index:token_count(own)
  return function()
    check_epoch(self, epoch)
    i = i + 1
    if i > count then return nil end
    local problem
    index, own, problem = loaded(self, id) -- its place may have been taken
    local first, last, form, fold = must(index, own, problem):token(own, i)
    return form, first, last, fold, annotated and index:annotations(own, i) or nil
  end
end

-- The spans that a document was given, their attributes as a table.
local function spans_of(index, own)
  local spans = index:spans(own)
  for _, span in ipairs(spans) do
    local attributes = {}
    for key, value in (span.attributes or ""):gmatch("([^=\n]+)=([^\n]*)") do attributes[key] = value end
    span.attributes = attributes
  end
  return spans
end

---The parts of a document.
---@param document entente.Document|string or its id
---@param unit string "sentence", "paragraph", "section", "page" or "document"; or "span": the elements of vertical text
---@return table[]|nil parts {first=, last= (bytes), token= (the first one's number), tokens= (how many)}; sections also
---level=, heading= (its words) where they have one, reference=; paragraphs lang=, reference=. Spans are {name=, first=,
---last=, attributes = {…}}
---@return string|nil message
---@return string|nil code
function Corpus:structure(document, unit)
  local number, message, code = find(self, document)
  if not number then return nil, message, code end
  local index, own
  index, own, code = loaded(self, id_of(document))
  if not index then return nil, own, code end
  if unit == "span" then return spans_of(index, own) end
  local parts = index:parts(own, unit)
  local text = unit == "section" and index:text(own)
  for _, part in ipairs(text and parts or {}) do
    if part.heading_first then part.heading = text:sub(part.heading_first, part.heading_last):gsub("%s+", " ") end
  end
  return parts
end

-- ---- types and search ------------------------------------------------------------------------

local FORMS = { fold = "fold", bare = "bare", hans = "hans" }

-- A pattern as it stands on a layer. What folding makes of a wildcard is that wildcard.
local function on_layer(pattern, layer)
  if not FORMS[layer] then return pattern end
  return must(core.normalize(pattern, FORMS[layer]))
end

---The forms on a layer, in bytewise order: `for form, tokens, documents in assert(corpus:types { glob = "digit*" }) do`.
---@param options {glob: string, layer: string}|nil glob: a pattern with * and ?, \ before one that is meant itself; layer:
---"fold" (the default), "raw" (as written), "bare" or "hans"
---@return function|nil iterator form, how many tokens have it, and on the layer fold how many documents, else nil
---@return string|nil message
---@return string|nil code
function Corpus:types(options)
  options = check_keys(options or {}, TYPES, "types")
  local layer = options.layer or "fold"
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  local packed
  packed, message, code = snapshot:types(layer, options.glob and on_layer(options.glob, layer))
  if not packed then return nil, message, code end
  local at = 1
  return function()
    local form, tokens, documents, next_at = store.type(packed, at)
    if form then at = next_at end
    return form, tokens, layer == "fold" and documents or nil
  end
end

---How often a form occurs.
---@param type_ string as written; on another layer than raw it is brought to that layer
---@param layer string|nil "fold" (the default), "raw", "bare" or "hans"
---@return integer|nil tokens
---@return integer|string|nil documents on the layer fold, how many have it; the message of a fault
---@return string|nil code
function Corpus:frequency(type_, layer)
  local each, message, code = self:types { glob = type_:gsub("[\\*?]", "\\%0"), layer = layer }
  if not each then return nil, message, code end
  local form, tokens, documents = each()
  if not form then return 0, (layer or "fold") == "fold" and 0 or nil end
  return tokens, documents
end

-- The tokens that a word of a query stands for: one, if it has wildcards, else those that the text's own code makes.
local function words_of(self, query)
  local words = {}
  self.vocab = self.vocab or core.vocab()
  self.query = self.query or core.index(self.vocab)
  for piece in query:gmatch("%S+") do
    if piece:find("[\\*?]") then
      words[#words + 1] = on_layer(piece, "fold")
    else
      self.query:clear()
      local own = must(self.query:add { text = piece, repairs = false })
      for i = 1, self.query:token_count(own) do words[#words + 1] = (select(4, self.query:token(own, i))) end
    end
  end
  return words
end

---Where words stand: `for document, places in assert(corpus:search { "digital divide" }) do`, or with near:
---`corpus:search { "gap*", "digital", near = 6 }`.
---@param query table words, which may hold * and ?, side by side; near: in any order, at most so many tokens between
---neighbours
---@return function|nil iterator document, places {{first=, last=}, …}: tokens; corpus:locate gives their bytes
---@return string|nil message
---@return string|nil code
function Corpus:search(query)
  if type(query) ~= "table" then error("query: a table of words", 2) end
  local near, words = query.near, {}
  for key, value in pairs(query) do
    if key ~= "near" and (type(key) ~= "number" or type(value) ~= "string") then
      error(("unknown key '%s' of a query: there are words and near"):format(tostring(key)), 2)
    end
  end
  for _, word in ipairs(query) do
    local made = words_of(self, word)
    if near and #made ~= 1 then error(("near takes single words, and '%s' is %d"):format(word, #made), 2) end
    for _, one in ipairs(made) do words[#words + 1] = one end
  end
  if not words[1] then error("query: no word", 2) end
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  local search
  search, message, code = snapshot:search(words, near)
  if not search then return nil, message, code end
  local epoch = self.epoch
  return function()
    check_epoch(self, epoch)
    local number, found, problem = search:next()
    if must(number, found, problem) == false then
      search:close()
      return nil
    end
    local places = {}
    for i = 1, #found, 2 do places[#places + 1] = { first = found[i], last = found[i + 1] } end
    return must(document_of(self, number)), places
  end
end

---The bytes of places that search gave, with their words.
---@param document entente.Document|string or its id
---@param places table[]
---@return table[]|nil spans {first=, last=, quote=}
---@return string|nil message
---@return string|nil code
function Corpus:locate(document, places)
  local number, message, code = find(self, document)
  if not number then return nil, message, code end
  local index, own
  index, own, code = loaded(self, id_of(document))
  if not index then return nil, own, code end
  local text, spans = index:text(own), {}
  for i, place in ipairs(places) do
    local first, _, last = index:token(own, place.first), index:token(own, place.last)
    spans[i] = { first = first, last = last, quote = text:sub(first, last) }
  end
  return spans
end

---Reads everything and checks every sum and invariant.
---@return boolean|nil fine
---@return string|nil message
---@return string|nil code
---@return string[]|nil faults a line each
function Corpus:verify()
  local snapshot, message, code = snapshot_of(self)
  if not snapshot then return nil, message, code end
  return snapshot:verify()
end

return M
