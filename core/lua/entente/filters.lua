--- The filters: standard input to standard output.
local core = require "entente.core"

local M = {}

local function one_line(text) return (text:gsub("%s+", " ")) end

--- Tokens, tab-separated: begin, end, token, fold, sentence.
---@param args {repair: boolean?}
---@return integer status
function M.tokens(args)
  local bytes = io.stdin:read("*a") or ""
  local text = core.mend(bytes)
  local index = core.index(core.vocab())
  assert(index:add({ text = text, repairs = args.repair or false }))
  io.stdout:write("begin\tend\ttoken\tfold\tsentence\n")
  local sentences, at = index:parts(1, "sentence"), 1
  for i = 1, index:token_count(1) do
    local first, last, token, fold = index:token(1, i)
    while sentences[at + 1] and sentences[at + 1].token <= i do at = at + 1 end
    io.stdout:write(("%d\t%d\t%s\t%s\t%d\n"):format(first - 1, last, one_line(token), fold, at))
  end
  return 0
end

--- A normal form.
---@param args {form: string}
---@return integer status
function M.normalize(args)
  local text = core.mend(io.stdin:read("*a") or "")
  io.stdout:write(assert(core.normalize(text, args.form)))
  return 0
end

return M
