--- The filters: standard input to standard output.
local core = require "entente.core"
local segmenters = require "entente.segmenters"

local M = {}

local function one_line(text) return (text:gsub("%s+", " ")) end

--- Tokens, tab-separated: begin, end, token, fold, sentence; with a segmenter also word, the number of the token's word.
---@param args {repair: boolean?, words: string?}
---@return integer status
function M.tokens(args)
  local segmenter, message
  if args.words then
    segmenter, message = segmenters.load(args.words)
    if not segmenter then error({ message = message, status = 2 }, 0) end
  end
  local bytes = io.stdin:read("*a") or ""
  local text = core.mend(bytes)
  local index = core.index(core.vocab())
  assert(index:add({ text = text, repairs = args.repair or false }))
  if segmenter then assert(index:words(1, assert(segmenter(text)))) end
  io.stdout:write("begin\tend\ttoken\tfold\tsentence", segmenter and "\tword" or "", "\n")
  local sentences, at, word = index:parts(1, "sentence"), 1, 0
  for i = 1, index:token_count(1) do
    local first, last, token, fold = index:token(1, i)
    while sentences[at + 1] and sentences[at + 1].token <= i do at = at + 1 end
    if index:word_begins(1, i) then word = word + 1 end
    io.stdout:write(("%d\t%d\t%s\t%s\t%d"):format(first - 1, last, one_line(token), fold, at), segmenter and "\t" .. word or "", "\n")
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
