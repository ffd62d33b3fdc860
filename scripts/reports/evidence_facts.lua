-- evidence_facts: what the reports know of their input, and how HTML writes a text, a number and a link.
--
-- A part of evidence_html, which explains the names of its links, and of evidence_markdown.
-- Invariant: whatever came from a paper, a codebook or the command line passes `esc`, `own` or `anchor`.

-- ---- text ------------------------------------------------------------------------------------

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

-- Controls are drawn, not obeyed: C0 as its picture, C1 and the overrides and isolates of direction by name.
local function picture(c)
  if c == "\t" or c == "\n" or c == "\r" then return c end
  local byte = c:byte()
  return "\226\144" .. string.char(byte == 127 and 161 or 128 + byte)
end

local function by_name(c)
  local a, b, d = c:byte(1, 3)
  return ("[U+%04X]"):format(d and (a % 16) * 4096 + (b % 64) * 64 + d % 64 or (a % 32) * 64 + b % 64)
end

local function visible(s)
  s = tostring(s):gsub("%c", picture):gsub("\194[\128-\159]", by_name)
  return (s:gsub("\226\128[\170-\174]", by_name):gsub("\226\129[\166-\169]", by_name))
end

local function esc(s) return (visible(s):gsub("[&<>\"']", ENTITIES)) end

local function lang_attribute(lang)
  return lang and lang:find("^%a[%w%-]*$") and ' lang="' .. lang .. '"' or ""
end

-- Foreign text keeps its direction to itself and says its language, which chooses the font.
local function own(s, lang) return "<bdi" .. lang_attribute(lang) .. ">" .. esc(s) .. "</bdi>" end

local function anchor(path)
  return (path:gsub("[^%w%-]", function(c) return c == "/" and "." or ("_%02X"):format(c:byte()) end))
end

-- A path relative to the report, as a URL that can name neither a scheme nor a host.
local function url(path)
  path = path:gsub("^/+", "/"):gsub("[^%w%-%._~/]", function(c) return ("%%%02X"):format(c:byte()) end)
  return (path:find("^%.?%.?/") and "" or "./") .. path
end

local function int(n)
  local s = ("%d"):format(n):reverse():gsub("(%d%d%d)", "%1,"):reverse()
  return (s:gsub("^,", ""))
end

local function counted(n, noun) return int(n) .. " " .. noun .. (n == 1 and "" or "s") end

-- n / d in decimals, halves rounded up: printf rounds halves differently from one Lua to the next.
local function ratio(n, d, digits)
  local scale = 10 ^ digits
  local scaled = math.floor((2 * n * scale + d) / (2 * d))
  return ("%d.%0" .. digits .. "d"):format(math.floor(scaled / scale), scaled % scale)
end

local function per_1000(n, tokens) return tokens > 0 and ratio(1000 * n, tokens, 2) or "–" end
local function percent(n, all) return n and all > 0 and ratio(100 * n, all, 1) .. " %" or "–" end
local function shown(doc) return doc.title and doc.title:find("%S") and doc.title or doc.id end

local CONTEXT = 300 -- characters of the unit that are shown on either side of the quote

