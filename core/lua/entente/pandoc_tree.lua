-- pandoc_tree: what is the text of a pandoc document, and where in its tree does each byte stand?
--
-- The tree is the one that dkjson decodes from `pandoc -t json` (API 1.22; Figure of 1.23 too). One walk
-- gives the text, so that the command and the pandoc filter code the same bytes:
--
--   text  = block { "\n\n" block }          layout "blocks"
--   block = Para, Plain, Header, one line block, one table cell or caption, one item, one code block
--
-- Space is " ", SoftBreak and LineBreak are "\n", Quoted has its quotation marks, Code and Math their
-- source. Raw pieces have no text. A footnote and the words under a picture stand behind the block that
-- they hang on, as blocks of their own, in order. A note's number (a superscript of digits or * † ‡ behind
-- a word) has no text: it is not part of the word. White space at a block's beginning is left out, and so
-- are blocks without words. An abstract that only the metadata holds is the first block or blocks.
--
-- A heading that repeats the title heads no section; its words stay.
--
-- Invariant: a leaf is one list of inlines with the bytes that each inline gave; lists are changed in place
-- by `mark`, so a tree is marked once.

local M = {}

-- Inlines that hold one list of inlines: where in the node it is (c itself, or its n-th part).
local HOLDS = {
  Emph = "c", Underline = "c", Strong = "c", Strikeout = "c", Superscript = "c", Subscript = "c",
  SmallCaps = "c", Quoted = 2, Cite = 2, Link = 2, Span = 2,
}
local QUOTES = { SingleQuote = { "‘", "’" }, DoubleQuote = { "“", "”" } }
local BLANKS = { Space = " ", SoftBreak = "\n", LineBreak = "\n" }

local function held(node)
  local where = HOLDS[node.t]
  if where == "c" then return node.c end
  return where and node.c[where]
end

-- ---- the walk --------------------------------------------------------------------------------

local function new_walk()
  return { out = {}, at = 0, fresh = true, hanging = {}, leaves = {}, headings = {}, pictures = true }
end

-- Where the next byte will stand.
local function next_byte(walk)
  return walk.at + 1 + ((walk.fresh and walk.at > 0) and 2 or 0)
end

