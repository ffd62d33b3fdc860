--- The filters: standard input to standard output, in blocks: how long the input is does not matter.
local core = require "entente.core"
local segmenters = require "entente.segmenters"

local M = {}

local BLOCK = 128 * 1024
local MOST = 256 * 1024 -- what is held back at most for want of a place to cut

--- Tokens, tab-separated: begin, end (bytes of the input, half-open), token, fold, script, sentence (from 1). With
--- repair the input is one document and stays in memory: a divided word is looked for in all of it.
---@param args {repair: boolean?}
---@param input file* what is read; standard input
---@param output file* what is written; standard output
---@param block integer|nil bytes that are read and looked at together
---@return integer status
function M.tokens(args, input, output, block)
  input, output = input or io.stdin, output or io.stdout
  local stream = assert(core.stream(args.repair or false, block))
  output:write("begin\tend\ttoken\tfold\tscript\tsentence\n")
  repeat
    local bytes = input:read(block or BLOCK)
    assert(stream:feed(bytes or "", not bytes))
    local rows = assert(stream:rows())
    while rows ~= "" do
      output:write(rows)
      rows = assert(stream:rows())
    end
  until not bytes
  stream:close()
  return 0
end

-- Where valid UTF-8 can be cut so that the parts have the normal forms that they have in the whole: before a
-- letter or digit of ASCII behind white space, and before a character of U+4000 to U+9FFF behind such another or
-- white space. Nothing before these can change them, and no part but the last ends in an 's, which fold drops.
local function cut_of(text)
  local last = text:match("^.*[ \t\n\r]()[%w\228-\233]") or 1
  local han = text:match("^.*[\228-\233][\128-\191][\128-\191]()[\228-\233]") or 1
  return math.max(last, han) - 1
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
    local cut = bytes and cut_of(text) or #text
    if cut == 0 and #text >= MOST then cut = #text end
    output:write(assert(core.normalize(text:sub(1, cut), args.form)))
    text = text:sub(cut + 1)
  until not bytes
  return 0
end

return M
