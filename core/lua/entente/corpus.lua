-- corpus: which papers are there, and what is known of each?
--
-- A paper's id is its path below the folder given, or the name of a file given by itself; ids are unique and
-- sorted bytewise. A file of vertical text can hold many documents, with ids of their own (import). A metadata.csv
-- speaks for the papers in its folder and below; the nearest one wins, and it wins over what a paper says of itself.
--
--   for entry, document, message in corpus.documents(paths) do
--     if document then … else io.stderr:write(message, "\n") end     -- the rest goes on
--   end

local bytewise = require "entente.bytewise"
local core = require "entente.core"
local import = require "entente.import"
local metadata = require "entente.metadata"
local system = require "entente.system"

local M = {}

local DEEPEST = 64

-- ---- paths -----------------------------------------------------------------------------------

local function normal(path)
  path = path:gsub("//+", "/"):gsub("(.)/$", "%1")
  while path:find("^%./.") do path = path:sub(3) end
  return path
end

local function join(folder, name)
  return folder == "/" and "/" .. name or folder .. "/" .. name
end

local function folder_of(path)
  return path:match("^(.*)/[^/]*$") or "."
end

-- Most folders come in order, as their names are listed so.
local function sort_entries(entries)
  local before = bytewise.comparison()
  local function by_id(a, b) return before(a.id, b.id) end
  for i = 2, #entries do
    if not by_id(entries[i - 1], entries[i]) then return table.sort(entries, by_id) end
  end
end

-- Whether two paths lead to one folder.
local function is_same(a, b)
  local ran = system.run { argv = { "realpath", "-z", "--", a, b }, wall = 10 }
  if not ran or ran.code ~= 0 then return false end
  local first, second = ran.out:match("^([^%z]*)%z([^%z]*)%z")
  return first ~= nil and first == second
end

-- ---- the scan --------------------------------------------------------------------------------

local function is_passed_over(name)
  return name:find("^%.") or name:find("^~%$") or name:find("^[Rr][Ee][Aa][Dd][Mm][Ee]") or name:find("%.entente$")
end

