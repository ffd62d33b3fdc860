--- The filters: standard input to standard output, in blocks: how long the input is does not matter.
local core = require "entente.core"
local segmenters = require "entente.segmenters"

local M = {}

local BLOCK = 128 * 1024
local MOST = 256 * 1024 -- what is held back at most for want of a place to cut

local function check(done, message)
  if not done then error({ message = "standard output: " .. message .. "; it is not complete", status = 1 }, 0) end
end

--- Writes, and ends the verb where that fails: a full disk is no success.
---@param output file*
---@param ... string
function M.write(output, ...) check(output:write(...)) end

--- Writes what is still in the stream's buffer, likewise.
---@param output file*
function M.flush(output) check(output:flush()) end

local function one_line(text) return (text:gsub("%s", " ")) end

-- With the words of a segmenter, which reads the whole text: one document, in memory.
local function tokens_in_words(args, input, output)
  local segmenter, message = segmenters.load(args.words)
  if not segmenter then error({ message = message, status = 2 }, 0) end
  local text = core.mend(input:read("*a") or "")
  local index = core.index(core.vocab())
  -- What `fold` reads otherwise is always read so; what needs the whole text is repaired on request.
  local repairs = args.repair or { hyphens = false, paragraphs = false, furniture = false }
  assert(index:add({ text = text, repairs = repairs }))
  assert(index:words(1, assert(segmenter(text))))
  M.write(output, "begin\tend\ttoken\tfold\tscript\tsentence\tword\n")
  local sentences, at, word = index:parts(1, "sentence"), 1, 0
  for i = 1, index:token_count(1) do
    local first, last, token, fold = index:token(1, i)
    while sentences[at + 1] and sentences[at + 1].token <= i do at = at + 1 end
    if index:word_begins(1, i) then word = word + 1 end
    M.write(output, ("%d\t%d\t%s\t%s\t%s\t%d\t%d\n"):format(first - 1, last, one_line(token), fold, core.script(token), at, word))
  end
  return 0
end

--- Tokens, tab-separated: begin, end (bytes of the input, half-open), token, fold, script, sentence (from 1). With
--- repair the input is one document and stays in memory: a divided word is looked for in all of it; so it does with
--- the words of a segmenter, which add a column word, the number of the token's word.
---@param args {repair: boolean?, words: string?}
---@param input file* what is read; standard input
---@param output file* what is written; standard output
---@param block integer|nil bytes that are read and looked at together
---@return integer status
function M.tokens(args, input, output, block)
  input, output = input or io.stdin, output or io.stdout
  if args.words then return tokens_in_words(args, input, output) end
  local stream = assert(core.stream(args.repair or false, block))
  M.write(output, "begin\tend\ttoken\tfold\tscript\tsentence\n")
  repeat
    local bytes = input:read(block or BLOCK)
    assert(stream:feed(bytes or "", not bytes))
    local rows = assert(stream:rows())
    while rows ~= "" do
      M.write(output, rows)
      rows = assert(stream:rows())
    end
  until not bytes
  stream:close()
  return 0
end

--- A normal form. A stretch of more than 256 KiB without a place to cut, as one of combining marks, is cut where it is.
---@param args {form: string}
---@param input file* what is read; standard input
---@param output file* what is written; standard output
---@param block integer|nil bytes that are read together
---@return integer status
function M.normalize(args, input, output, block)
  input, output = input or io.stdin, output or io.stdout
  local raw, text = "", "" -- not yet mended, not yet written
  repeat
    local bytes = input:read(block or BLOCK)
    raw = raw .. (bytes or "")
    local whole = bytes and core.whole(raw) or #raw
    text = text .. core.mend(raw:sub(1, whole))
    raw = raw:sub(whole + 1)
    local cut = bytes and core.cut(text, args.form) or #text
    if cut == 0 and #text >= MOST then cut = #text end
    M.write(output, assert(core.normalize(text:sub(1, cut), args.form)))
    text = text:sub(cut + 1)
  until not bytes
  return 0
end

return M
