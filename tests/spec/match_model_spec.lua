--- near, seq, all, any, except and unless against the words of DESIGN 6, enumerated naively: every
--- combination of operand spans that share no token, lie in one unit and stand at most n tokens apart; of
--- those the minimal spans, equal ones once. It shares nothing with the code but the core's doors.

local core = require "entente.core"

local ROUNDS = 6000
local LETTERS = { "a", "b", "c", "d" }

-- ---- the model: a text is a list of sentences' words; a span is {first, last} in token numbers ----

local function set(spans)
  local seen, out = {}, {}
  for _, s in ipairs(spans) do
    local key = s[1] .. "-" .. s[2]
    if not seen[key] then seen[key] = true out[#out + 1] = s end
  end
  table.sort(out, function(x, y) if x[1] ~= y[1] then return x[1] < y[1] end return x[2] < y[2] end)
  return out
end

local function minimal(spans)
  local out = {}
  spans = set(spans)
  for _, s in ipairs(spans) do
    local least = true
    for _, t in ipairs(spans) do
      if t ~= s and t[1] >= s[1] and t[2] <= s[2] then least = false end
    end
    if least then out[#out + 1] = s end
  end
  return out
end

local eval

-- All ways to take one span of each operand.
local function combinations(lists, take)
  local chosen = {}
  local function pick(i)
    if i > #lists then return take(chosen) end
    for _, s in ipairs(lists[i]) do
      chosen[i] = s
      pick(i + 1)
    end
  end
  pick(1)
end

local function gather(text, e)
  local lists, out = {}, {}
  for i, kid in ipairs(e.kids) do lists[i] = eval(text, kid) end
  combinations(lists, function(chosen)
    local order = { table.unpack(chosen) }
    if e.op ~= "seq" then table.sort(order, function(x, y) return x[1] < y[1] end) end
    for i = 1, #order do
      local unit = text.unit[e.unit]
      if unit[order[i][1]] ~= unit[order[1][1]] or unit[order[i][2]] ~= unit[order[1][1]] then return end
      if i > 1 then
        local between = order[i][1] - order[i - 1][2] - 1
        if between < 0 or (e.op ~= "all" and between > e.n) then return end
      end
    end
    out[#out + 1] = { order[1][1], order[#order][2] }
  end)
  return minimal(out)
end

function eval(text, e)
  local out = {}
  if e.term then
    for at = 1, #text.words - #e.term + 1 do
      local fits = true
      for i, word in ipairs(e.term) do
        fits = fits and text.words[at + i - 1] == word and text.unit.sentence[at + i - 1] == text.unit.sentence[at]
      end
      if fits then out[#out + 1] = { at, at + #e.term - 1 } end
    end
    return out
  elseif e.op == "near" or e.op == "seq" or e.op == "all" then
    return gather(text, e)
  elseif e.op == "any" then
    for _, kid in ipairs(e.kids) do
      for _, s in ipairs(eval(text, kid)) do out[#out + 1] = s end
    end
    return set(out)
  end
  local others = eval(text, e.kids[2])
  for _, s in ipairs(eval(text, e.kids[1])) do
    local stands = true
    for _, t in ipairs(others) do
      local apart = t[1] > s[2] and t[1] - s[2] - 1 or s[1] > t[2] and s[1] - t[2] - 1 or -1
      if e.op == "except" then
        stands = stands and apart >= 0
      else
        local unit = text.unit[e.unit]
        local same = unit[t[1]] == unit[s[1]] and unit[t[2]] == unit[s[1]]
        stands = stands and not (same and apart <= e.n)
      end
    end
    if stands then out[#out + 1] = s end
  end
  return out
end

-- ---- chance ----

local chance = math.random

local function random_text()
  local words, parts, unit = {}, {}, { sentence = {}, paragraph = {}, document = {} }
  local sentence, paragraph, letters = 1, 1, chance(2, #LETTERS)
  for i = 1, chance(1, 14) do
    words[i] = LETTERS[chance(letters)] .. "x" -- of two letters: one with a stop is an initial
    unit.sentence[i], unit.paragraph[i], unit.document[i] = sentence, paragraph, 1
    parts[#parts + 1] = words[i]
    local roll = chance(20)
    if roll == 1 then
      parts[#parts], sentence, paragraph = words[i] .. "\n\n", sentence + 1, paragraph + 1
    elseif roll <= 4 then
      parts[#parts], sentence = words[i] .. "! ", sentence + 1
    else
      parts[#parts] = words[i] .. " "
    end
  end
  return { bytes = table.concat(parts), words = words, unit = unit }
end

local UNITS = { "sentence", "sentence", "sentence", "paragraph", "document" }
local OPS = { "near", "near", "seq", "seq", "all", "any", "except", "unless" }

local function random_term()
  local term = {}
  for i = 1, chance(3) == 1 and 2 or 1 do term[i] = LETTERS[chance(#LETTERS)] .. "x" end
  return { term = term }
end

-- One unit in the whole expression, as within gives it.
local function random_op(unit, depth)
  local op = OPS[chance(#OPS)]
  local e = { op = op, unit = unit, n = (op == "near" or op == "seq" or op == "unless") and chance(0, 4) or 0, kids = {} }
  local count = (op == "except" or op == "unless") and 2 or chance(2, 3)
  for i = 1, count do
    e.kids[i] = depth > 1 and chance(3) == 1 and random_op(unit, depth - 1) or random_term()
  end
  return e
end

local function written(e)
  if e.term then return '"' .. table.concat(e.term, " ") .. '"' end
  local kids = {}
  for i, kid in ipairs(e.kids) do kids[i] = written(kid) end
  return ("%s[%s](%d, %s)"):format(e.op, e.unit, e.n, table.concat(kids, ", "))
end

-- ---- the code ----

local function node(codebook, e)
  if e.term then return assert(codebook:term(table.concat(e.term, " "), "fold")) end
  local kids = {}
  for i, kid in ipairs(e.kids) do kids[i] = node(codebook, kid) end
  return assert(codebook:op(e.op, e.n, e.unit, kids))
end

local function run(vocab, text, e)
  local codebook = core.codebook("all")
  local category = codebook:category(nil, "sentence")
  assert(codebook:rule(category, "any", node(codebook, e)))
  assert(codebook:freeze())
  local index = core.index(vocab)
  local document = assert(index:add { text = text.bytes })
  assert(index:token_count(document) == #text.words, "tokens: " .. text.bytes)
  local first_at, last_at = {}, {}
  for i = 1, #text.words do
    local first, last = index:token(document, i)
    first_at[first], last_at[last] = i, i
  end
  local out = {}
  for _, hit in ipairs(core.coder(codebook, vocab):run(index, document)) do
    out[#out + 1] = { first_at[hit.first], last_at[hit.last] }
  end
  index:close()
  return out
end

local function list(spans)
  local out = {}
  for i, s in ipairs(spans) do out[i] = s[1] .. "-" .. s[2] end
  return table.concat(out, " ")
end

describe("the operators", function()
  for _, depth in ipairs { 1, 2, 3 } do
    it("yield what the design says, nested " .. depth .. " deep", function()
      math.randomseed(20240 + depth)
      local vocab, yielded = core.vocab(), 0
      for round = 1, ROUNDS do
        local text, e = random_text(), random_op(UNITS[chance(#UNITS)], depth)
        local wanted, got = list(eval(text, e)), list(run(vocab, text, e))
        if wanted ~= "" then yielded = yielded + 1 end
        if wanted ~= got then
          error(("round %d: %s\nin %q\nwanted %s\ngot    %s"):format(round, written(e), text.bytes, wanted, got), 0)
        end
      end
      assert.is_true(yielded > ROUNDS / 10, "too few of the expressions yield anything")
    end)
  end
end)
