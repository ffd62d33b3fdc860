-- cli_papers: the papers that a verb is given, read and coded one after the other.

local corpus = require "entente.corpus"
local damage = require "entente.damage"
local entente = require "entente"
local import = require "entente.import"
local output = require "entente.cli_output"
local segmenters = require "entente.segmenters"
local system = require "entente.system"

local M = {}

local function progress(done, total)
  if not system.isatty(2) then return end
  io.stderr:write(("\r%d of %d papers%s"):format(done, total, done == total and "\r\27[K" or ""))
end

--- What import is told: the encoding, what to convert, whether to be strict, and the limits that differ from its own.
local function import_options(args)
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

---Calls visit(document) for each paper that can be read; it gives true, or nil and why the paper counts as not read.
---@param paths string[]
---@param options table the command's arguments
---@param visit function
---@return table[] failed {id=, message=}
---@return integer count of all papers
function M.each(paths, options, visit)
  local entries, message = corpus.scan(paths)
  if not entries then output.stop(message) end
  local failed, metadata, how, total = {}, corpus.metadata(entries), import_options(options), 0
  local function fail(id, reason)
    failed[#failed + 1] = { id = id, message = reason }
    output.say("skipped " .. reason)
  end
  for i, entry in ipairs(entries) do
    local documents, reason = corpus.read_all(entry, metadata, how)
    if not documents then fail(entry.id, reason) end
    total = total + (documents and #documents or 1)
    for number, document in ipairs(documents or {}) do
      local ok, problem = visit(document)
      if not ok then fail(document.id, problem) end
      for _, note in ipairs(ok and document.notes or {}) do output.say(document.id .. ": " .. note) end
      documents[number] = false -- a file can hold very many
    end
    progress(i, #entries)
  end
  for _, note in ipairs(metadata.notes or {}) do output.say(note) end
  local other = entries.skipped
  if other[1] then
    output.say(("passed over %d that %s: %s (%s)%s"):format(#other, #other == 1 and "is no paper" or "are no papers",
      import.shown(other[1].path), other[1].reason, other[2] and " and others" or ""))
  end
  if #failed > 0 then output.say(("%d of %d papers could not be read"):format(#failed, total)) end
  return failed, total
end

--- The segmenter that --words names, or nil without it.
local function segmenter_of(options)
  if not options.words then return nil end
  local segmenter, message = segmenters.load(options.words)
  if not segmenter then output.stop(message) end
  return segmenter
end

---Codes papers and calls keep(coded) for each.
---@param paths string[]
---@param codebook table
---@param options table the command's arguments
---@param keep function
---@return table[] failed {id=, message=}
---@return integer count of all papers
function M.code(paths, codebook, options, keep)
  local coder, guarded = entente.coder(codebook, { words = segmenter_of(options) }), 0
  local repairs, problem = damage.without(options.no_repair or {})
  if repairs == nil then output.stop("--no-repair: " .. problem) end
  local coding = { references = options.references, repairs = repairs }
  local damaged = {}
  local failed, count = M.each(paths, options, function(document)
    local coded, message = coder:code(document, coding)
    if not coded then return nil, document.id .. ": " .. message end
    if coded.damage.zawgyi then output.say(document.id .. ": " .. damage.ZAWGYI) end
    guarded = guarded + (coded.guarded or 0)
    if options.damage then damaged[#damaged + 1] = damage.json(coded) end
    keep(coded)
    return true
  end)
  if guarded > 0 then output.say(("hits left out because they cut a word of the segmenter %s: %d"):format(options.words, guarded)) end
  if options.damage then output.put(options.damage, "[" .. table.concat(damaged, ",\n") .. "]\n") end
  return failed, count
end

return M
