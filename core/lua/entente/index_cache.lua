-- index_cache: which files need not be read again to be indexed?
--
-- It stands beside the corpus, `.NAME.entente.cache`, outside the corpus's bytes, and only ever saves time: one that is not
-- there, damaged or of another version is none, and what it says of a document counts only while the corpus holds that
-- very document. Lines of fields parted by tabs, of paths and ids the bytes below 32, 127 and % as %XX:
--
--   entente-cache 1
--   file  SIZE MODIFIED NODE HASH KEY PATH      of a file; KEY: of all else that its documents depend on
--   document HASH ID                            of each of its documents, as the corpus has them
--   sum HASH                                    of all bytes above
--
-- A file whose size, time and node are as they were is taken to be as it was. A time that was not yet past when the file was
-- looked at tells nothing, for the file can change within it: "-" then, and its bytes are asked for.

local core = require "entente.core"
local system = require "entente.system"

local M = {}
local Cache = {}
Cache.__index = Cache

local HEAD = "entente-cache 1\n"
local MOST = 2 ^ 30
local SETTLED = 2 -- seconds; the coarsest times that file systems keep

local function escaped(text)
  return (text:gsub("[%c%%]", function(c) return ("%%%02X"):format(c:byte()) end))
end

local function unescaped(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

local function parse(bytes)
  local body, sum = bytes:match("^(.*\n)sum (%x+)\n$")
  if not body or body:sub(1, #HEAD) ~= HEAD or core.hash(body) ~= sum then return nil end
  local files, file = {}, nil
  for line in body:sub(#HEAD + 1):gmatch("([^\n]*)\n") do
    local size, modified, node, hash, key, path = line:match("^file\t(%d+)\t(%S+)\t(%S+)\t(%x+)\t(%x+)\t(.+)$")
    if size then
      file = { size = tonumber(size), modified = modified, node = node, hash = hash, key = key, documents = {} }
      files[unescaped(path)] = file
    else
      local own, id = line:match("^document\t(%x+)\t(.+)$")
      if not own or not file then return nil end
      file.documents[#file.documents + 1] = { id = unescaped(id), hash = own }
    end
  end
  return files
end

---The cache of a corpus; empty where there is none to be trusted.
---@param corpus string its path
---@return table cache
function M.open(corpus)
  corpus = corpus:gsub("(.)/+$", "%1")
  local folder, name = corpus:match("^(.*/)([^/]*)$")
  local self = setmetatable({ path = (folder or "") .. "." .. (name or corpus) .. ".cache", changed = false }, Cache)
  local bytes = system.kind(self.path) == "file" and system.read(self.path, MOST)
  self.files = bytes and parse(bytes) or {}
  return self
end

---What is known of a file while it is as it was, else nil. Reads the file where only its bytes can tell.
---@param path string
---@param key string
---@return table|nil known documents = {{id=, hash=}, …}
---@return table|nil state of system.stat, for `keep`; nil where the file is not there
function Cache:find(path, key)
  local state, known = system.stat(path), self.files[path]
  if not state then return nil end
  state.looked = os.time()
  if not known or known.key ~= key or known.size ~= state.size then return nil, state end
  if known.modified == state.modified and known.node == state.node then return known, state end
  local bytes = system.read(path, MOST)
  if not bytes or core.hash(bytes) ~= known.hash then return nil, state end
  self:keep(path, key, state, known.hash, known.documents)
  return self.files[path], state
end

---Remembers a file.
---@param path string
---@param key string
---@param state table as it was looked at before it was read
---@param hash string of its bytes
---@param documents table[] {id=, hash=}
function Cache:keep(path, key, state, hash, documents)
  local settled = tonumber(state.modified:match("^-?%d+")) + SETTLED < state.looked
  local made = { size = state.size, modified = settled and state.modified or "-", node = state.node, hash = hash, key = key,
    documents = documents }
  local known = self.files[path]
  self.changed = self.changed or not known or known.modified ~= made.modified or known.node ~= made.node
    or known.hash ~= hash or known.key ~= key or known.documents ~= documents
  self.files[path] = made
end

---Forgets a file.
---@param path string
function Cache:forget(path)
  if self.files[path] then self.files[path], self.changed = nil, true end
end

---Writes it, whole or not at all, if anything is new in it.
---@return boolean|nil done
---@return string|nil message
---@return string|nil code
function Cache:write()
  if not self.changed then return true end
  local paths, out = {}, { HEAD }
  for path in pairs(self.files) do paths[#paths + 1] = path end
  table.sort(paths)
  for _, path in ipairs(paths) do
    local file = self.files[path]
    out[#out + 1] = ("file\t%d\t%s\t%s\t%s\t%s\t%s\n"):format(file.size, file.modified, file.node, file.hash, file.key,
      escaped(path))
    for _, document in ipairs(file.documents) do
      out[#out + 1] = ("document\t%s\t%s\n"):format(document.hash, escaped(document.id))
    end
  end
  local body = table.concat(out)
  local done, message, code = system.write(self.path, body .. "sum " .. core.hash(body) .. "\n")
  if done then self.changed = false end
  return done, message, code
end

return M
