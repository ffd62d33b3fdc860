--- The command: entente VERB …. Exit 0 done, 1 the work found problems, 2 wrong usage.
local argparse = require "argparse"
local json = require "dkjson"
local codebook_file = require "entente.codebook_file"
local core = require "entente.core"
local system = require "entente.system"
local entente = require "entente"
local corpus = require "entente.corpus"
local damage = require "entente.damage"
local filters = require "entente.filters"
local import = require "entente.import"
local import_vrt = require "entente.import_vrt"
local record = require "entente.record"
local sandbox = require "entente.sandbox"
local segmenters = require "entente.segmenters"

local M = {}

local function say(message) io.stderr:write("entente: ", message, "\n") end

--- Ends the verb: wrong usage, or a codebook or file without which nothing can be done.
local function stop(message, status) error({ message = message, status = status or 2 }, 0) end

local function show(...) filters.write(io.stdout, ...) end

local function load_codebook(name, paths, share, options)
  local codebook, path, value = codebook_file.load(name, paths, share, options)
  if not codebook then stop(path) end
  return codebook, path, value
end

-- ---- papers ----

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

--- What entente.codebook is told: which annotations the papers can have.
local function codebook_options(args)
  local names = { "lemma", "pos" }
  for _, name in ipairs(args.columns or {}) do
    if name ~= "word" and name ~= "-" then names[#names + 1] = name end
  end
  return { annotations = names }
end

--- Calls visit(document) for each paper that can be read; gives the list of those that cannot.
local function each_paper(paths, options, visit)
  local entries, message = corpus.scan(paths)
  if not entries then stop(message) end
  local failed, metadata, how, total = {}, corpus.metadata(entries), import_options(options), 0
  local function fail(id, reason)
    failed[#failed + 1] = { id = id, message = reason }
    say("skipped " .. reason)
  end
  for i, entry in ipairs(entries) do
    local documents, reason = corpus.read_all(entry, metadata, how)
    if not documents then fail(entry.id, reason) end
    total = total + (documents and #documents or 1)
    for number, document in ipairs(documents or {}) do
      local ok, problem = visit(document)
      if not ok then fail(document.id, problem) end
      for _, note in ipairs(ok and document.notes or {}) do say(document.id .. ": " .. note) end
      documents[number] = false -- a file can hold very many
    end
    progress(i, #entries)
  end
  for _, note in ipairs(metadata.notes or {}) do say(note) end
  local other = entries.skipped
  if other[1] then
    say(("passed over %d that %s: %s (%s)%s"):format(#other, #other == 1 and "is no paper" or "are no papers",
      import.shown(other[1].path), other[1].reason, other[2] and " and others" or ""))
  end
  if #failed > 0 then say(("%d of %d papers could not be read"):format(#failed, total)) end
  return failed, total
end

--- The segmenter that --words names, or nil without it.
local function segmenter_of(options)
  if not options.words then return nil end
  local segmenter, message = segmenters.load(options.words)
  if not segmenter then stop(message) end
  return segmenter
end

local function put(path, text)
  if not path or path == "-" then
    show(text)
    return
  end
  local ok, message = system.write(path, text)
  if not ok then stop(message, 1) end
end

local function code_papers(paths, codebook, options, keep)
  local coder, guarded = entente.coder(codebook, { words = segmenter_of(options) }), 0
  local repairs, problem = damage.without(options.no_repair or {})
  if repairs == nil then stop("--no-repair: " .. problem) end
  local coding = { references = options.references, repairs = repairs }
  local damaged = {}
  local failed, count = each_paper(paths, options, function(document)
    local coded, message = coder:code(document, coding)
    if not coded then return nil, document.id .. ": " .. message end
    if coded.damage.zawgyi then say(document.id .. ": " .. damage.ZAWGYI) end
    guarded = guarded + (coded.guarded or 0)
    if options.damage then damaged[#damaged + 1] = damage.json(coded) end
    keep(coded)
    return true
  end)
  if guarded > 0 then say(("hits left out because they cut a word of the segmenter %s: %d"):format(options.words, guarded)) end
  if options.damage then put(options.damage, "[" .. table.concat(damaged, ",\n") .. "]\n") end
  return failed, count
end

--- Refuses an output whose folder is not there before any paper is read.
local function check_output(path)
  local folder = path and path:match("^(.+)/[^/]*$")
  if folder and system.kind(folder) ~= "folder" then stop(path .. ": there is no folder " .. folder .. "; make it first") end
end

-- ---- verbs ----

local verbs = {}

-- On standard output the records of one paper are held, with -o all: a file is written whole or not at all.
function verbs.code(args, share)
  check_output(args.output)
  check_output(args.damage)
  local codebook = load_codebook(args.codebook, args.paths, share, codebook_options(args))
  local csv, held = args.format == "csv", args.output and {}
  local head = csv and record.csv({}) or ""
  local function give(line)
    line, head = head .. line, ""
    if held then held[#held + 1] = line else show(line) end
  end
  local failed = code_papers(args.paths, codebook, args, function(coded)
    for _, coding in ipairs(coded.codings) do
      give(csv and record.csv_line(coding, args.raw) or record.json(coding) .. "\n")
    end
  end)
  give("")
  if held then put(args.output, table.concat(held)) end
  return #failed > 0 and 1 or 0
end

local function print_table(codebook, all)
  local measure = require "entente.measure"
  show(("%-40s %8s %7s %12s\n"):format("category", "codings", "papers", "per 1,000"))
  local tokens = 0
  for _, row in ipairs(measure.by_category(codebook, all)) do
    tokens = row.tokens
    local depth = select(2, row.path:gsub("/", ""))
    local name = ("  "):rep(depth) .. (row.path:match("[^/]*$"))
    show(("%-40s %8d %7d %12.2f\n"):format(name, row.codings, row.papers, row.rate))
  end
  show(("%d papers; rates are codings per 1,000 of their %d tokens\n"):format(#all, tokens))
end

local RENDERERS = { html = "evidence_html", md = "evidence_markdown" }

--- A report script; it gets the function that loads its parts.
local function load_renderer(share, name)
  local function part(other, ...)
    local file = ("%s/reports/%s.lua"):format(share, other)
    return assert(load(assert(system.read(file)), "@" .. file, "t"))(...)
  end
  return part(name, part)
end

function verbs.report(args, share)
  local report = require "entente.report"
  local kind = args.output:match("%.(%w+)$")
  if not (RENDERERS[kind or ""] or kind == "csv" or kind == "json" or kind == "jsonl") then
    stop(("-o %s: the ending says what to write: .html, .md, .csv, .json or .jsonl"):format(args.output))
  end
  check_output(args.output)
  check_output(args.damage)
  local codebook = load_codebook(args.codebook, args.paths, share, codebook_options(args))
  local all, codings = {}, {}
  local failed = code_papers(args.paths, codebook, args, function(coded)
    all[#all + 1] = coded
    for _, coding in ipairs(coded.codings) do codings[#codings + 1] = coding end
  end)
  if RENDERERS[kind] then
    local css = assert(system.read(share .. "/reports/evidence.css"))
    local render = load_renderer(share, RENDERERS[kind])
    put(args.output, render(report.input(codebook, all, failed, { title = args.title, css = css,
      command = ("entente report -c %s"):format(args.codebook) })))
  elseif kind == "csv" then
    put(args.output, record.csv(codings, args.raw))
  else
    local lines = {}
    for i, coding in ipairs(codings) do lines[i] = record.json(coding) end
    put(args.output, kind == "jsonl" and table.concat(lines, "\n") .. "\n" or "[" .. table.concat(lines, ",\n") .. "]\n")
  end
  if args.table then print_table(codebook, all) end
  show(("%d codings in %d papers; %d not read; report: %s\n"):format(#codings, #all, #failed, args.output))
  return #failed > 0 and 1 or 0
end

local function one_line(text) return (text:gsub("%s+", " ")) end

--- The last or first `width` characters of a text.
local function cut(text, width, from_end)
  local starts = {}
  for at in text:gmatch("()[^\128-\191]") do starts[#starts + 1] = at end
  if #starts <= width then return text end
  if from_end then return text:sub(starts[#starts - width + 1]) end
  return text:sub(1, starts[width + 1] - 1)
end

function verbs.kwic(args, share)
  local codebook
  if args.query then
    local source = ('return codebook "query" { version = "1", overlap = "all", category "query" { any = { %s } } }')
      :format(args.query:find("^%a+%(") and args.query or ("%q"):format(args.query))
    local value, message = sandbox.evaluate(source, "-q", {})
    if not value then stop(message) end
    codebook, message = entente.codebook(value, "-q", codebook_options(args))
    if not codebook then stop(message) end
  elseif args.codebook then
    codebook = load_codebook(args.codebook, args.paths, share, codebook_options(args))
    if args.category and not codebook.by_path[args.category] then stop("there is no category '" .. args.category .. "'") end
  else
    stop("kwic needs -q PATTERN or -c CODEBOOK")
  end
  local failed = code_papers(args.paths, codebook, args, function(coded)
    local text = coded.document.text
    for _, coding in ipairs(coded.codings) do
      local path = coding.category
      if not args.category or path == args.category or path:sub(1, #args.category + 1) == args.category .. "/" then
        local before = one_line(text:sub(math.max(1, coding.first - 6 * args.width), coding.first - 1):gsub("^[\128-\191]+", ""))
        local after = one_line(text:sub(coding.last + 1, coding.last + 6 * args.width):gsub("[\192-\255][\128-\191]*$", ""))
        show(coding.doc, "\t", coding.page or "", "\t", cut(before, args.width, true), "\t", one_line(coding.quote),
          "\t", cut(after, args.width, false), "\n")
      end
    end
  end)
  return #failed > 0 and 1 or 0
end

verbs.codebook = {}

--- Runs the examples and counterexamples of every category; gives what is not as it should be.
local function test_codebook(codebook)
  local coder, problems, run = entente.coder(codebook), {}, 0
  local function fires(text, category)
    local coded = assert(coder:code({ id = "example", text = text }))
    for _, coding in ipairs(coded.codings) do
      if coding.category == category.path or coding.category:sub(1, #category.path + 1) == category.path .. "/" then
        return coding
      end
    end
  end
  for _, category in ipairs(codebook.categories) do
    for _, field in ipairs({ "examples", "counterexamples" }) do
      for i, text in ipairs(category.value[field] or {}) do
        local found = fires(text, category)
        run = run + 1
        if (found ~= nil) ~= (field == "examples") then
          problems[#problems + 1] = ("%s.%s[%d]: %s: %s"):format(category.path, field, i,
            found and ("coded by " .. found.rule .. " (" .. found.quote .. ")") or "not coded", text)
        end
      end
    end
  end
  return problems, run
end

function verbs.codebook.test(args, share)
  local status = 0
  for _, name in ipairs(args.files) do
    local codebook, path = load_codebook(name, {}, share)
    local problems, run = test_codebook(codebook)
    for _, problem in ipairs(problems) do show(path, ": ", problem, "\n") end
    show(("%s: %d of %d examples as they should be\n"):format(path, run - #problems, run))
    if #problems > 0 then status = 1 end
  end
  return status
end

function verbs.codebook.compile(args, share)
  -- The layers of plugins are given where the JSON is loaded: here any name stands for words as they fold.
  local layers = setmetatable({}, { __index = function() return function(fold) return fold end end })
  local _, _, value = load_codebook(args.file, {}, share, { layers = layers })
  local function order(t)
    local keys = {}
    for key in pairs(t) do
      if type(key) == "string" then keys[#keys + 1] = key end
    end
    table.sort(keys)
    return keys
  end
  local function ordered(t)
    if type(t) ~= "table" then return t end
    local made = setmetatable({}, { __jsonorder = order(t) })
    for key, inner in pairs(t) do made[key] = ordered(inner) end
    return made
  end
  put(args.output, json.encode(ordered(value), { indent = false }) .. "\n")
  return 0
end

function verbs.tokens(args) return filters.tokens(args) end
function verbs.normalize(args) return filters.normalize(args) end

function verbs.run(args)
  local source, message = system.read(args.script)
  if not source then stop(message) end
  local chunk
  chunk, message = load(source:gsub("^#[^\n]*", ""), "@" .. args.script, "t")
  if not chunk then stop(message, 1) end
  _G.entente = entente -- luacheck: ignore
  _G.arg = args.args -- luacheck: ignore
  chunk((table.unpack or unpack)(args.args)) -- luacheck: ignore
  return 0
end

function verbs.version()
  local version = core.version()
  show(("entente %s\nUnicode %s\nutf8proc %s\n%s\n"):format(version.entente, version.unicode, version.utf8proc, version.lua))
  return 0
end

-- ---- the parser ----

local function positive(text)
  local number = tonumber(text)
  if number and number > 0 and number < math.huge then return number end
  return nil, ("'%s' is no positive number"):format(text)
end

local function whole(text)
  local number = positive(text)
  if number and number % 1 == 0 and number < 1e6 then return math.tointeger(number) end
  return nil, ("'%s' is no whole number from 1 to 999999"):format(text)
end

local function columns(text)
  local list = {}
  for name in (text .. ","):gmatch("%s*(.-)%s*,") do list[#list + 1] = name end
  local fine, problem = import_vrt.check_columns(list)
  if fine then return list end
  return nil, ("'%s': %s"):format(text, problem)
end

local function parser()
  local top = argparse("entente", "Content analysis for Lua: papers and a codebook in, coded evidence out.")
  top:command_target("verb")
  top:require_command(true)
  local function papers(command)
    command:argument("path", "Papers, or folders of papers."):args("+"):target("paths")
    command:option("--encoding", "Of text files that are not UTF-8, as iconv names it."):argname("NAME")
    command:option("--words", "A segmenter (icu): leave out hits that cut a word in scripts without spaces."):argname("NAME")
    damage.options(command)
    command:flag("--strict", "Refuse invalid UTF-8 instead of mending it.")
    command:option("--columns", "Of vertical text (word,pos,lemma): word, names of annotations, - to pass one over.", nil, columns)
      :argname("NAMES")
    local most = import.limits
    for _, limit in ipairs({ { "wall", "S", "Seconds that pandoc or pdftotext may take for a paper", most.wall },
      { "cpu", "S", "Seconds of processor time", most.cpu }, { "memory", "MIB", "MiB of memory", most.memory / 1048576 },
      { "output", "MIB", "MiB of what they write", most.output / 1048576 } }) do
      command:option("--limit-" .. limit[1], ("%s (%d)."):format(limit[3], limit[4]), nil, positive):argname(limit[2])
    end
    return command
  end
  local function coding(command)
    papers(command)
    command:option("-c --codebook", "A codebook: its name, or its file (.lua or .json)."):count(1):argname("CODEBOOK")
    command:flag("--references", "Code the reference lists, too.")
    command:flag("--raw", "CSV: no ' before a field that a spreadsheet would run.")
    return command
  end
  local code = coding(top:command("code", "Code papers: the record of each coding."))
  code:option("--format", "jsonl or csv.", "jsonl"):choices({ "jsonl", "csv" })
  code:option("-o --output", "A file; else standard output."):argname("FILE")
  local report = coding(top:command("report", "Code papers and write a report."))
  report:option("-o --output", "The report: .html, .md, .csv, .json or .jsonl."):count(1):argname("FILE")
  report:option("--title", "The report's title."):argname("TEXT")
  report:flag("--table", "Print a table of the categories, too.")
  local kwic = papers(top:command("kwic", "Key words in context: paper, page, left, match, right, parted by tabs."))
  kwic:option("-q --query", "A term or operator, as in a codebook."):argname("PATTERN")
  kwic:option("-c --codebook", "Or the categories of a codebook."):argname("CODEBOOK")
  kwic:option("--category", "Of the codebook: this one and what is below it."):argname("PATH")
  kwic:option("--width", "Characters on each side.", "40", whole):argname("N")
  local codebook = top:command("codebook", "Work on codebooks."):command_target("action")
  codebook:command("test", "Run the examples and counterexamples."):argument("codebook", "A name or a file."):args("+"):target("files")
  local compile = codebook:command("compile", "Write the JSON that hosts load.")
  compile:argument("codebook", "A name or a file."):target("file")
  compile:option("-o --output", "A file; else standard output."):argname("FILE")
  local run = top:command("run", "Run your analysis script, with `entente` loaded.")
  run:argument("script", "A Lua file.")
  run:argument("args", "What it finds in arg and ...; behind -- where they begin with -."):args("*")
  local tokens = top:command("tokens", "Filter: standard input as tokens, tab-separated.")
  tokens:flag("--repair", "Repair what needs the whole text, which is held: divided words, broken paragraphs, running heads.")
  tokens:option("--words", "A segmenter (icu): a further column, the number of the token's word."):argname("NAME")
  top:command("normalize", "Filter: a normal form of standard input."):option("--form", "Which one.", "nfc")
    :choices({ "nfc", "nfd", "nfkc", "nfkd", "fold", "bare", "hans" })
  top:command("version", "Versions of entente, Unicode and libraries.")
  return top
end

--- Runs the command.
---@param argv string[]
---@param share string the folder that holds codebooks/ and reports/
---@return integer status
function M.main(argv, share)
  local top = parser()
  local ok, args = top:pparse(argv)
  if not ok then
    say(args .. " (entente -h says how)")
    return 2
  end
  local verb = verbs[args.verb]
  if type(verb) == "table" then verb = verb[args.action] end
  local done, status = xpcall(function()
    local status = verb(args, share)
    filters.flush(io.stdout)
    return status
  end, function(problem)
    if type(problem) == "table" and problem.message then return problem end
    return { message = debug.traceback(tostring(problem), 2), status = 1 }
  end)
  if done then return status end
  say(status.message)
  return status.status
end

return M
