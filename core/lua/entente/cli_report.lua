-- cli_report: the verb that codes papers and writes a report of them.

local measure = require "entente.measure"
local output = require "entente.cli_output"
local papers = require "entente.cli_papers"
local record = require "entente.record"
local report = require "entente.report"
local system = require "entente.system"

local M = {}

local function print_table(codebook, all)
  output.show(("%-40s %8s %7s %12s\n"):format("category", "codings", "papers", "per 1,000"))
  local tokens = 0
  for _, row in ipairs(measure.by_category(codebook, all)) do
    tokens = row.tokens
    local depth = select(2, row.path:gsub("/", ""))
    local name = ("  "):rep(depth) .. (row.path:match("[^/]*$"))
    output.show(("%-40s %8d %7d %12.2f\n"):format(name, row.codings, row.papers, row.rate))
  end
  output.show(("%d papers; rates are codings per 1,000 of their %d tokens\n"):format(#all, tokens))
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

---Codes papers and writes a report.
---@param args table the command's arguments
---@param share string the folder that holds codebooks/ and reports/
---@return integer status
function M.report(args, share)
  local kind = args.output:match("%.(%w+)$")
  if not (RENDERERS[kind or ""] or kind == "csv" or kind == "json" or kind == "jsonl") then
    output.stop(("-o %s: the ending says what to write: .html, .md, .csv, .json or .jsonl"):format(args.output))
  end
  output.check_output(args.output)
  output.check_output(args.damage)
  local codebook = output.load_codebook(args.codebook, args.paths, share, papers.codebook_options(args))
  local all, codings = {}, {}
  local failed = papers.code(args.paths, codebook, args, function(coded)
    all[#all + 1] = coded
    for _, coding in ipairs(coded.codings) do codings[#codings + 1] = coding end
  end)
  if RENDERERS[kind] then
    local css = assert(system.read(share .. "/reports/evidence.css"))
    local render = load_renderer(share, RENDERERS[kind])
    output.put(args.output, render(report.input(codebook, all, failed, { title = args.title, css = css,
      command = ("entente report -c %s"):format(args.codebook) })))
  elseif kind == "csv" then
    output.put(args.output, record.csv(codings, args.raw))
  else
    local lines = {}
    for i, coding in ipairs(codings) do lines[i] = record.json(coding) end
    output.put(args.output, kind == "jsonl" and table.concat(lines, "\n") .. "\n" or "[" .. table.concat(lines, ",\n") .. "]\n")
  end
  if args.table then print_table(codebook, all) end
  output.show(("%d codings in %d papers; %d not read; report: %s\n"):format(#codings, #all, #failed, args.output))
  return #failed > 0 and 1 or 0
end

return M
