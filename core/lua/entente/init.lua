--- entente: content analysis for Lua. Touches neither io nor os, so that it loads in hosts without them; only `open` needs files.
--
--   local entente = require "entente"
--   local codebook = assert(entente.codebook(source, "my codebook"))
--   local coded = assert(entente.coder(codebook):code({ id = "x", text = "…" }))
--   for _, coding in ipairs(coded.codings) do print(coding.category, coding.quote) end
local core = require "entente.core"
local words = require "entente.words"
local codebook = require "entente.codebook"
local coder = require "entente.coder"

local M = {}

--- Versions of entente, Unicode, utf8proc and Lua.
---@return table
function M.version() return core.version() end

--- A compiled codebook out of Lua source that you trust (it is run in this process), or out of its value, as
--- the JSON that `entente codebook compile` writes decodes to.
---@param source string|table
---@param name? string for messages
---@param options? table include and extend, see words.environment; layers, see codebook.compile
---@return table|nil codebook
---@return string|nil message
function M.codebook(source, name, options)
  local value = source
  if type(source) == "string" then
    local message
    value, message = words.evaluate(source, name or "codebook", options)
    if not value then return nil, message end
  end
  return codebook.compile(value, name, options)
end

--- A coder for a compiled codebook.
---@param compiled table
---@param options? {words: function} words: a segmenter, see coder.new
---@return table
function M.coder(compiled, options) return coder.new(compiled, options) end

--- A corpus on disk. This and what it loads touch files.
---@param path string its folder; NAME.entente by custom
---@param options? table memory, threads, map, see corpus_disk.open
---@return table|nil corpus
---@return string|nil message
---@return string|nil code
function M.open(path, options) return require("entente.corpus_disk").open(path, options) end

--- A normal form of valid UTF-8: nfc, nfd, nfkc, nfkd, fold, bare or hans.
---@param text string
---@param form? string
---@return string|nil text
---@return string|nil message
function M.normalize(text, form) return core.normalize(text, form) end

--- Valid UTF-8 out of any bytes, and how many U+FFFD stand for what was not.
---@param bytes string
---@return string text
---@return integer replaced
function M.mend(bytes) return core.mend(bytes) end

return M