local function emit(walk, text)
  if walk.fresh then
    text = text:gsub("^[%s]+", "")
    while text:sub(1, 2) == "\194\160" do text = text:sub(3):gsub("^%s+", "") end
  end
  if text == "" then return end
  if walk.fresh and walk.at > 0 then
    walk.out[#walk.out + 1] = "\n\n"
    walk.at = walk.at + 2
  end
  walk.fresh = false
  walk.out[#walk.out + 1] = text
  walk.at = walk.at + #text
  walk.tail = text
end

local blocks_of, inlines_of

-- The words of inlines, for metadata.
local function words(list)
  local walk = new_walk()
  inlines_of(walk, list)
  return (table.concat(walk.out):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

local function is_note_mark(walk, node)
  local mark = words(node.c):gsub("†", "*"):gsub("‡", "*"):gsub("–", "-")
  if not mark:find("^[%d%*,;%-%[%] ]+$") or walk.fresh then return false end
  local tail = walk.tail
  if tail:find("%d$") then return false end                       -- 10^6
  local letters = tail:match("^(%a+)$")
  return not (letters and #letters < 3)                           -- m^2, km^2
end

local function inline(walk, node)
  local kind = node.t
  if kind == "Str" then
    emit(walk, node.c)
  elseif BLANKS[kind] then
    emit(walk, BLANKS[kind])
  elseif kind == "Code" or kind == "Math" then
    emit(walk, node.c[2])
  elseif kind == "Note" or kind == "Image" then
    walk.hanging[#walk.hanging + 1] = node
  elseif kind == "Superscript" and is_note_mark(walk, node) then
    return
  elseif HOLDS[kind] then
    local marks = kind == "Quoted" and QUOTES[node.c[1].t]
    local begin = next_byte(walk)
    if marks then emit(walk, marks[1]) end
    local leaf = inlines_of(walk, held(node))
    if marks then emit(walk, marks[2]) end
    leaf.outer_first, leaf.outer_last = begin, walk.at
  end
end

inlines_of = function(walk, list)
  local leaf = { inlines = list, firsts = {}, lasts = {} }
  walk.leaves[#walk.leaves + 1] = leaf
  leaf.first = next_byte(walk)
  for i, node in ipairs(list) do
    local begin, before = next_byte(walk), walk.at
    inline(walk, node)
    leaf.firsts[i], leaf.lasts[i] = begin, walk.at > before and walk.at or begin - 1
  end
  leaf.last = walk.at
  return leaf
end

-- Ends the block; what hangs on it follows.
local function close(walk)
  walk.fresh = true
  local hanging = walk.hanging
  walk.hanging = {}
  for _, node in ipairs(hanging) do
    if node.t == "Note" then
      blocks_of(walk, node.c)
    elseif walk.pictures then
      inlines_of(walk, node.c[2])
      close(walk)
    end
  end
end

local function inlines_block(walk, list)
  inlines_of(walk, list)
  close(walk)
end

local function rows_of(walk, rows)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row[2]) do blocks_of(walk, cell[5]) end
  end
end

local BLOCKS = {}

function BLOCKS.Plain(walk, c) inlines_block(walk, c) end
BLOCKS.Para = BLOCKS.Plain

function BLOCKS.Header(walk, c)
  local first = next_byte(walk)
  inlines_of(walk, c[3])
  if walk.at >= first then
    walk.headings[#walk.headings + 1] = { first = first, last = walk.at, level = c[1] }
  end
  close(walk)
end

function BLOCKS.LineBlock(walk, c)
  for i, line in ipairs(c) do
    if i > 1 then emit(walk, "\n") end
    inlines_of(walk, line)
  end
  close(walk)
end

function BLOCKS.CodeBlock(walk, c)
  emit(walk, c[2])
  close(walk)
end

function BLOCKS.BlockQuote(walk, c) blocks_of(walk, c) end
function BLOCKS.Div(walk, c) blocks_of(walk, c[2]) end

function BLOCKS.BulletList(walk, c)
  for _, item in ipairs(c) do blocks_of(walk, item) end
end
function BLOCKS.OrderedList(walk, c) BLOCKS.BulletList(walk, c[2]) end

function BLOCKS.DefinitionList(walk, c)
  for _, item in ipairs(c) do
    inlines_block(walk, item[1])
    BLOCKS.BulletList(walk, item[2])
  end
end

function BLOCKS.Table(walk, c)
  blocks_of(walk, c[2][2])
  rows_of(walk, c[4][2])
  for _, body in ipairs(c[5]) do
    rows_of(walk, body[3])
    rows_of(walk, body[4])
  end
  rows_of(walk, c[6][2])
end

-- The caption repeats the picture's own words, which are then left out.
function BLOCKS.Figure(walk, c)
  local pictures = walk.pictures
  walk.pictures = pictures and #c[2][2] == 0
  blocks_of(walk, c[3])
  walk.pictures = pictures
  blocks_of(walk, c[2][2])
end

blocks_of = function(walk, list)
  for _, block in ipairs(list) do
    local visit = BLOCKS[block.t]
    if visit then visit(walk, block.c) end
  end
end

-- ---- metadata --------------------------------------------------------------------------------

local function meta_words(value)
  if not value then return nil end
  local text
  if value.t == "MetaString" then
    text = value.c
  elseif value.t == "MetaInlines" then
    text = words(value.c)
  elseif value.t == "MetaBlocks" then
    local walk = new_walk()
    blocks_of(walk, value.c)
    text = table.concat(walk.out)
  elseif value.t == "MetaMap" then
    text = meta_words(value.c.name or value.c.literal)
    if not text and value.c.family then
      text = ((meta_words(value.c.given) or "") .. " " .. meta_words(value.c.family)):gsub("^ ", "")
    end
  end
  return text ~= "" and text or nil
end

local function meta_list(value)
  if not value then return nil end
  local out = {}
  for _, item in ipairs(value.t == "MetaList" and value.c or { value }) do
    out[#out + 1] = meta_words(item)
  end
  return out[1] and out or nil
end

local function read_meta(meta)
  return {
    title = meta_words(meta.title),
    authors = meta_list(meta.author or meta.authors),
    date = meta_words(meta.date or meta.year),
    lang = meta_words(meta.lang or meta.language),
    keywords = meta_list(meta.keywords or meta.keyword),
  }
end

local function walk_document(doc, with_abstract)
  local walk = new_walk()
  local abstract = with_abstract and doc.meta and doc.meta.abstract
  if abstract then
    for _, part in ipairs(abstract.t == "MetaList" and abstract.c or { abstract }) do
      if part.t == "MetaBlocks" then blocks_of(walk, part.c) end
      if part.t == "MetaInlines" then inlines_block(walk, part.c) end
      if part.t == "MetaString" then BLOCKS.CodeBlock(walk, { nil, part.c }) end
    end
  end
  local behind = walk.at
  blocks_of(walk, doc.blocks)
  return walk, table.concat(walk.out), behind
end

---Reads a decoded pandoc tree. `leaves` is for `mark`; meta has title, authors, date, lang, keywords.
---@param doc table
---@return table {text=string, headings=table[], meta=table, leaves=table[]}
function M.read(doc)
  if type(doc) ~= "table" or type(doc.blocks) ~= "table" then error("doc: not a pandoc tree", 2) end
  local walk, text, behind = walk_document(doc, true)
  if behind > 0 and text:find(text:sub(1, behind), behind + 1, true) then
    walk, text = walk_document(doc, false) -- the body has the abstract too
  end
  local meta, headings = read_meta(doc.meta or {}), walk.headings
  local top = headings[1]
  if top and meta.title and text:sub(top.first, top.last):gsub("%s+", " ") == meta.title then
    table.remove(headings, 1) -- the paper's title heads no section
  end
  return { text = text, headings = headings, meta = meta, leaves = walk.leaves }
end

-- ---- marks -----------------------------------------------------------------------------------

-- Cuts the list's words at the borders of the spans.
local function cut(leaf, spans)
  local borders = {}
  for _, span in ipairs(spans) do
    borders[#borders + 1] = span.first
    borders[#borders + 1] = span.last + 1
  end
  table.sort(borders)
  local list, firsts, lasts = {}, {}, {}
  local function put(node, first, last)
    list[#list + 1], firsts[#list + 1], lasts[#list + 1] = node, first, last
  end
  for i, node in ipairs(leaf.inlines) do
    local first, last = leaf.firsts[i], leaf.lasts[i]
    if node.t == "Str" and first <= last then
      local base = last - #node.c -- a first piece may have lost blanks
      for _, border in ipairs(borders) do
        if border > first and border <= last then
          local byte = node.c:byte(border - base)
          if byte >= 0x80 and byte < 0xC0 then error("spans: a span ends inside a character", 3) end
          put({ t = "Str", c = node.c:sub(first - base, border - 1 - base) }, first, border - 1)
          first = border
        end
      end
      if first > leaf.firsts[i] then node = { t = "Str", c = node.c:sub(first - base) } end
    end
    put(node, first, last)
  end
  return list, firsts, lasts
end

-- The runs of inlines that lie in the span. Code and Math are never divided: touched is covered.
local function runs_of(span, list, firsts, lasts, runs)
  local from, to
  for i, node in ipairs(list) do
    local first, last = firsts[i], lasts[i]
    if first <= last then
      local whole = node.t == "Code" or node.t == "Math"
      local covered = whole and first <= span.last and last >= span.first
        or first >= span.first and last <= span.last
      if covered then
        from, to = from or i, i
      elseif from then
        runs[#runs + 1] = { from = from, to = to, span = span, begin = firsts[from] }
        from = nil
      end
    end
  end
  if from then runs[#runs + 1] = { from = from, to = to, span = span, begin = firsts[from] } end
end

local function new_span(run, kids)
  local span, classes, attributes, identifier = run.span, {}, {}, ""
  for i, class in ipairs(span.classes or {}) do classes[i] = class end
  for i, pair in ipairs(span.attributes or {}) do attributes[i] = { pair[1], pair[2] } end
  if span.identifier then
    attributes[#attributes + 1] = { "data-entente-id", span.identifier }
    if run.begin == span.begin then identifier = span.identifier end
  end
  return { t = "Span", c = { { identifier, classes, attributes }, kids } }
end

local function run_before(a, b)
  if a.from ~= b.from then return a.from < b.from end
  if a.to ~= b.to then return a.to > b.to end
  return a.span.order < b.span.order
end

-- Inlines from..to with the runs, all of which lie between, as nested spans.
local function nest(list, from, to, runs)
  local out = {}
  table.sort(runs, run_before)
  while runs[1] do
    local run = table.remove(runs, 1)
    for i = from, run.from - 1 do out[#out + 1] = list[i] end
    local inside, behind = {}, {}
    for _, other in ipairs(runs) do
      if other.from > run.to then
        behind[#behind + 1] = other
      elseif other.to <= run.to then
        inside[#inside + 1] = other
      else -- they cross
        inside[#inside + 1] = { from = other.from, to = run.to, span = other.span, begin = other.begin }
        behind[#behind + 1] = { from = run.to + 1, to = other.to, span = other.span }
      end
    end
    out[#out + 1] = new_span(run, nest(list, run.from, run.to, inside))
    from, runs = run.to + 1, behind
    table.sort(runs, run_before)
  end
  for i = from, to do out[#out + 1] = list[i] end
  return out
end

-- What is to be wrapped in a leaf; nil when nothing is.
local function plan_of(leaf, spans)
  local mine = {}
  for _, span in ipairs(spans) do
    local over = leaf.outer_first and span.first <= leaf.outer_first and span.last >= leaf.outer_last
    if not over then mine[#mine + 1] = span end
  end
  if not mine[1] then return nil end
  local list, firsts, lasts = cut(leaf, mine)
  local runs = {}
  for _, span in ipairs(mine) do runs_of(span, list, firsts, lasts, runs) end
  for _, run in ipairs(runs) do run.span.begin = math.min(run.begin, run.span.begin or run.begin) end
  return runs[1] and { inlines = leaf.inlines, list = list, runs = runs }
end

---Puts Span elements round byte ranges of the text, in place. A span becomes one piece for each parent
---and, where spans cross, for each stretch; every piece carries the attribute data-entente-id (the span's
---identifier), the first one the identifier itself. Equal spans nest in the order given.
---@param doc table the tree that `read` was given
---@param leaves table[] what `read` gave for it
---@param spans table[] {first=, last=, classes={…}, attributes={{key, value},…}, identifier=}
---@return table doc
function M.mark(doc, leaves, spans)
  local sorted, furthest = {}, {}
  for i, span in ipairs(spans) do
    if type(span.first) ~= "number" or type(span.last) ~= "number" then error("spans: no first or last", 2) end
    sorted[i] = { first = span.first, last = span.last, classes = span.classes, attributes = span.attributes,
                  identifier = span.identifier, order = i }
  end
  table.sort(sorted, function(a, b)
    if a.first ~= b.first then return a.first < b.first end
    return a.order < b.order
  end)
  for i, span in ipairs(sorted) do furthest[i] = math.max(span.last, furthest[i - 1] or 0) end
  local plans = {}
  for _, leaf in ipairs(leaves) do
    local low, high = 0, #sorted -- the last span that begins in or before the leaf
    while low < high do
      local middle = math.ceil((low + high) / 2)
      if sorted[middle].first <= leaf.last then low = middle else high = middle - 1 end
    end
    local touching = {}
    while low > 0 and furthest[low] >= leaf.first do
      if sorted[low].last >= leaf.first then table.insert(touching, 1, sorted[low]) end
      low = low - 1
    end
    plans[#plans + 1] = touching[1] and plan_of(leaf, touching) or nil
  end
  for _, plan in ipairs(plans) do
    local inlines, marked = plan.inlines, nest(plan.list, 1, #plan.list, plan.runs)
    for i = 1, math.max(#marked, #inlines) do inlines[i] = marked[i] end
  end
  return doc
end

return M
