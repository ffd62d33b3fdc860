-- cli_index: the verb that adds papers to a corpus.
--
-- Files that the cache knows, and whose documents the corpus holds, are not read. What is not yet committed is lost when the
-- work is interrupted, so there is a commit every so many seconds; the cache is written behind each.

local core = require "entente.core"
local corpus = require "entente.corpus"
local damage = require "entente.damage"
local index_cache = require "entente.index_cache"
local output = require "entente.cli_output"
local papers = require "entente.cli_papers"
local system = require "entente.system"

local M = {}

local HEX = ("%02x"):rep(16)
local REFUSALS = { argument = true, utf8 = true, limit = true }

-- ---- what a file's documents depend on ----------------------------------------------------------

-- One text for a table of strings, numbers, booleans and lists of strings, whatever the order of its fields.
local function canonical(fields)
  local names, out = {}, {}
  for name in pairs(fields) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local value = fields[name]
    local text = type(value) == "table" and table.concat(value, "\0") or tostring(value)
    out[#out + 1] = ("%s\0%s %d %s"):format(name, type(value), #text, text)
  end
  return table.concat(out, "\0")
end

local function key_of(run, entry)
  return core.hash(run.how_text .. entry.id .. "\0" .. canonical(run.metadata.rows[entry.id]))
end

-- Whether the corpus holds all of a file's documents as they were.
local function holds(run, known)
  if not run.corpus.snapshot then return false end
  for _, document in ipairs(known.documents) do
    if run.hash_of(document.id) ~= document.hash then return false end
  end
  return true
end

-- ---- progress --------------------------------------------------------------------------------

local function clock_text(seconds)
  seconds = math.ceil(seconds)
  local minutes = math.floor(seconds / 60)
  if minutes >= 60 then return ("%d:%02d:%02d"):format(math.floor(minutes / 60), minutes % 60, seconds % 60) end
  return ("%d:%02d"):format(minutes, seconds % 60)
end

-- Papers, rate and time left, on a terminal, some times a second.
local function progress(run, done)
  local now = system.clock()
  if not run.terminal or (done < run.total and now - run.shown < 0.2) then return end
  run.shown = now
  local took = now - run.started
  local text = ("\r%d of %d papers"):format(done, run.total)
  if took > 1 and run.read > 0 then
    text = text .. (", %.1f papers/s, %.2f MB/s"):format(run.read / took, run.bytes / took / 1e6)
    if done < run.total then text = text .. (", %s left"):format(clock_text(took / done * (run.total - done))) end
  end
  io.stderr:write(text, "\27[K", done >= run.total and "\r\27[K" or "")
end

-- ---- the run ---------------------------------------------------------------------------------

local function commit(run)
  local done, message = run.corpus:commit()
  if not done then output.stop(message, 1) end
  for _, file in ipairs(run.pending) do
    for _, document in ipairs(file.documents) do document.hash = run.hash_of(document.id) end
    run.cache:keep(file.path, file.key, file.state, file.hash, file.documents)
  end
  run.pending, run.committed = {}, system.clock()
  local written
  written, message = run.cache:write()
  if not written then output.say(message .. " (so the papers will be read again next time)") end
end

local function remove(run, id)
  local was, message = run.corpus:remove(id)
  if was == nil then output.stop(message, 1) end
end

local function fail(run, message)
  run.failed = run.failed + 1
  output.say("skipped " .. message)
end

-- Adds the documents of a file; those that it had and has no more are removed.
local function add(run, entry, key, state, old)
  local bytes = state and system.read(entry.path)
  local file = { path = entry.path, key = key, state = state, hash = bytes and core.hash(bytes), documents = {} }
  bytes = nil -- luacheck: ignore
  local documents, reason = corpus.read_all(entry, run.metadata, run.how)
  if not documents then return fail(run, reason) end
  local whole, ids = file.hash ~= nil, {}
  for number, one in ipairs(documents) do
    documents[number] = false -- a file can hold very many
    one.repairs = run.repairs
    local change, message, code = run.corpus:add(one)
    if not change and not REFUSALS[code] then output.stop(message, 1) end
    if change then
      run.count[change] = run.count[change] + 1
      run.seen[one.id], ids[one.id] = true, true
      file.documents[#file.documents + 1] = { id = one.id }
      for _, note in ipairs(one.notes or {}) do output.say(one.id .. ": " .. note) end
    else
      whole = false
      fail(run, one.id .. ": " .. message)
    end
  end
  for _, known in ipairs(whole and old and old.documents or {}) do
    if not ids[known.id] then remove(run, known.id) end
  end
  run.read, run.bytes = run.read + 1, run.bytes + (state and state.size or 0)
  if whole then run.pending[#run.pending + 1] = file end
end

local function visit(run, entry)
  run.seen[entry.id] = true
  local key = key_of(run, entry)
  local old = run.cache.files[entry.path]
  local known, state = run.cache:find(entry.path, key)
  if not known or not holds(run, known) then return add(run, entry, key, state, old) end
  for _, document in ipairs(known.documents) do
    run.seen[document.id] = true
    run.count.unchanged = run.count.unchanged + 1
  end
end

-- Removes what is not among the papers; a file with several documents stands for all of its ids.
local function prune(run)
  local removed, snapshot, numbers, message = 0, run.corpus.snapshot, {}, nil
  if snapshot then numbers, message = snapshot:documents({}) end
  if not numbers then output.stop(message, 1) end
  for _, number in ipairs(numbers) do
    local id, problem = snapshot:document(number)
    if not id then output.stop(problem, 1) end
    if not run.seen[id] and not run.unread[id:match("^(.*)#") or ""] then
      remove(run, id)
      removed = removed + 1
    end
  end
  return removed
end

local function say_interrupted(run)
  run.corpus:close()
  local there = system.kind(run.path .. "/manifest") and papers.open(run.path)
  local totals = there and there:totals() or { documents = 0, tokens = 0 }
  output.say(("interrupted: %s is as of its last commit: %d documents, %d tokens; the same command goes on from there")
    :format(run.path, totals.documents, totals.tokens))
  return 130
end

local function new_run(args)
  local entries, message = corpus.scan(args.paths)
  if not entries then output.stop(message) end
  local repairs, problem = damage.without(args.no_repair or {})
  if repairs == nil then output.stop("--no-repair: " .. problem) end
  local run = { path = args.corpus, entries = entries, metadata = corpus.metadata(entries), how = papers.import_options(args),
    repairs = repairs, cache = index_cache.open(args.corpus), count = { added = 0, replaced = 0, unchanged = 0 }, failed = 0,
    seen = {}, unread = {}, pending = {}, total = #entries, read = 0, bytes = 0, started = system.clock(), shown = 0,
    committed = system.clock(), terminal = system.isatty(2) }
  run.how_text = canonical({ version = core.version().entente, encoding = args.encoding, convert = args.convert,
    strict = args.strict, columns = args.columns, no_repair = args.no_repair }) .. "\0"
  run.corpus = papers.open(args.corpus, { memory = args.memory, threads = args.threads })
  local locked
  locked, message = run.corpus:lock()
  if not locked then output.stop(message, 1) end
  function run.hash_of(id)
    local snapshot = run.corpus.snapshot
    local number = snapshot:find(id)
    local hash = number and select(4, snapshot:document(number))
    return hash and HEX:format(hash:byte(1, 16))
  end
  return run
end

---Adds papers to a corpus.
---@param args table the command's arguments
---@return integer status
function M.index(args)
  local run = new_run(args)
  system.catch_interrupt()
  for i, entry in ipairs(run.entries) do
    if system.interrupted() then return say_interrupted(run) end
    local failed = run.failed
    visit(run, entry)
    if run.failed > failed then run.unread[entry.id] = true end
    if system.clock() - run.committed > args.commit_every then commit(run) end
    progress(run, i)
  end
  local removed = args.prune and prune(run) or 0
  if args.merge then run.corpus:merge() end
  if system.interrupted() then return say_interrupted(run) end
  commit(run)
  papers.say_notes(run.entries)
  local totals, count = run.corpus:totals(), run.count
  output.show(("%d papers: %d added, %d replaced, %d unchanged, %d not read%s; %d documents, %d tokens in %s\n"):format(
    count.added + count.replaced + count.unchanged + run.failed, count.added, count.replaced, count.unchanged, run.failed,
    args.prune and (", %d removed"):format(removed) or "", totals.documents, totals.tokens, args.corpus))
  run.corpus:close()
  return run.failed > 0 and 1 or 0
end

return M
