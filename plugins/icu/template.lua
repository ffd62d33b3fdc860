--- A segmenter of your own: start from here.
--
-- A segmenter is a function(text, lang) that gives {first, last, first, last, …}: the bytes of the words, 1-based,
-- both ends included, sorted, not overlapping. What it leaves out is no trouble: a character in no span is a word
-- of its own. This one takes, at each character, the longest word of a list that begins there.
--
--   local segmenter = dofile("template.lua")({ "数字", "鸿沟", "研究", "生命" })
--   local coder = entente.coder(codebook, { words = segmenter })
--
-- As a module entente/NAME.lua in Lua's path that returns { words = segmenter } it is `--words NAME`.

local function lengths_of(words)
  local known, lengths, seen = {}, {}, {}
  for _, word in ipairs(words) do
    known[word] = true
    if not seen[#word] then lengths[#lengths + 1] = #word end
    seen[#word] = true
  end
  table.sort(lengths, function(a, b) return a > b end)
  return known, lengths
end

--- How many bytes the character at a byte has, by its first byte.
local function width_of(text, at)
  local lead = text:byte(at)
  return lead < 0xC0 and 1 or lead < 0xE0 and 2 or lead < 0xF0 and 3 or 4
end

return function(words)
  local known, lengths = lengths_of(words)
  return function(text)
    local spans, at = {}, 1
    while at <= #text do
      local width = width_of(text, at)
      for _, length in ipairs(lengths) do
        local last = at + length - 1
        if last <= #text and known[text:sub(at, last)] then
          spans[#spans + 1] = at
          spans[#spans + 1] = last
          width = length
          break
        end
      end
      at = at + width
    end
    return spans
  end
end
