--- What was repaired in a paper, and what could not be: names, order and examples for people to read.
--
-- The kinds are those of index:edits; `replaced`, `pages_without_text` and `zawgyi` are no repairs but damage.
local M = {}

--- The options: what can be switched off, as `repairs` of coder:code has it.
M.REPAIRS = { "hyphens", "paragraphs", "furniture", "han_spaces", "ligatures", "soft_hyphens", "zero_width", "width", "sara_am" }

--- In the order in which a report shows them.
M.KINDS = {
  { "joined", "hyphens at line ends left out (the word occurs elsewhere)" },
  { "guessed", "hyphens at line ends left out on a guess" },
  { "kept", "hyphens at line ends kept (the hyphenated form occurs elsewhere)" },
  { "paragraph", "broken paragraphs joined" },
  { "furniture", "running heads, page numbers, and the first page's title, names and keywords left out" },
  { "han_space", "spaces between Han characters left out" },
  { "ligature", "ligatures read as letters" },
  { "soft_hyphen", "soft hyphens left out" },
  { "zero_width", "zero-width characters left out" },
  { "width", "full-width and half-width forms read as usual ones" },
  { "sara_am", "Thai SARA AM put together" },
  { "replaced", "replacement characters (U+FFFD) in the text" },
  { "pages_without_text", "pages without text" },
  { "zawgyi", "probably Burmese in Zawgyi, which no term finds; --convert zawgyi makes it Unicode" },
}

--- A note on a paper in Zawgyi.
M.ZAWGYI = "probably Burmese in Zawgyi, in which no term is found; --convert zawgyi makes it Unicode"

local AROUND = 24

--- The text of a span and a little around it, on one line, cut between characters; of a long one the beginning.
local function example(text, span)
  local from, to = math.max(1, span.first - AROUND), span.last + AROUND
  if to - from > 6 * AROUND then to = 0 end
  to = math.min(#text, math.max(to, span.first + 3 * AROUND))
  while from < span.first and text:find("^[\128-\191]", from) do from = from + 1 end
  while text:find("^[\128-\191]", to + 1) do to = to + 1 end
  local shown = text:sub(from, to):gsub("[%s%c]+", " "):gsub("\194\173", "‧"):gsub("\226\128\139", "‧")
  return (from > 1 and "…" or "") .. shown .. (to < #text and "…" or "")
end

--- The repairs option with some switched off.
---@param names string[] of REPAIRS, or "all"; "han-spaces" is "han_spaces"
---@return table|boolean|nil repairs nil where a name is unknown
---@return string|nil message
function M.without(names)
  local known, repairs = {}, {}
  for _, name in ipairs(M.REPAIRS) do known[name] = true end
  for _, name in ipairs(names) do
    if name == "all" then return false end
    name = name:gsub("%-", "_")
    if not known[name] then
      return nil, ("there is no repair '%s'; they are %s, all"):format(name, table.concat(M.REPAIRS, ", "):gsub("_", "-"))
    end
    repairs[name] = false
  end
  return repairs
end

--- What the index says of a document, with an example in words for each kind.
---@param index userdata
---@param number integer document
---@param text string
---@return table damage {KIND = count, examples = {KIND = text}, replaced=, pages_without_text=, zawgyi=}
function M.of(index, number, text)
  local damage = index:damage(number)
  for kind, span in pairs(damage.examples) do damage.examples[kind] = example(text, span) end
  return damage
end

--- The kinds of which there are any, in order.
---@param damage table of `of`
---@return table[] rows {kind=, what=, count=, example= or nil}; zawgyi counts 1
function M.rows(damage)
  local rows = {}
  for _, kind in ipairs(M.KINDS) do
    local count = damage[kind[1]]
    if count == true then count = 1 end
    if count and count ~= 0 then
      rows[#rows + 1] = { kind = kind[1], what = kind[2], count = count, example = damage.examples[kind[1]] }
    end
  end
  return rows
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
end

--- A paper's damage as one JSON object: doc, and every kind with its count, in order; examples of those there are.
---@param coded table of coder:code
---@return string json
function M.json(coded)
  local out, examples = { '{"doc":' .. quoted(coded.document.id) }, {}
  for _, kind in ipairs(M.KINDS) do
    out[#out + 1] = ('"%s":%s'):format(kind[1], tostring(coded.damage[kind[1]]))
    local text = coded.damage.examples[kind[1]]
    if text then examples[#examples + 1] = ('"%s":%s'):format(kind[1], quoted(text)) end
  end
  out[#out + 1] = '"examples":{' .. table.concat(examples, ",") .. "}}"
  return table.concat(out, ",")
end

--- Adds the options of a command that repairs papers.
---@param command userdata|table of argparse
function M.options(command)
  local names = table.concat(M.REPAIRS, ", "):gsub("_", "-")
  command:option("--no-repair", "Read as it is written: " .. names .. ", or all."):argname("KIND"):count("*")
  command:option("--convert", "zawgyi: Burmese in Zawgyi becomes Unicode."):argname("ENCODING"):choices({ "zawgyi" })
end

return M
