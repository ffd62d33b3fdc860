-- cli_papers: the documents that a verb is given, papers and corpora alike, one after the other in the order of their ids.

local bytewise = require "entente.bytewise"
local coder_room = require "entente.coder"
local corpus = require "entente.corpus"
local corpus_disk = require "entente.corpus_disk"
local damage = require "entente.damage"
local entente = require "entente"
local import = require "entente.import"
local output = require "entente.cli_output"
local segmenters = require "entente.segmenters"
local store = require "entente.store"
local system = require "entente.system"
local where_room = require "entente.where"

local M = {}

local function progress(done, total)
  if not system.isatty(2) then return end
  io.stderr:write(("\r%d of %d papers%s"):format(done, total, done >= total and "\r\27[K" or ""))
end

---What import is told: the encoding, what to convert, whether to be strict, and the limits that differ from its own.
---@param args table the command's arguments
---@return table options
function M.import_options(args)
  local limits = { wall = args.limit_wall, cpu = args.limit_cpu, memory = args.limit_memory, output = args.limit_output }
  for _, name in ipairs({ "memory", "output" }) do limits[name] = limits[name] and limits[name] * 1048576 end
  return { encoding = args.encoding, convert = args.convert, strict = args.strict, limits = limits, columns = args.columns }
end

---What entente.codebook is told: which annotations the papers can have.
---@param args table the command's arguments
---@return table options
function M.codebook_options(args)
  local names = { "lemma", "pos" }
  for _, name in ipairs(args.columns or {}) do
    if name ~= "word" and name ~= "-" then names[#names + 1] = name end
  end
  return { annotations = names }
end

---Opens a corpus that is there, or ends the verb.
---@param path string
---@param options table|nil of corpus_disk.open
---@return entente.Corpus
function M.open(path, options)
  local how = { map = true }
  for key, value in pairs(options or {}) do how[key] = value end
  local guarded, message = store.guard()
  local opened
  if guarded then opened, message = entente.open(path, how) end
  if not opened then output.stop(message, 1) end
  return opened
end

---The conditions of --where, or ends the verb.
---@param args table the command's arguments
---@return table where
function M.where(args)
  local where, message = where_room.parse(args.where)
  if not where then output.stop("--where: " .. message) end
  return where
end

---Says what import was not asked for but noticed: odd rows of metadata.csv, files that are no papers.
---@param entries table of corpus.scan
function M.say_notes(entries)
  for _, note in ipairs(corpus.metadata(entries).notes or {}) do output.say(note) end
  local other = entries.skipped
  if other[1] then
    output.say(("passed over %d that %s: %s (%s)%s"):format(#other, #other == 1 and "is no paper" or "are no papers",
      import.shown(other[1].path), other[1].reason, other[2] and " and others" or ""))
  end
end

-- ---- streams ---------------------------------------------------------------------------------
-- A source has count, ids() (an iterator), and next() -> id, get, or nothing; get() -> documents, or nil and why not.

local function papers_source(paths, args)
  local entries, message = corpus.scan(paths)
  if not entries then output.stop(message) end
  local metadata, how, i = corpus.metadata(entries), M.import_options(args), 0
  local where = M.where(args)
  local function get(entry)
    local documents, reason = corpus.read_all(entry, metadata, how)
    if not documents then return nil, reason end
    local meeting = {}
    for _, document in ipairs(documents) do
      if coder_room.meets(corpus_disk.fields(document), where) then meeting[#meeting + 1] = document end
    end
    return meeting
  end
  return { entries = entries, count = #entries,
    ids = function()
      local at = 0
      return function()
        at = at + 1
        return entries[at] and entries[at].id
      end
    end,
    next = function()
      i = i + 1
      local entry = entries[i]
      if entry then return entry.id, function() return get(entry) end end
    end }
end

local function corpus_source(path, args)
  local opened = M.open(path)
  local options = { where = M.where(args) }
  local function each()
    local documents, message = opened:documents(options)
    if not documents then output.stop(message, 1) end
    return documents
  end
  local documents = each()
  return { count = opened:totals().documents,
    ids = function()
      local all = each()
      return function()
        local document = all()
        return document and document.id
      end
    end,
    next = function()
      local document = documents()
      if document then return document.id, function() return { document } end end
    end }
end

--- The sources that paths name; what is said to papers only is refused where there are none.
local function sources_of(paths, args)
  local sources, papers = {}, {}
  for _, path in ipairs(paths) do
    if corpus_disk.is_corpus(path) then sources[#sources + 1] = corpus_source(path, args) else papers[#papers + 1] = path end
  end
  local set = { encoding = args.encoding, convert = args.convert, strict = args.strict, no_repair = (args.no_repair or {})[1] }
  if sources[1] and next(set) then
    output.stop(("--%s: a corpus keeps its papers as they were read; say it to entente index"):format((next(set):gsub("_", "-"))))
  end
  if papers[1] or not sources[1] then table.insert(sources, 1, papers_source(papers, args)) end
  if sources[2] then
    local seen = {}
    for _, source in ipairs(sources) do
      for id in source.ids() do
        if seen[id] then output.stop(("two papers have the id %s; give the corpora or papers one by one"):format(import.shown(id))) end
        seen[id] = true
      end
    end
  end
  return sources
end

-- The next of all sources, in the order of ids: id, get.
local function merged(sources)
  local heads = {}
  for i, source in ipairs(sources) do heads[i] = { source.next() } end
  return function()
    local first
    for i, head in ipairs(heads) do
      if head[1] and (not first or bytewise.before(head[1], heads[first][1])) then first = i end
    end
    if not first then return nil end
    local head = heads[first]
    heads[first] = { sources[first].next() }
    return head[1], head[2]
  end
end

---Calls visit(document) for each document that --where lets through and that can be read; it gives true, or nil and why the
---document counts as not read.
---@param paths string[] papers, folders of papers, corpora
---@param args table the command's arguments
---@param visit function
---@return table[] failed {id=, message=}
---@return integer count of all documents that were let through or failed
function M.each(paths, args, visit)
  local sources, failed, count, done, total = sources_of(paths, args), {}, 0, 0, 0
  for _, source in ipairs(sources) do total = total + source.count end
  local function fail(id, message)
    failed[#failed + 1] = { id = id, message = message }
    output.say("skipped " .. message)
  end
  for id, get in merged(sources) do
    local documents, reason = get()
    if not documents then fail(id, reason) end
    count = count + (documents and #documents or 1)
    for number, document in ipairs(documents or {}) do
      local ok, problem = visit(document)
      if not ok then fail(document.id, problem) end
      for _, note in ipairs(ok and not document.load and document.notes or {}) do output.say(document.id .. ": " .. note) end
      documents[number] = false -- a file can hold very many
    end
    done = done + 1
    progress(done, total)
  end
  for _, source in ipairs(sources) do
    if source.entries then M.say_notes(source.entries) end
  end
  if #failed > 0 then output.say(("%d of %d papers could not be read"):format(#failed, count)) end
  return failed, count
end

-- ---- coding ----------------------------------------------------------------------------------

--- The segmenter that --words names, or nil without it.
local function segmenter_of(args)
  if not args.words then return nil end
  local segmenter, message = segmenters.load(args.words)
  if not segmenter then output.stop(message) end
  return segmenter
end

---Codes papers and calls keep(coded) for each.
---@param paths string[]
---@param codebook table
---@param args table the command's arguments
---@param keep function
---@return table[] failed {id=, message=}
---@return integer count of all papers
function M.code(paths, codebook, args, keep)
  local coder, guarded = entente.coder(codebook, { words = segmenter_of(args) }), 0
  local repairs, problem = damage.without(args.no_repair or {})
  if repairs == nil then output.stop("--no-repair: " .. problem) end
  local coding = { references = args.references, repairs = repairs }
  local damaged = {}
  local failed, count = M.each(paths, args, function(document)
    local coded, message = coder:code(document, coding)
    if not coded then return nil, document.id .. ": " .. message end
    if coded.damage.zawgyi then output.say(document.id .. ": " .. damage.ZAWGYI) end
    guarded = guarded + (coded.guarded or 0)
    if args.damage then damaged[#damaged + 1] = damage.json(coded) end
    keep(coded)
    return true
  end)
  if guarded > 0 then output.say(("hits left out because they cut a word of the segmenter %s: %d"):format(args.words, guarded)) end
  if args.damage then output.put(args.damage, "[" .. table.concat(damaged, ",\n") .. "]\n") end
  return failed, count
end

return M
