-- cli_parser: what can be said to the command.

local argparse = require "argparse"
local damage = require "entente.damage"
local import = require "entente.import"
local import_vrt = require "entente.import_vrt"

local M = {}

-- ---- values ----------------------------------------------------------------------------------

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

local UNITS = { [""] = 1, K = 2 ^ 10, M = 2 ^ 20, G = 2 ^ 30 }

local function size(text)
  local number, unit = text:upper():match("^(%d+%.?%d*)([KMG]?)I?B?$")
  number = tonumber(number)
  if number and number > 0 then return math.floor(number * UNITS[unit]) end
  return nil, ("'%s' is no size: write bytes, or 64M, 2G"):format(text)
end

local function threads(text)
  local number = whole(text)
  if number and number <= 64 then return number end
  return nil, ("'%s' is no number of threads from 1 to 64"):format(text)
end

-- ---- options that verbs share -----------------------------------------------------------------

local function reading(command)
  command:option("--encoding", "Of text files that are not UTF-8, as iconv names it."):argname("NAME")
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

local function papers(command)
  command:argument("path", "Papers, folders of papers, or corpora."):args("+"):target("paths")
  command:option("--where", "Only documents that meet all: FIELD=VALUE, FIELD=VALUE,VALUE or FIELD=LEAST..MOST.")
    :argname("CONDITION"):count("*")
  return reading(command)
end

local function coded(command)
  papers(command)
  command:option("--words", "A segmenter (icu): leave out hits that cut a word in scripts without spaces."):argname("NAME")
  damage.options(command)
  command:option("--damage", "Write what was repaired in each paper, as JSON."):argname("FILE")
  return command
end

local function coding(command)
  coded(command)
  command:option("-c --codebook", "A codebook: its name, or its file (.lua or .json)."):count(1):argname("CODEBOOK")
  command:flag("--references", "Code the reference lists, too.")
  command:flag("--raw", "CSV: no ' before a field that a spreadsheet would run.")
  return command
end

-- ---- verbs -----------------------------------------------------------------------------------

local function add_index(top)
  local index = top:command("index", "Add papers to a corpus, which is made where it is not there. Files that are as they were "
    .. "the last time are not read. Ctrl-C leaves the last commit; there is one every minute, and one at the end.")
  index:argument("corpus", "Its folder: NAME.entente."):argname("CORPUS")
  index:argument("path", "Papers, or folders of papers."):args("+"):target("paths")
  reading(index)
  damage.options(index)
  index:option("--memory", "What papers may take before they are written: bytes, or 64M, 2G (256M).", nil, size):argname("SIZE")
  index:option("--threads", "That index documents; the corpus is the same with any number (1).", nil, threads):argname("N")
  index:option("--commit-every", "Seconds between two commits.", "60", positive):argname("S")
  index:flag("--prune", "Remove the documents that are not among these papers.")
  index:flag("--merge", "Make the corpus one segment: its bytes are those of any corpus of the same documents.")
end

local function add_coding(top)
  local code = coding(top:command("code", "Code papers: the record of each coding."))
  code:option("--format", "jsonl or csv.", "jsonl"):choices({ "jsonl", "csv" })
  code:option("-o --output", "A file; else standard output."):argname("FILE")
  local report = coding(top:command("report", "Code papers and write a report."))
  report:option("-o --output", "The report: .html, .md, .csv, .json or .jsonl."):count(1):argname("FILE")
  report:option("--title", "The report's title."):argname("TEXT")
  report:flag("--table", "Print a table of the categories, too.")
  local kwic = coded(top:command("kwic", "Key words in context: paper, page, left, match, right, parted by tabs."))
  kwic:option("-q --query", "A term or operator, as in a codebook."):argname("PATTERN")
  kwic:option("-c --codebook", "Or the categories of a codebook."):argname("CODEBOOK")
  kwic:option("--category", "Of the codebook: this one and what is below it."):argname("PATH")
  kwic:option("--width", "Characters on each side.", "40", whole):argname("N")
end

local function add_corpora(top)
  local documents = papers(top:command("documents", "The documents, a line each: id, tokens, fields, parted by tabs."))
  documents:option("--group", "Instead, how many documents and tokens there are of each value of a field."):argname("FIELD")
  local types = top:command("types", "The forms of a corpus, how many tokens and, for fold, documents have them, parted by tabs.")
  types:argument("corpus", "A corpus."):argname("CORPUS")
  types:option("--layer", "raw (as written), fold, bare or hans.", "fold"):choices({ "raw", "fold", "bare", "hans" })
  types:option("--glob", "Only forms that fit: * and ? are wildcards."):argname("PATTERN")
  local merge = top:command("merge", "A new corpus of the documents of several.")
  merge:argument("out", "The new corpus."):argname("OUT")
  merge:argument("input", "A corpus."):args("+"):target("inputs")
  top:command("verify", "Read all of a corpus and check every sum and invariant; 1 for damage."):argument("corpus", "A corpus.")
    :argname("CORPUS")
end

local function add_codebook(top)
  local codebook = top:command("codebook", "Work on codebooks."):command_target("action")
  codebook:command("test", "Run the examples and counterexamples."):argument("codebook", "A name or a file."):args("+"):target("files")
  local compile = codebook:command("compile", "Write the JSON that hosts load.")
  compile:argument("codebook", "A name or a file."):target("file")
  compile:option("-o --output", "A file; else standard output."):argname("FILE")
end

local function add_others(top)
  local run = top:command("run", "Run your analysis script, with `entente` loaded.")
  run:argument("script", "A Lua file.")
  run:argument("args", "What it finds in arg and ...; behind -- where they begin with -."):args("*")
  local tokens = top:command("tokens", "Filter: standard input as tokens, tab-separated.")
  tokens:flag("--repair", "Repair what needs the whole text, which is held: divided words, broken paragraphs, running heads.")
  tokens:option("--words", "A segmenter (icu): a further column, the number of the token's word."):argname("NAME")
  top:command("normalize", "Filter: a normal form of standard input."):option("--form", "Which one.", "nfc")
    :choices({ "nfc", "nfd", "nfkc", "nfkd", "fold", "bare", "hans" })
  top:command("version", "Versions of entente, Unicode and libraries.")
end

---The parser of the command.
---@return table of argparse
function M.new()
  local top = argparse("entente", "Content analysis for Lua: papers and a codebook in, coded evidence out.")
  top:command_target("verb")
  top:require_command(true)
  for _, add in ipairs({ add_index, add_coding, add_corpora, add_codebook, add_others }) do add(top) end
  return top
end

return M
