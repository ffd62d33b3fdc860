-- evidence_html: the evidence report as one HTML file that opens offline.
--
-- One page, in this order: what was done, what was read, papers × categories, rates, challenges and answers,
-- evidence. A number is a link to its quotes:
--
--   p-N        a row of "What was read"            i-N       what is coded in one paper, as links
--   c-PATH     a category in "Evidence"            q-NUMBER  one quote
--   e-PATH-N   the quotes of one category in one paper; for a top category its line in i-N
--
-- N is the paper's place in input.documents. A target stands inside its <details>, never on it: browsers then
-- open it by themselves. Invariant: whatever came from a paper, a codebook or the command line passes `esc`,
-- `own` or `anchor`. See README.md for what a report script is and what it receives.

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

-- ---- what was done, what was read ------------------------------------------------------------

local OVERLAP = {
  all = "hits that share words all stand",
  longest = "of hits in one category that share a word, the longest stands",
  exclusive = "of hits in any categories that share a word, the longest stands",
}

local function write_intro(put, f)
  local input, book = f.input, f.input.codebook
  put('<header>\n<h1>', own(input.title), '</h1>\n<p class="lead">')
  put(counted(#f.docs, "paper"), #f.docs == 1 and " was read" or " were read", ", ", int(#input.failed), " could not be. ")
  put("Codebook <b>", own(book.name .. "@" .. book.version), "</b>")
  if book.label and book.label ~= "" then put(" (", own(book.label, input.lang), ")") end
  put(' gave <a href="#evidence">', counted(f.all.n, "coding"), "</a>, in ", int(f.all.coded), " of ")
  put(counted(f.all.sentences, "sentence"))
  put(" (", percent(f.all.coded, f.all.sentences), "). Each rule is matched within one ", own(book.unit or "sentence"), "; ")
  put(OVERLAP[book.overlap] or "overlap: " .. own(book.overlap or "longest"), ". Rates are codings per 1,000 words, of the ")
  put(counted(f.all.tokens, "word"), " of the papers read.")
  if (input.excluded or 0) > 0 then
    put(" ", counted(input.excluded, "hit"), " in reference lists ", input.excluded == 1 and "is" or "are")
    put(" kept apart and in no count.")
  end
  put("</p>\n")
  if book.description and book.description ~= "" then
    put('<p class="about">', own(book.description, input.lang), "</p>\n")
  end
  put('<p class="fine">A word is a token: a word by Unicode’s rules, and in Chinese, Thai, Lao, Khmer and Burmese script ')
  put("each character. Rates therefore compare papers of one language; between languages compare shares of sentences.</p>\n")
  put('<nav aria-label="Contents"><a href="#read">What was read</a> <a href="#table">Papers × categories</a> ')
  put('<a href="#rates">Rates</a> ')
  if input.pairs then put('<a href="#answers">Challenges and answers</a> ') end
  put('<a href="#evidence">Evidence</a></nav>\n</header>\n')
end

local function damage(doc)
  local said, edits = {}, doc.edits or {}
  local function say(n, what) if (n or 0) > 0 then said[#said + 1] = int(n) .. " " .. what end end
  say(edits.joined, "joined")
  say(edits.guessed, "joined on a guess")
  say(edits.kept, "kept")
  local hyphens = table.concat(said, ", ")
  said = { hyphens ~= "" and "hyphens at line ends: " .. hyphens or nil }
  if (doc.replaced or 0) > 0 then said[#said + 1] = "invalid bytes replaced: " .. int(doc.replaced) end
  for _, note in ipairs(doc.notes or {}) do said[#said + 1] = own(note) end
  return table.concat(said, "; ")
end

local function write_paper(put, f, number, doc)
  local authors = {}
  for i, author in ipairs(doc.authors or {}) do authors[i] = own(author, doc.lang) end
  put('<tr id="p-', number, '"><td class="num">', number, '</td><th scope="row">', own(shown(doc), doc.lang))
  put('<small class="id">', own(doc.id), "</small></th><td>", table.concat(authors, "; "))
  put('</td><td class="num">', esc(doc.year or ""))
  put("</td><td>", esc(doc.lang or ""), "</td><td>", esc(doc.format or ""), '</td><td class="num">')
  put(doc.pages and int(doc.pages) or "")
  put('</td><td class="num">', int(doc.tokens), '</td><td class="num">')
  put(f.coded[number] > 0 and ('<a href="#i-%d">%s</a>'):format(number, int(f.coded[number])) or "0")
  put('</td><td class="num">', int(doc.sentences), '</td><td class="num">')
  put(int(doc.coded_sentences), "<small>", percent(doc.coded_sentences, doc.sentences))
  put('</small></td><td class="notes">', damage(doc), "</td></tr>\n")
end

local function write_read(put, f)
  put('<section id="read">\n<h2>What was read</h2>\n')
  if #f.docs == 0 then put("<p>No paper was read.</p>\n") else
    put(box("Papers read", "papers"), '<thead><tr><th class="num">No.</th><th>Paper</th><th>Authors</th><th>Year</th>')
    put('<th><abbr title="Language">Lang.</abbr></th><th>Format</th><th class="num">Pages</th>')
    put('<th class="num">Words</th><th class="num">Codings</th>')
    put('<th class="num">Sentences</th><th class="num">with a coding</th><th>Notes and damage</th></tr></thead>\n<tbody>\n')
    for number, doc in ipairs(f.docs) do write_paper(put, f, number, doc) end
    put("</tbody></table></div>\n")
  end
  put("<h3>What was not read</h3>\n")
  if #f.input.failed == 0 then put("<p>Every paper found could be read.</p>\n</section>\n") return end
  put('<table class="failed"><thead><tr><th>Paper</th><th>Reason</th></tr></thead><tbody>\n')
  for _, failed in ipairs(f.input.failed) do
    put('<tr><th scope="row">', own(failed.id), "</th><td>", own(failed.message), "</td></tr>\n")
  end
  put("</tbody></table>\n</section>\n")
end

-- ---- what was repaired ------------------------------------------------------------------------

-- A row for each paper and kind of repair or damage, with the first example.
local function write_repaired(put, f)
  local rows = {}
  for number, doc in ipairs(f.docs) do
    for _, row in ipairs(doc.repaired or {}) do
      local cells = '<tr><td class="num"><a href="#p-%d">%d</a></td><th scope="row">%s</th><td>%s</td>'
        .. '<td class="num">%s</td><td>%s</td></tr>\n'
      rows[#rows + 1] = cells:format(number, number, own(doc.id), esc(row.what), int(row.count),
        row.example and own(row.example, doc.lang) or "")
    end
  end
  if #rows == 0 then return end
  put('<section id="repaired">\n<h2>What was repaired</h2>\n<p>The text is never changed: these places are only read otherwise, ')
  put("and quotes show what stands there.</p>\n", box("What was repaired", "repaired"))
  put('<thead><tr><th class="num">No.</th><th>Paper</th><th>What</th><th class="num">How often</th><th>Example</th></tr></thead>\n')
  put("<tbody>\n", table.concat(rows), "</tbody></table></div>\n</section>\n")
end

-- ---- papers × categories ---------------------------------------------------------------------

local STEPS = 6

-- The step of a rate: the root of its share of the highest rate, so that low rates differ too.
local function step(f, n, tokens)
  if tokens == 0 or f.max.n == 0 then return 1 end
  return math.max(1, math.ceil(STEPS * math.sqrt(n * f.max.tokens / (tokens * f.max.n)) - 1e-9))
end

-- The three numbers of a cell; the stylesheet shows the one chosen.
local function three(n, tokens, with, sentences)
  return ('<span class="n">%s</span><span class="r">%s</span><span class="s">%s</span>'):format(
    int(n), per_1000(n, tokens), (percent(with, sentences):gsub(" %%$", "")))
end

local function cell(put, f, path, number, class)
  local doc = f.docs[number]
  local n = doc.counts[path] or 0
  if n == 0 then put(class and '<td class="' .. class .. '"></td>' or "<td></td>") return end
  local with = f.sentences(path, number, doc)
  local title = ("%s in %s: %s, %s per 1,000 words, %s of sentences"):format(
    f.trail[path], shown(doc), counted(n, "coding"), per_1000(n, doc.tokens), percent(with, doc.sentences))
  put('<td class="', class or "", f.category[path].leaf and " h" .. step(f, n, doc.tokens) or "", '">')
  put(to_quotes(f, path, number, three(n, doc.tokens, with, doc.sentences), title), "</td>")
end

-- Calls leaf(category, class, group) and sum(top, group) for each column in turn.
local function columns(f, leaf, sum)
  for _, group in ipairs(f.groups) do
    for i, category in ipairs(group.leaves) do leaf(category, i == 1 and "first" or nil, group) end
    if #group.leaves > 1 then sum(group.top, group) end
  end
end

local function write_heat_head(put, f)
  put('<thead>\n<tr><th class="corner" rowspan="2" scope="col">Paper</th>')
  for _, group in ipairs(f.groups) do
    local width = #group.leaves
    if width > 0 then
      put('<th class="group first" scope="colgroup" colspan="', width > 1 and width + 1 or 1, '"', hue(group))
      put(' title="', esc(group.top.label), '">')
      put(width > 1 and label(f, group.top.path) or "", "</th>")
    end
  end
  put('<th class="total" rowspan="2" scope="col"><span>All codings</span></th></tr>\n<tr>')
  columns(f, function(category, class, group)
    put('<th class="leaf ', class or "", '" scope="col"', hue(group), ' title="', esc(category.path))
    put('"><a href="#c-', anchor(category.path), '">', trail(f, category.path), "</a></th>")
  end, function(_, group) put('<th class="leaf sum" scope="col"', hue(group), '><span>all of these</span></th>') end)
  put("</tr>\n</thead>\n")
end

local function write_heat_rows(put, f)
  put("<tbody>\n")
  for number, doc in ipairs(f.docs) do
    put('<tr><th scope="row" title="', esc(shown(doc)), '"><a href="#p-', number, '">', number, " ")
    put(own(shown(doc), doc.lang), "</a></th>")
    local n = 0
    columns(f, function(category, class)
      n = n + (doc.counts[category.path] or 0)
      cell(put, f, category.path, number, class)
    end, function(top) cell(put, f, top.path, number, "sum") end)
    local all = three(n, doc.tokens, doc.coded_sentences, doc.sentences)
    all = n > 0 and ('<a href="#i-%d">%s</a>'):format(number, all) or ""
    put('<td class="total">', all, "</td></tr>\n")
  end
  put('</tbody>\n<tfoot><tr><th scope="row">All papers</th>')
  local function foot(category, class)
    local total = f.total[category.path]
    local html = three(total.n, f.all.tokens, total.sentences, f.all.sentences)
    html = total.n > 0 and ('<a href="#c-%s">%s</a>'):format(anchor(category.path), html) or ""
    put('<td class="', class or "", '">', html, "</td>")
  end
  columns(f, foot, function(top) foot(top, "sum") end)
  put('<td class="total"><a href="#evidence">', three(f.all.n, f.all.tokens, f.all.coded, f.all.sentences))
  put("</a></td></tr></tfoot>\n")
end

local function write_heat(put, f)
  local down = (f.input.lang or ""):find("^zh") and " down" or ""
  put('<section id="table" class="heat', down, '">\n<h2>Papers × categories</h2>\n')
  if #f.docs == 0 then put("<p>No paper was read.</p>\n</section>\n") return end
  for i, mode in ipairs({ { "n", "count" }, { "r", "rate per 1,000 words" }, { "s", "share of sentences" } }) do
    put('<input type="radio" name="show" id="show-', mode[1], '"', i == 1 and " checked" or "")
    put('><label for="show-', mode[1], '">', mode[2], "</label>\n")
  end
  put('<p class="say"><span class="n">Number of codings.</span>')
  put('<span class="r">Codings per 1,000 words of the same paper; in the last row of all ')
  put(counted(f.all.tokens, "word"))
  put('.</span><span class="s">Per cent of the same paper’s sentences that hold at least one coding of the category; ')
  put("in the last row of all ")
  put(counted(f.all.sentences, "sentence"))
  put(". A sentence in two categories counts in both, and once in their sum.</span>")
  put(" Empty: not found. Every number leads to its quotes.</p>\n")
  if f.max.n > 0 then
    put('<p class="legend">Shade: rate per 1,000 words, up to')
    for i = 1, STEPS do
      put(' <span class="h', i, '">', per_1000(f.max.n * i * i, f.max.tokens * STEPS * STEPS), "</span>")
    end
    put("</p>\n")
  end
  put(box("Papers by categories", "cells"))
  write_heat_head(put, f)
  write_heat_rows(put, f)
  put("</table></div>\n</section>\n")
end

-- ---- rates -----------------------------------------------------------------------------------

local function write_rates(put, f)
  put('<section id="rates">\n<h2>Rates</h2>\n<p>Of ', counted(#f.docs, "paper"), ", ")
  put(counted(f.all.tokens, "word"), " and ", counted(f.all.sentences, "sentence"))
  put(". The leading paper is the one with most codings of the category, and how many of them it holds. ")
  put("A category above others is their sum.</p>\n")
  put(box("Rates", "rates"), '<thead><tr><th>Category</th><th class="num">Codings</th><th class="num">Papers')
  put('</th><th>Per 1,000 words</th><th class="num">Share of sentences</th><th>Leading paper</th></tr></thead>\n<tbody>\n')
  local max = 0
  for _, category in ipairs(f.input.codebook.categories) do
    if category.leaf then max = math.max(max, f.total[category.path].n) end
  end
  for _, category in ipairs(f.input.codebook.categories) do
    local path, total = category.path, f.total[category.path]
    put('<tr class="', category.leaf and "leaf" or "parent", '"', hue(f.group[path]))
    put('><th scope="row" class="d', math.min(category.depth, 4), '"><a href="#c-', anchor(path), '">')
    put(label(f, path), "</a></th>")
    if total.n == 0 then put('<td class="num none" colspan="5">not found</td></tr>\n') else
      put('<td class="num"><a href="#c-', anchor(path), '">', int(total.n), '</a></td><td class="num">')
      put(int(total.papers), "<small> of ", int(#f.docs), '</small></td><td class="bar">')
      put('<span class="value">', per_1000(total.n, f.all.tokens), "</span>")
      if category.leaf then put('<i style="width:', ratio(8 * total.n, max, 1), 'em"></i>') end
      put('</td><td class="num">', percent(total.sentences, f.all.sentences), "</td><td>")
      local lead = f.docs[total.lead]
      put(to_quotes(f, path, total.lead, own(shown(lead), lead.lang)), " <small>", int(total.lead_n), " of ")
      put(int(total.n), "</small></td></tr>\n")
    end
  end
  put("</tbody></table></div>\n</section>\n")
end

-- ---- challenges and answers ------------------------------------------------------------------

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

local function write_summary(put, f, left_name, right_name)
  local left, open = by_left(f.input.answers), 0
  put(box("Summary of answers", "summary"), "<thead><tr><th>")
  put(left_name, '</th><th class="num">Papers that name it</th><th class="num">with ', right_name)
  put('</th><th class="num">in the same section</th><th>Papers without any</th></tr></thead>\n<tbody>\n')
  for _, category in ipairs(f.group[f.input.pairs.left].leaves) do
    local of = left[category.path]
    put('<tr><th scope="row"><a href="#c-', anchor(category.path), '">', trail(f, category.path), "</a></th>")
    if not of then put('<td class="num none" colspan="4">not found</td></tr>\n') else
      put('<td class="num">', int(of.papers), '</td><td class="num">', int(of.answered))
      put('</td><td class="num">', int(of.near), "</td><td>")
      for i, answer in ipairs(of.open) do
        local number = f.number[answer.doc]
        open = open + 1
        put(i > 1 and ", " or '<span class="open">unanswered</span> ')
        put(to_quotes(f, category.path, number, own(shown(f.docs[number]), f.docs[number].lang)), " <small>")
        put(int(answer.count), "</small>")
      end
      put("</td></tr>\n")
    end
  end
  put("</tbody></table></div>\n<p>")
  put(open == 0 and "Nothing stands unanswered in its own paper." or "Counted by paper and category: ")
  put(open > 0 and int(open) .. " unanswered." or "")
  put("</p>\n")
end

local function write_answer(put, f, answer)
  local number, near = f.number[answer.doc], {}
  for _, right in ipairs(answer.same_section) do near[right.path] = right.count end
  put('<tr><td class="challenge">', trail(f, answer.left), " ")
  put(to_quotes(f, answer.left, number, int(answer.count)), "</td><td>")
  if #answer.rights == 0 then put('<span class="open">unanswered in this paper</span>') end
  for i, right in ipairs(answer.rights) do
    local here = near[right.path]
    put(i > 1 and " " or "", '<span class="chip', here and " near" or "", '">', trail(f, right.path), " ")
    put(to_quotes(f, right.path, number, int(right.count)))
    put(here and " <small>" .. int(here) .. " in the same section</small>" or "", "</span>")
  end
  put("</td></tr>\n")
end

local function write_answers(put, f)
  local sides = f.input.pairs
  if not sides then return end
  local left_name, right_name = label(f, sides.left), label(f, sides.right)
  put('<section id="answers">\n<h2>Challenges and answers</h2>\n<p>Each category of <b>', left_name)
  put("</b> beside the categories of <b>", right_name)
  put("</b> that the same paper offers. They stand together by place alone: ")
  put("whether one answers the other is for the reader of the quotes.</p>\n")
  if #f.input.answers == 0 then put("<p>No paper names any.</p>\n</section>\n") return end
  put("<h3>", left_name, " without any ", right_name, " in the same paper</h3>\n")
  write_summary(put, f, left_name, right_name)
  put('<h3>Paper by paper</h3>\n<p class="legend"><span class="chip near">also in the same section</span> ')
  put('<span class="chip">elsewhere in the paper</span></p>\n')
  put('<table class="answers">\n<thead><tr><th>', left_name, "</th><th>", right_name, "</th></tr></thead>\n")
  local doc
  for _, answer in ipairs(f.input.answers) do
    if answer.doc ~= doc then
      local number = f.number[answer.doc]
      put(doc and "</tbody>\n" or "", '<tbody>\n<tr><th colspan="2" scope="rowgroup"><a href="#p-', number)
      put('">', number, " ", own(shown(f.docs[number]), f.docs[number].lang), "</a></th></tr>\n")
    end
    doc = answer.doc
    write_answer(put, f, answer)
  end
  put("</tbody></table>\n</section>\n")
end

-- ---- evidence --------------------------------------------------------------------------------

local function write_quote(put, doc, coding)
  local lang = coding.lang or doc.lang
  put('<li id="q-', ("%d"):format(coding.number), '" value="', ("%d"):format(coding.number))
  put('"><blockquote><bdi', lang_attribute(lang), ">", esc(clip(coding.before or "", true)))
  put("<mark>", esc(coding.quote), "</mark>", esc(clip(coding.after or "", false)), '</bdi></blockquote>\n<p class="where">')
  if coding.section then put("<span>§ ", own(coding.section, lang), "</span> ") end
  if coding.page then
    local page = ("p. %d"):format(coding.page)
    if doc.source then page = ('<a href="%s#page=%d">%s</a>'):format(url(doc.source), coding.page, page) end
    put("<span>", page, "</span> ")
  end
  put("<span>", esc(lang or "language unknown"), "</span> <span><code>", own(coding.rule), "</code></span> <span>bytes ")
  put(("%d–%d"):format(coding.first - 1, coding.last), "</span></p></li>\n")
end

local function write_category(put, f, category)
  local path, total = category.path, f.total[category.path]
  if total.n == 0 then
    put('<p class="zero" id="c-', anchor(path), '">', label(f, path), ": not found in any paper</p>\n")
    return
  end
  put('<details class="cat"', hue(f.group[path]), "><summary>", label(f, path), ' <span class="tally">')
  put(counted(total.n, "coding"), ", ", counted(total.papers, "paper"))
  put("</span><code>", own(path), '</code></summary>\n<div id="c-', anchor(path), '" class="in">\n')
  if category.definition and category.definition ~= "" then
    put('<p class="definition">', own(category.definition, f.input.lang), "</p>\n")
  end
  for number, doc in ipairs(f.docs) do
    local quotes = f.quotes[path] and f.quotes[path][number]
    if quotes then
      put('<section class="from" id="e-', anchor(path), "-", number, '"><h4><a href="#p-', number, '">', number)
      put(" ", own(shown(doc), doc.lang), "</a> <small>", counted(#quotes, "coding"), "</small></h4>\n<ol>\n")
      for _, coding in ipairs(quotes) do write_quote(put, doc, coding) end
      put("</ol></section>\n")
    end
  end
  put("</div></details>\n")
end

local function write_index_line(put, f, group, number)
  local top = group.top
  local id = top.leaf and "" or (' id="e-%s-%d"'):format(anchor(top.path), number)
  put("<li", id, hue(group), "><b>", label(f, top.path), "</b> ", int(group[number]))
  for _, leaf in ipairs(group.leaves) do
    local quotes = f.quotes[leaf.path] and f.quotes[leaf.path][number]
    if quotes then
      put(' <a class="chip" href="#e-', anchor(leaf.path), "-", number, '">', trail(f, leaf.path))
      put(" ", int(#quotes), "</a>")
    end
  end
  put("</li>\n")
end

-- What is coded in each paper, as links: here the sums of a row lead.
local function write_index(put, f)
  put("<h3>By paper</h3>\n")
  for number, doc in ipairs(f.docs) do
    if f.coded[number] > 0 then
      put('<details class="paper"><summary>', number, " ", own(shown(doc), doc.lang), ' <span class="tally">')
      put(counted(f.coded[number], "coding"), '</span></summary>\n<ul id="i-', number, '" class="in">\n')
      for _, group in ipairs(f.groups) do
        if group[number] then write_index_line(put, f, group, number) end
      end
      put("</ul></details>\n")
    end
  end
end

local function write_evidence(put, f)
  put('<section id="evidence">\n<h2>Evidence</h2>\n<p>', counted(f.all.n, "coding"), ", by category and paper: the ")
  put(own(f.input.codebook.unit or "sentence"))
  put(" with the matched words marked (shortened at … where it is long), its section, page and language, ")
  put("the rule that fired, and the bytes of the marked words in the paper’s text (counted from 0, the end not ")
  put("included). The number before a quote is its place in the whole run.</p>\n")
  put('<div id="tools" hidden><label for="filter">Find in quotes</label> ')
  put('<input type="search" id="filter" autocomplete="off"> <button type="button" id="open">Open all</button> ')
  put('<button type="button" id="close">Close all</button> <span id="found" role="status"></span></div>\n')
  for _, category in ipairs(f.input.codebook.categories) do
    if category.leaf then write_category(put, f, category) else
      local level = category.depth == 1 and "h3" or "h4"
      put("<", level, ' class="top" id="c-', anchor(category.path), '"', hue(f.group[category.path]), ">")
      put(label(f, category.path), " <small>", counted(f.total[category.path].n, "coding"), "</small></", level)
      put(">\n")
    end
  end
  if f.all.n > 0 then write_index(put, f) end
  put("</section>\n")
end

-- ---- the page --------------------------------------------------------------------------------

-- The page works without it: it opens what a link leads to in older browsers, and finds words in quotes.
local SCRIPT = [[
(function () {
  "use strict";
  var d = document, evidence = d.getElementById("evidence");
  var box = d.getElementById("filter"), found = d.getElementById("found");
  function all(where, what) { return Array.prototype.slice.call(where.querySelectorAll(what)); }
  function text(li) { return li.words || (li.words = li.textContent.replace(/\s+/g, " ").toLowerCase()); }
  function filter() {
    var words = box.value.replace(/\s+/g, " ").trim().toLowerCase(), sum = 0;
    all(evidence, "details.cat").forEach(function (cat) {
      var inCat = 0;
      all(cat, ".from").forEach(function (from) {
        var n = 0;
        all(from, "li").forEach(function (li) { n += (li.hidden = text(li).indexOf(words) < 0) ? 0 : 1; });
        from.hidden = n === 0;
        inCat += n;
      });
      cat.hidden = inCat === 0;
      cat.open = words !== "" && inCat > 0;
      sum += inCat;
    });
    found.textContent = words === "" ? "" : sum === 1 ? "1 quote" : sum + " quotes";
  }
  function reveal() {
    var at = d.getElementById(location.hash.slice(1));
    if (!at) return;
    if (box.value !== "") { box.value = ""; filter(); }
    for (var e = at; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    at.scrollIntoView();
  }
  function turn(open) { all(evidence, "details").forEach(function (e) { e.open = open; }); }
  d.getElementById("tools").hidden = false;
  box.addEventListener("input", filter);
  d.getElementById("open").addEventListener("click", function () { turn(true); });
  d.getElementById("close").addEventListener("click", function () { turn(false); });
  addEventListener("hashchange", reveal);
  reveal();
})();
]]
-- The only script that a browser will run in this page. The spec prints the right one when SCRIPT changes.
local SCRIPT_HASH = "sha256-q+0OMNBapu2o7qKtPoI/uH/W5t7DJnpVbeyLZVmbffo="

local function write_head(put, input)
  put('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n')
  put('<meta http-equiv="Content-Security-Policy" content="')
  put("default-src 'none'; style-src 'unsafe-inline'; script-src '", SCRIPT_HASH)
  put("'; img-src data:; base-uri 'none'; form-action 'none'", '">\n')
  put('<meta name="viewport" content="width=device-width, initial-scale=1">\n')
  put('<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n')
  put("<title>", esc(input.title), "</title>\n<style>\n", (input.css:gsub("</", "<\\/")))
  put("</style>\n</head>\n<body>\n<main>\n")
end

local function write_foot(put, input)
  local v = input.versions
  put("</main>\n<footer><p>entente ", esc(v.entente), ", Unicode ", esc(v.unicode), ", utf8proc ")
  put(esc(v.utf8proc), ", ", esc(v.lua))
  put(". The same papers, codebook and versions give this file byte for byte.</p>\n")
  put("<p><code>", own(input.command), "</code></p></footer>\n<script>", SCRIPT, "</script>\n</body>\n</html>\n")
end

---@param input table see README.md
---@return string html
return function(input)
  local out = {}
  local function put(...)
    for i = 1, select("#", ...) do out[#out + 1] = (select(i, ...)) end
  end
  local f = facts(input)
  write_head(put, input)
  write_intro(put, f)
  write_read(put, f)
  write_repaired(put, f)
  write_heat(put, f)
  write_rates(put, f)
  write_answers(put, f)
  write_evidence(put, f)
  write_foot(put, input)
  return table.concat(out)
end
