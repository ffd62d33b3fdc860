-- cli_code: the verbs that write codings as they come: code and kwic.

local entente = require "entente"
local output = require "entente.cli_output"
local papers = require "entente.cli_papers"
local record = require "entente.record"
local sandbox = require "entente.sandbox"

local M = {}

---The record of each coding. On standard output the records of one paper are held, with -o all: a file is written whole or
---not at all.
---@param args table the command's arguments
---@param share string the folder that holds codebooks/ and reports/
---@return integer status
function M.code(args, share)
  output.check_output(args.output)
  output.check_output(args.damage)
  local codebook = output.load_codebook(args.codebook, args.paths, share, papers.codebook_options(args))
  local csv, held = args.format == "csv", args.output and {}
  local head = csv and record.csv({}) or ""
  local function give(line)
    line, head = head .. line, ""
    if held then held[#held + 1] = line else output.show(line) end
  end
  local failed = papers.code(args.paths, codebook, args, function(coded)
    for _, coding in ipairs(coded.codings) do
      give(csv and record.csv_line(coding, args.raw) or record.json(coding) .. "\n")
    end
  end)
  give("")
  if held then output.put(args.output, table.concat(held)) end
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

---Key words in context.
---@param args table the command's arguments
---@param share string the folder that holds codebooks/ and reports/
---@return integer status
function M.kwic(args, share)
  local codebook
  if args.query then
    local source = ('return codebook "query" { version = "1", overlap = "all", category "query" { any = { %s } } }')
      :format(args.query:find("^%a+%(") and args.query or ("%q"):format(args.query))
    local value, message = sandbox.evaluate(source, "-q", {})
    if not value then output.stop(message) end
    codebook, message = entente.codebook(value, "-q", papers.codebook_options(args))
    if not codebook then output.stop(message) end
  elseif args.codebook then
    codebook = output.load_codebook(args.codebook, args.paths, share, papers.codebook_options(args))
    if args.category and not codebook.by_path[args.category] then output.stop("there is no category '" .. args.category .. "'") end
  else
    output.stop("kwic needs -q PATTERN or -c CODEBOOK")
  end
  local failed = papers.code(args.paths, codebook, args, function(coded)
    local text = coded.document.text
    for _, coding in ipairs(coded.codings) do
      local path = coding.category
      if not args.category or path == args.category or path:sub(1, #args.category + 1) == args.category .. "/" then
        local before = one_line(text:sub(math.max(1, coding.first - 6 * args.width), coding.first - 1):gsub("^[\128-\191]+", ""))
        local after = one_line(text:sub(coding.last + 1, coding.last + 6 * args.width):gsub("[\192-\255][\128-\191]*$", ""))
        output.show(coding.doc, "\t", coding.page or "", "\t", cut(before, args.width, true), "\t", one_line(coding.quote),
          "\t", cut(after, args.width, false), "\n")
      end
    end
  end)
  return #failed > 0 and 1 or 0
end

return M
