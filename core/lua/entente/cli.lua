--- The command: entente VERB …. Exit 0 done, 1 the work found problems, 2 wrong usage.
--
-- Lives here: which verb is called, and verbs of a few lines. What needs more is in the modules that MODULES
-- names, each loaded when its verb is called.
local cli_parser = require "entente.cli_parser"
local core = require "entente.core"
local entente = require "entente"
local filters = require "entente.filters"
local output = require "entente.cli_output"
local system = require "entente.system"

local M = {}

local MODULES = { code = "cli_code", kwic = "cli_code", report = "cli_report", codebook = "cli_codebook",
  index = "cli_index", merge = "cli_corpus", verify = "cli_corpus", documents = "cli_corpus", types = "cli_corpus" }
local verbs = {}

function verbs.tokens(args) return filters.tokens(args) end
function verbs.normalize(args) return filters.normalize(args) end

function verbs.run(args)
  local source, message = system.read(args.script)
  if not source then output.stop(message) end
  local chunk
  chunk, message = load(source:gsub("^#[^\n]*", ""), "@" .. args.script, "t")
  if not chunk then output.stop(message, 1) end
  _G.entente = entente -- luacheck: ignore
  _G.arg = args.args -- luacheck: ignore
  chunk((table.unpack or unpack)(args.args)) -- luacheck: ignore
  return 0
end

function verbs.version()
  local version = core.version()
  output.show(("entente %s\nUnicode %s\nutf8proc %s\n%s\n"):format(version.entente, version.unicode, version.utf8proc, version.lua))
  return 0
end

--- Runs the command.
---@param argv string[]
---@param share string the folder that holds codebooks/ and reports/
---@return integer status
function M.main(argv, share)
  local top = cli_parser.new()
  local ok, args = top:pparse(argv)
  if not ok then
    output.say(args .. " (entente -h says how)")
    return 2
  end
  local done, status = xpcall(function()
    local verb = verbs[args.verb] or require("entente." .. MODULES[args.verb])[args.action or args.verb]
    local status = verb(args, share)
    filters.flush(io.stdout)
    return status
  end, function(problem)
    if type(problem) == "table" and problem.message then return problem end
    return { message = debug.traceback(tostring(problem), 2), status = 1 }
  end)
  if done then return status end
  output.say(status.message)
  return status.status
end

return M