-- The last (or first) characters of a long unit; valid UTF-8 stays valid.
local function clip(s, from_end)
  if #s <= CONTEXT then return s end
  local heads = {}
  for at in s:gmatch("()[^\128-\191]") do heads[#heads + 1] = at end
  if #heads <= CONTEXT then return s end
  if from_end then return "… " .. s:sub(heads[#heads - CONTEXT + 1]) end
  return s:sub(1, heads[CONTEXT + 1] - 1) .. " …"
end

-- ---- what follows from the input -------------------------------------------------------------

-- Sentences with a coding, per category and paper; unknown (nil) where the unit is another one and the
-- library does not say (documents[].sentence_counts).
local function sentence_counter(codings, number, category)
  local sets = {}
  for _, coding in ipairs(codings) do
    local at = category[coding.category]
    while at do
      local key = at.path .. "\0" .. number[coding.doc]
      local set = sets[key] or { n = 0 }
      sets[key] = set
      if coding.unit ~= "sentence" then set.unknown = true end
      if not set[coding.unit_first] then set[coding.unit_first], set.n = true, set.n + 1 end
      at = at.parent and category[at.parent]
    end
  end
  return function(path, n, doc)
    if doc.sentence_counts then return doc.sentence_counts[path] or 0 end
    local set = sets[path .. "\0" .. n]
    if not set then return 0 end
    return not set.unknown and set.n or nil
  end
end

-- What one category comes to in all papers: codings, papers with it, sentences, and the paper with most of it.
local function category_total(f, path)
  local total = { n = 0, papers = 0, sentences = 0 }
  for number, doc in ipairs(f.docs) do
    local n = doc.counts[path] or 0
    if n > 0 then
      local sentences = f.sentences(path, number, doc)
      total.n, total.papers = total.n + n, total.papers + 1
      total.sentences = total.sentences and sentences and total.sentences + sentences
      if not total.lead or n > total.lead_n then total.lead, total.lead_n = number, n end
    end
  end
  return total
end

local function add_categories(f, categories)
  for _, category in ipairs(categories) do
    f.category[category.path] = category
    local parent = category.parent and f.category[category.parent]
    if not parent then
      f.groups[#f.groups + 1] = { top = category, leaves = {} }
      f.groups[#f.groups].hue = (#f.groups - 1) % 8 + 1
    end
    local group = parent and f.group[parent.path] or f.groups[#f.groups]
    f.group[category.path] = group
    f.trail[category.path] = parent and parent.parent and f.trail[parent.path] .. " › " .. category.label or category.label
    if category.leaf then group.leaves[#group.leaves + 1] = category end
  end
end

local function facts(input)
  local f = {
    input = input, docs = input.documents, number = {}, category = {}, groups = {}, group = {}, trail = {},
    coded = {}, quotes = {}, total = {}, all = { n = #input.codings, tokens = 0, sentences = 0, coded = 0 },
    max = { n = 0, tokens = 1 }, -- the paper's codings and words that give the highest rate of a leaf
  }
  for number, doc in ipairs(f.docs) do
    f.number[doc.id], f.coded[number] = number, 0
    f.all.tokens, f.all.sentences = f.all.tokens + doc.tokens, f.all.sentences + doc.sentences
    f.all.coded = f.all.coded + doc.coded_sentences
  end
  add_categories(f, input.codebook.categories)
  for i, coding in ipairs(input.codings) do
    local number = f.number[coding.doc] or error(("codings[%d].doc is not among the documents"):format(i), 0)
    local group = f.group[coding.category] or error(("codings[%d].category is not in the codebook"):format(i), 0)
    local of = f.quotes[coding.category] or {}
    f.quotes[coding.category], of[number] = of, of[number] or {}
    table.insert(of[number], coding)
    group[number], f.coded[number] = (group[number] or 0) + 1, f.coded[number] + 1
  end
  f.sentences = sentence_counter(input.codings, f.number, f.category)
  for _, category in ipairs(input.codebook.categories) do
    f.total[category.path] = category_total(f, category.path)
    for _, doc in ipairs(category.leaf and f.docs or {}) do
      local n = doc.counts[category.path] or 0
      if n * f.max.tokens > f.max.n * doc.tokens and doc.tokens > 0 then f.max = { n = n, tokens = doc.tokens } end
    end
  end
  return f
end

-- Category labels come in input.lang, the rest of the page is English.
local function label(f, path) return own(f.category[path].label, f.input.lang) end
local function trail(f, path) return own(f.trail[path], f.input.lang) end

-- A group's colour: the codebook's if it is one, else one of the stylesheet's eight.
local function hue(group)
  local color = group.top.color
  if color and (color:find("^#%x%x%x$") or color:find("^#%x%x%x%x%x%x$")) then return ' style="--g:' .. color .. '"' end
  return (' style="--g:var(--g%d)"'):format(group.hue)
end

-- A link to the quotes of a category in a paper, where there are any.
local function to_quotes(f, path, number, html, title)
  local there = f.quotes[path] and f.quotes[path][number]
  if not there and f.group[path].top.path == path then there = f.group[path][number] end
  if not there then return html end
  local tip = title and ' title="' .. esc(title) .. '"' or ""
  return ('<a href="#e-%s-%d"%s>%s</a>'):format(anchor(path), number, tip, html)
end

-- A table that scrolls inside its box, on keys as well.
local function box(name, class)
  return ('<div class="box" tabindex="0" role="region" aria-label="%s"><table class="%s">\n'):format(name, class)
end

-- Per left category: the answers' entries, how many are answered in the paper and in the section.
local function by_left(answers)
  local left = {}
  for _, answer in ipairs(answers) do
    local of = left[answer.left] or { papers = 0, answered = 0, near = 0, open = {} }
    left[answer.left] = of
    of.papers = of.papers + 1
    if #answer.rights > 0 then of.answered = of.answered + 1 else of.open[#of.open + 1] = answer end
    if #answer.same_section > 0 then of.near = of.near + 1 end
  end
  return left
end

local OVERLAP = {
  all = "hits that share words all stand",
  longest = "of hits in one category that share a word, the longest stands",
  exclusive = "of hits in any categories that share a word, the longest stands",
}

return {
  by_name = by_name, by_left = by_left, OVERLAP = OVERLAP,
  esc = esc, lang_attribute = lang_attribute, own = own, anchor = anchor, url = url, int = int,
  counted = counted, ratio = ratio, per_1000 = per_1000, percent = percent, shown = shown, clip = clip,
  facts = facts, label = label, trail = trail, hue = hue, to_quotes = to_quotes, box = box,
}
