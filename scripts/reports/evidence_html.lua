-- evidence_html: the evidence report as one HTML file that opens offline.
--
-- One page, in this order: what was done, what was read, papers × categories, rates, challenges and answers, evidence,
-- what was repaired. A number is a link to its quotes:
--
--   p-N        a row of "What was read"            i-N       what is coded in one paper, as links
--   c-PATH     a category in "Evidence"            q-NUMBER  one quote
--   e-PATH-N   the quotes of one category in one paper; for a top category its line in i-N
--
-- N is the paper's place in input.documents. A target stands inside its <details>, never on it: browsers then
-- open it by themselves. Invariant: whatever came from a paper, a codebook or the command line passes `esc`,
-- `own` or `anchor`. See README.md for what a report script is and what it receives.
-- Its parts, which the loader hands in: evidence_facts, evidence_answers.

local part = ...
local from = part "evidence_facts"
local tables = part("evidence_answers", from)

local esc, lang_attribute, own, anchor, url, int, counted, per_1000, percent, shown, clip, facts, label, trail,
  hue, to_quotes, box, OVERLAP
  = from.esc, from.lang_attribute, from.own, from.anchor, from.url, from.int, from.counted, from.per_1000,
  from.percent, from.shown, from.clip, from.facts, from.label, from.trail, from.hue, from.to_quotes, from.box,
  from.OVERLAP

-- ---- what was done, what was read ------------------------------------------------------------

local function is_repaired(f)
  for _, doc in ipairs(f.docs) do
    if doc.repaired and doc.repaired[1] then return true end
  end
  return false
end

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
  put('<nav aria-label="Contents"><a href="#read">What was read</a> ')
  put('<a href="#table">Papers × categories</a> <a href="#rates">Rates</a> ')
  if input.pairs then put('<a href="#answers">Challenges and answers</a> ') end
  put('<a href="#evidence">Evidence</a>')
  if is_repaired(f) then put(' <a href="#repaired">What was repaired</a>') end
  put("</nav>\n</header>\n")
end

local function notes(doc)
  local said = {}
  for i, note in ipairs(doc.notes or {}) do said[i] = own(note) end
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
  put('</small></td><td class="notes">', notes(doc), "</td></tr>\n")
end

local function write_read(put, f)
  put('<section id="read">\n<h2>What was read</h2>\n')
  if #f.docs == 0 then put("<p>No paper was read.</p>\n") else
    put(box("Papers read", "papers"), '<thead><tr><th class="num">No.</th><th>Paper</th><th>Authors</th><th>Year</th>')
    put('<th><abbr title="Language">Lang.</abbr></th><th>Format</th><th class="num">Pages</th>')
    put('<th class="num">Words</th><th class="num">Codings</th>')
    put('<th class="num">Sentences</th><th class="num">with a coding</th><th>Notes</th></tr></thead>\n<tbody>\n')
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
  if not is_repaired(f) then return end
  put('<section id="repaired">\n<h2>What was repaired</h2>\n<p>The text is never changed: these places are only read otherwise, ')
  put("and quotes show what stands there. What could not be repaired is listed, too.</p>\n", box("What was repaired", "repaired"))
  put('<thead><tr><th class="num">No.</th><th>Paper</th><th class="num">How often</th><th>What, and the first place</th></tr>')
  put("</thead>\n<tbody>\n")
  for number, doc in ipairs(f.docs) do
    for _, row in ipairs(doc.repaired or {}) do
      put('<tr><td class="num"><a href="#p-', number, '">', number, '</a></td><th scope="row">', own(doc.id), "</th>")
      put('<td class="num">', int(row.count), "</td><td>", esc(row.what))
      if row.example then put("<small>", own(row.example, doc.lang), "</small>") end
      put("</td></tr>\n")
    end
  end
  put("</tbody></table></div>\n</section>\n")
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
  write_heat(put, f)
  tables.rates(put, f)
  tables.answers(put, f)
  write_evidence(put, f)
  write_repaired(put, f)
  write_foot(put, input)
  return table.concat(out)
end