local function add(scan, path, id, problem)
  id = core.mend(id)
  local other = scan.paths[id]
  if other == path then return true end
  if other then
    return nil, ("two papers have the id %s: %s and %s; rename one, or give a folder that holds both"):format(
      import.shown(id), import.shown(other), import.shown(path)), "argument"
  end
  scan.paths[id] = path
  scan.entries[#scan.entries + 1] = { id = id, path = path, problem = problem }
  return true
end

local function skip(scan, path, reason)
  table.insert(scan.entries.skipped, { path = path, reason = reason })
end

-- `above`: the folders on the way here, each with its names. A folder that links to one of them shows the
-- same names again; only then are the two compared.
local function leads_back(folder, names, above)
  local key = table.concat(names, "\0")
  for _, other in ipairs(above) do
    if other.key == key and key ~= "" and is_same(folder, other.path) then return true end
  end
  above[#above + 1] = { path = folder, key = key }
  return false
end

local visit

local function visit_name(scan, folder, below, name, above)
  local path, id = join(folder, name), below .. name
  if name:lower() == "metadata.csv" then
    scan.tables[#scan.tables + 1] = path
    return true
  elseif is_passed_over(name) then
    return true
  end
  local kind = system.kind(path)
  if kind == "folder" then return visit(scan, path, id .. "/", above) end
  local format, advice = import.format(path)
  if not format and not advice then
    skip(scan, path, "not a kind of paper")
  else
    return add(scan, path, id, kind == "other" and import.shown(path) .. ": is neither a file nor a folder; take it away" or nil)
  end
  return true
end

visit = function(scan, folder, below, above)
  local names, message, code = system.list(folder)
  if not names then
    if below == "" then return nil, message, code end
    return add(scan, folder, below:sub(1, -2), message)
  end
  if #above >= DEEPEST or leads_back(folder, names, above) then
    skip(scan, folder, "leads back to a folder above it")
    return true
  end
  for _, name in ipairs(names) do
    local fine, problem, reason = visit_name(scan, folder, below, name, above)
    if not fine then return nil, problem, reason end
  end
  above[#above] = nil
  return true
end

local function visit_path(scan, path)
  local kind = system.kind(path)
  if kind == nil then
    return nil, import.shown(path) .. ": there is no such file or folder; check its name", "io"
  elseif kind == "other" then
    return nil, import.shown(path) .. ": is neither a file nor a folder", "argument"
  elseif kind == "file" then
    local beside = folder_of(path) == "." and "metadata.csv" or join(folder_of(path), "metadata.csv")
    if system.kind(beside) == "file" then scan.tables[#scan.tables + 1] = beside end
    return add(scan, path, path:match("[^/]*$"))
  end
  local had, skipped = #scan.entries, #scan.entries.skipped
  local fine, message, code = visit(scan, path, "", {})
  if not fine then return nil, message, code end
  if #scan.entries == had then
    local others = #scan.entries.skipped - skipped
    return nil, ("%s: no papers in it%s; papers are txt, md, html, docx, odt, epub, jats, pdf, vrt and conllu files"):format(
      import.shown(path), others > 0 and (" (%d of another kind)"):format(others) or ""), "argument"
  end
  return true
end

-- ---- metadata --------------------------------------------------------------------------------

-- What the tables say of each paper; and what is odd in them.
local function read_tables(entries, paths)
  local all, seen, read = { rows = {}, notes = {} }, {}, {}
  for _, path in ipairs(paths) do
    if not seen[path] then
      seen[path] = true
      local text, message, code = system.read(path)
      local rows
      if text then rows, message, code = metadata.read(text, import.shown(path)) end
      if not rows then return nil, message, code end
      read[#read + 1] = { rows = rows, below = path:match("^(.-)[^/]*$") }
    end
  end
  table.sort(read, function(a, b) return #a.below > #b.below end) -- the nearest first
  for _, entry in ipairs(entries) do
    local meta = {}
    for _, each in ipairs(read) do
      if entry.path:sub(1, #each.below) == each.below then
        metadata.fill(meta, metadata.find(each.rows, entry.path:sub(#each.below + 1)) or {})
      end
    end
    all.rows[entry.id] = meta
  end
  for _, each in ipairs(read) do
    for _, note in ipairs(each.rows.notes) do table.insert(all.notes, note) end
    for _, note in ipairs(metadata.unused(each.rows)) do table.insert(all.notes, note) end
  end
  return all
end

-- ---- the doors -------------------------------------------------------------------------------

---@class entente.Entry
---@field id string
---@field path string
---@field problem string|nil why it cannot be read (a folder that may not be listed)

---The papers below the given files and folders, sorted by id. `skipped` in the list holds {path=, reason=} of
---files that are no papers; hidden files, README*, *.entente and metadata.csv are passed over in silence.
---@param paths string[]
---@return entente.Entry[]|nil entries
---@return string|nil message
---@return string|nil code
function M.scan(paths)
  if type(paths) ~= "table" then error("paths: a list of files and folders", 2) end
  local scan = { entries = { skipped = {} }, paths = {}, tables = {} }
  for i = 1, #paths do
    if type(paths[i]) ~= "string" or paths[i] == "" then error(("paths[%d]: a path"):format(i), 2) end
    local fine, message, code = visit_path(scan, normal(paths[i]))
    if not fine then return nil, message, code end
  end
  if not scan.entries[1] then return nil, "no papers: name files or folders", "argument" end
  sort_entries(scan.entries)
  local tables, message, code = read_tables(scan.entries, scan.tables)
  if not tables then return nil, message, code end
  scan.entries.metadata = tables
  return scan.entries
end

---What the metadata.csv files say of the papers: rows by id, and notes (rows without a paper, years that are none).
---@param entries entente.Entry[] of `scan`
---@return table {rows=, notes=}
function M.metadata(entries)
  return entries.metadata
end

---Reads the documents of one entry (of most files one), with what metadata.csv says of the file; its column
---`encoding` goes before options.encoding.
---@param entry entente.Entry
---@param tables table|nil of `metadata`
---@param options table|nil of `import.read_all`
---@return table[]|nil documents
---@return string|nil message
---@return string|nil code
function M.read_all(entry, tables, options)
  if entry.problem then return nil, entry.problem, "io" end
  local row = tables and tables.rows[entry.id] or {}
  if row.encoding then
    local own = { encoding = row.encoding }
    for key, value in pairs(options or {}) do own[key] = own[key] or value end
    options = own
  end
  local documents, message, code = import.read_all(entry.path, entry.id, options)
  if not documents then return nil, message, code end
  for _, document in ipairs(documents) do
    for key, value in pairs(row) do document.meta[key] = value end
  end
  return documents
end

---Reads one paper; as `read_all`, of a file that holds one document.
---@param entry entente.Entry
---@param tables table|nil of `metadata`
---@param options table|nil of `import.read`
---@return table|nil document
---@return string|nil message
---@return string|nil code
function M.read(entry, tables, options)
  local documents, message, code = M.read_all(entry, tables, options)
  if not documents then return nil, message, code end
  if documents[2] then
    return nil, ("%s: it holds %d documents; read_all gives them"):format(import.shown(entry.path), #documents), "argument"
  end
  return documents[1]
end

---Reads the papers one after the other: `for entry, document, message, code in …`. A paper that cannot be read
---gives nil for the document, and why; the rest goes on. Of a file with several documents the entries are those of
---its documents, each with its id.
---@param paths string[]
---@param options table|nil of `import.read_all`
---@return function|nil iterator nil, message, code when there is nothing to read
---@return entente.Entry[]|string entries with `skipped` and `metadata`
---@return string|nil code
function M.documents(paths, options)
  local entries, message, code = M.scan(paths)
  if not entries then return nil, message, code end
  local i, held, given = 0, {}, 0 -- held: the documents of the last file
  return function()
    given = given + 1
    if not held[given] then
      i, given, held = i + 1, 1, {}
      local entry = entries[i]
      if not entry then return nil end
      local documents, problem, reason = M.read_all(entry, entries.metadata, options)
      if not documents then return entry, nil, problem, reason end
      held = documents
    end
    local entry, document = entries[i], held[given]
    held[given] = false -- it is the caller's from here on
    if document.id ~= entry.id then entry = { id = document.id, path = entry.path } end
    return entry, document
  end, entries
end

return M
