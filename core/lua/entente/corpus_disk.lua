-- corpus_disk: a corpus on disk: documents go in, and what is asked of them comes out.
--
--   local corpus = assert(entente.open("papers.entente"))
--   assert(corpus:add { id = "a.txt", text = "…", meta = { year = 2024, country = { "VN", "ID" } } })
--   assert(corpus:commit())
--   for document in assert(corpus:documents { where = { year = { 2019, 2024 } } }) do print(document.id, document.tokens) end
--
-- Reading sees one commit, a snapshot: the last one when the corpus was opened, refreshed, or committed here. Writing begins
-- with the first add, remove or merge, which takes the corpus's lock until close. Faults of the world are nil,
-- message, code; inside an iterator they are raised, as {message =, code =}.
--
-- What import says of a file stands in fields that begin with "file.", and comes back as format, notes and the number
-- of pages of a document.

local coder = require "entente.coder"
local corpus_query = require "entente.corpus_query"
local snapshots = require "entente.corpus_snapshot"
local store = require "entente.store"
local system = require "entente.system"

local M = {}
---@class entente.Corpus
local Corpus = {}
Corpus.__index = Corpus
for _, room in ipairs({ snapshots, corpus_query }) do
  for name, method in pairs(room.methods) do Corpus[name] = method end
end

local FILE, check_keys, check_open, set_of = snapshots.FILE, snapshots.check_keys, snapshots.check_open, snapshots.set_of

local OPEN = set_of("memory", "threads", "map")
local DOCUMENT = set_of("id", "text", "layout", "lang", "pages", "furniture", "headings", "repairs", "meta", "path", "format",
  "replaced", "notes", "encoding", "tokens", "annotations", "sentences", "paragraphs", "spans")

local function writer_of(self)
  check_open(self)
  if self.writer then return self.writer end
  local message, code
  self.writer, message, code = store.writer(self.path, self.options.memory, self.options.threads)
  return self.writer, message, code
end

-- What a writer gave; after a fault that is no refusal of a document it can only be closed.
local function written(self, result, message, code)
  if result == nil and code ~= "argument" and code ~= "utf8" and code ~= "limit" then
    self.writer:close()
    self.writer = nil
  end
  return result, message, code
end

---Opens a corpus. One that has no commit is made by the first add; until then reading it is a fault ("io").
---@param path string its folder; NAME.entente by custom
---@param options {memory: integer, threads: integer, map: boolean}|nil memory: bytes that documents may take before they are
---written; threads: that index documents; map: files are mapped, for programs that own SIGBUS (store.guard), else they are read
---@return entente.Corpus|nil
---@return string|nil message
---@return string|nil code
function M.open(path, options)
  if type(path) ~= "string" or path == "" then error("path: a string", 2) end
  local self = setmetatable({ path = path, options = check_keys(options or {}, OPEN, "options"), epoch = 0 }, Corpus)
  snapshots.forget(self)
  if system.kind(path .. "/manifest") or system.kind(path) == "file" then
    local snapshot, message, code = snapshots.of(self)
    if not snapshot then return nil, message, code end
  end
  return self
end

---Whether a path is that of a corpus: a folder that is named so, or has a corpus's manifest.
---@param path string
---@return boolean
function M.is_corpus(path)
  if system.kind(path) ~= "folder" then return false end
  if path:find("%.entente/*$") then return true end
  local manifest = path .. "/manifest"
  local bytes = system.kind(manifest) == "file" and system.read(manifest, 2 ^ 30)
  return bytes and bytes:find("^entente%-corpus ") ~= nil or false
end

-- ---- writing ---------------------------------------------------------------------------------

---The fields of a document in a corpus: its metadata, and what import says of its file.
---@param document table as import gives it, or as a corpus does
---@return table fields
function M.fields(document)
  local fields = {}
  for key, value in pairs(document.meta or {}) do fields[key] = value end
  if document.lang ~= nil then fields.lang = document.lang end
  fields[FILE .. "format"] = document.format
  fields[FILE .. "pages"] = type(document.pages) == "table" and #document.pages or document.pages
  fields[FILE .. "encoding"] = type(document.encoding) == "table" and document.encoding.name or document.encoding
  fields[FILE .. "notes"] = document.notes and document.notes[1] and document.notes or nil
  return fields
end

---Adds a document, or puts it in the place of the one with its id; nobody sees it before commit. Of metadata there are
---strings, numbers, booleans and lists of strings.
---@param document table {id=, text=, layout=, lang=, pages=, furniture=, headings=, repairs=, meta=, tokens=, annotations=,
---sentences=, paragraphs=, spans=} as import gives it; id and text are enough
---@return string|nil change "added", "replaced" or "unchanged" (the same in text, structure and metadata)
---@return string|nil message
---@return string|nil code "argument", "utf8" and "limit": it is refused, and nothing else lost; after others what is not
---committed is
function Corpus:add(document)
  check_keys(document, DOCUMENT, "a document")
  if type(document.id) ~= "string" then error("id: a string", 2) end
  local fields = M.fields(document)
  local source = coder.source(document, document.repairs)
  source.lang = fields.lang
  local writer, message, code = writer_of(self)
  if not writer then return nil, message, code end
  return written(self, writer:add(document.id, source, fields))
end

---Removes a document at the next commit.
---@param id string
---@return boolean|nil was whether there was one
---@return string|nil message
---@return string|nil code
function Corpus:remove(id)
  local writer, message, code = writer_of(self)
  if not writer then return nil, message, code end
  return written(self, writer:remove(id))
end

---Takes the lock now, and makes the corpus where it is not there; else the first add does.
---@return boolean|nil done
---@return string|nil message
---@return string|nil code
function Corpus:lock()
  local writer, message, code = writer_of(self)
  return writer and true, message, code
end

---At the next commit the corpus becomes one segment: its bytes are those of any other corpus of the same documents.
---@return boolean|nil done
---@return string|nil message
---@return string|nil code
function Corpus:merge()
  local writer, message, code = writer_of(self)
  if not writer then return nil, message, code end
  writer:merge()
  return true
end

---Makes everything since the last commit durable and seen, here too. When it fails the last commit stands, and what came
---since is lost.
---@return integer|nil generation which commit this is
---@return string|nil message
---@return string|nil code
function Corpus:commit()
  check_open(self)
  if not self.writer then
    local snapshot, message, code = snapshots.of(self)
    if not snapshot then return nil, message, code end
    return snapshot:generation()
  end
  local generation, message, code = self.writer:commit()
  if not generation then
    self.writer:close()
    self.writer = nil
    return nil, message, code
  end
  local moved
  moved, message, code = self:refresh()
  if moved == nil then return nil, message, code end
  return generation
end

---Closes it; what is not committed is dropped. Once is enough, twice is fine.
function Corpus:close()
  if self.writer then self.writer:close() end
  if self.snapshot then self.snapshot:close() end
  self.writer, self.snapshot, self.closed = nil, nil, true
  snapshots.forget(self)
end
Corpus.__gc, Corpus.__close = Corpus.close, Corpus.close


return M
