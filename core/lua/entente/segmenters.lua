--- Segmenters: which characters make a word, in scripts that are written without spaces.
--
-- A segmenter is a function(text, lang) -> {first, last, first, last, …}: the words' bytes, 1-based, both ends
-- included, sorted, not overlapping; or nil and a message. lang is the document's language where it is known. It
-- may leave out whatever it likes: a character in no span is a word of its own, and in scripts with spaces a
-- token is a word whatever it says.
local M = {}

local MISSING = {
  icu = "the segmenter icu is not there; in entente's source tree `make plugins-icu` builds it (with Debian's libicu-dev)",
}

--- A segmenter by its name: the function `words` of the module entente.NAME, which a plugin brings.
---@param name string
---@return function|nil segmenter
---@return string|nil message
function M.load(name)
  local module = "entente." .. name
  local found, loaded
  if name:find("^[%a_][%w_]*$") then found, loaded = pcall(require, module) end
  if found and type(loaded) == "table" and type(loaded.words) == "function" then return loaded.words end
  if not found and loaded and not loaded:find("module '" .. module .. "' not found", 1, true) then
    return nil, ("the segmenter %s does not load: %s"):format(name, (loaded:gsub("%s+", " ")))
  end
  return nil, MISSING[name] or ("there is no segmenter '%s': its module %s must give a function `words`"):format(name, module)
end

return M
