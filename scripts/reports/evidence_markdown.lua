-- evidence_markdown: the evidence report as GitHub-flavoured Markdown, which pandoc reads as well.
--
-- The content and the order of evidence_html: what was done, what was read, papers × categories (one table for each top
-- category), rates, challenges and answers, evidence, what was repaired. A count is a link to its quotes; targets are
-- c-PATH, e-PATH-N and p-N as there. Invariant: whatever came from outside passes `esc`, `code` or `anchor`;
-- what `esc` gives holds no line end and no mark that Markdown obeys, in a table cell too.

-- Of evidence_facts, which the loader hands in, it takes what is not written as HTML.

local part = ...
local from = part "evidence_facts"
local by_name, anchor, per_1000, percent, shown, clip, facts, by_left, OVERLAP
  = from.by_name, from.anchor, from.per_1000, from.percent, from.shown, from.clip, from.facts, from.by_left, from.OVERLAP

-- ---- text ------------------------------------------------------------------------------------

local function picture(c)
  if c == "\t" or c == "\n" or c == "\r" then return " " end
  local byte = c:byte()
  return "\226\144" .. string.char(byte == 127 and 161 or 128 + byte)
end

-- On one line, with controls drawn instead of obeyed.
local function visible(s)
  s = tostring(s):gsub("%c", picture):gsub("\194[\128-\159]", by_name)
  s = s:gsub("\226\128[\170-\174]", by_name):gsub("\226\129[\166-\169]", by_name)
  return (s:gsub(" +", " "))
end

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["@"] = "&#64;" }

-- The colon and the stop of www. become entities as well: GitHub makes links of bare addresses.
local function esc(s)
  s = visible(s):gsub("[\\`*_{}%[%]|~$^]", "\\%0"):gsub("#(%d)", "\\#%1"):gsub("[&<>\"@]", ENTITIES)
  s = s:gsub(":([%w/])", "&#58;%1"):gsub("([Ww][Ww][Ww])%.", "%1&#46;")
  return (s:gsub("^ ?([#+=%-])", "\\%1"):gsub("^( ?%d+)%.", "%1\\."))
end

-- Code that may hold anything: in Markdown's own code spans a bar would still end a table cell.
local function code(s) return "<code>" .. esc(s) .. "</code>" end

-- Bold. Where a mark or a blank stands at the edge, Markdown would not take ** for it.
local function strong(s)
  local edge = "^[^%w\195-\225\228-\238\240-\244]"
  local last = s:match("[\1-\127\192-\255][\128-\191]*$") or ""
  if s:find(edge) or last:find(edge) then return "<strong>" .. esc(s) .. "</strong>" end
  return "**" .. esc(s) .. "**"
end

local function int(n) return ("%d"):format(n) end
local function counted(n, noun) return int(n) .. " " .. noun .. (n == 1 and "" or "s") end

-- ---- what follows from the input -------------------------------------------------------------

local function label(f, path) return esc(f.category[path].label) end
local function trail(f, path) return esc(f.trail[path]) end
local function to_category(path, text) return ("[%s](#c-%s)"):format(text, anchor(path)) end

local function to_quotes(f, path, number, text)
  if not (f.quotes[path] and f.quotes[path][number]) then return text end
  return ("[%s](#e-%s-%d)"):format(text, anchor(path), number)
end

-- ---- tables ----------------------------------------------------------------------------------

-- A table of rows of cells; `aligned` has one letter a column, "l" or "r".
local function write_table(put, aligned, head, rows)
  put("| ", table.concat(head, " | "), " |\n|")
  for c in aligned:gmatch(".") do put(c == "r" and " ---: |" or " --- |") end
  put("\n")
  for _, row in ipairs(rows) do put("| ", table.concat(row, " | "), " |\n") end
  put("\n")
end

-- ---- what was done, what was read ------------------------------------------------------------

local function write_intro(put, f)
  local input, book = f.input, f.input.codebook
  put("# ", esc(input.title), "\n\n", counted(#f.docs, "paper"))
  put(#f.docs == 1 and " was read, " or " were read, ", int(#input.failed))
  put(" could not be. Codebook ", strong(book.name .. "@" .. book.version))
  if book.label and book.label ~= "" then put(" (", esc(book.label), ")") end
  put(" gave ", counted(#input.codings, "coding"), ", in ", int(f.all.coded), " of ", counted(f.all.sentences, "sentence"))
  put(" (", percent(f.all.coded, f.all.sentences), "). Each rule is matched within one ", esc(book.unit or "sentence"), "; ")
  put(OVERLAP[book.overlap] or "overlap: " .. esc(book.overlap or "longest"), ". Rates are codings per 1,000 words, of the ")
  put(counted(f.all.tokens, "word"), " of the papers read.")
  if (input.excluded or 0) > 0 then
    put(" ", counted(input.excluded, "hit"), " in reference lists ", input.excluded == 1 and "is" or "are")
    put(" kept apart and in no count.")
  end
  put("\n\n")
  if book.description and book.description ~= "" then put(esc(book.description), "\n\n") end
  put("A word is a token: a word by Unicode’s rules, and in Chinese, Thai, Lao, Khmer and Burmese script each character. ")
  put("Rates therefore compare papers of one language; between languages compare shares of sentences.\n\n")
end

local function notes(doc)
  local said = {}
  for i, note in ipairs(doc.notes or {}) do said[i] = esc(note) end
  return table.concat(said, "; ")
end

local function write_read(put, f)
  put("## What was read\n\n")
  local rows = {}
  for number, doc in ipairs(f.docs) do
    rows[number] = {
      ('<a id="p-%d"></a>%d'):format(number, number), esc(shown(doc)) .. "<br>" .. code(doc.id),
      esc(table.concat(doc.authors or {}, "; ")), esc(doc.year or ""), esc(doc.lang or ""), esc(doc.format or ""),
      doc.pages and int(doc.pages) or "", int(doc.tokens), int(f.coded[number]), int(doc.sentences),
      ("%d (%s)"):format(doc.coded_sentences, percent(doc.coded_sentences, doc.sentences)), notes(doc),
    }
  end
  if #rows == 0 then put("No paper was read.\n\n") else
    local head = {
      "No.", "Paper", "Authors", "Year", "Language", "Format", "Pages", "Words", "Codings", "Sentences", "with a coding",
      "Notes",
    }
    write_table(put, "rllrllrrrrrl", head, rows)
  end
  put("### What was not read\n\n")
  if #f.input.failed == 0 then put("Every paper found could be read.\n\n") return end
  rows = {}
  for i, failed in ipairs(f.input.failed) do rows[i] = { code(failed.id), esc(failed.message) } end
  write_table(put, "ll", { "Paper", "Reason" }, rows)
end

-- ---- what was repaired ------------------------------------------------------------------------

local function write_repaired(put, f)
  local rows = {}
  for number, doc in ipairs(f.docs) do
    for _, row in ipairs(doc.repaired or {}) do
      rows[#rows + 1] = { ("[%d](#p-%d)"):format(number, number), code(doc.id), esc(row.what), int(row.count), esc(row.example or "") }
    end
  end
  if #rows == 0 then return end
  put("## What was repaired\n\nThe text is never changed: these places are only read otherwise, and quotes ")
  put("show what stands there. What could not be repaired is listed, too.\n\n")
  write_table(put, "rllrl", { "No.", "Paper", "What", "How often", "Example" }, rows)
end

-- ---- papers × categories, rates --------------------------------------------------------------

local function cell(n, tokens, with, sentences, link)
  if n == 0 then return "" end
  return ("%s (%s; %s)"):format(link(int(n)), per_1000(n, tokens), percent(with, sentences))
end

local function write_group(put, f, group)
  local head, rows, sum = { "Paper" }, {}, #group.leaves > 1
  for i, leaf in ipairs(group.leaves) do head[i + 1] = to_category(leaf.path, trail(f, leaf.path)) end
  if sum then head[#head + 1] = "all of these" end
  local function row(name, at)
    local cells = { name }
    for i, leaf in ipairs(group.leaves) do cells[i + 1] = at(leaf.path) end
    if sum then cells[#cells + 1] = at(group.top.path) end
    rows[#rows + 1] = cells
  end
  for number, doc in ipairs(f.docs) do
    row(("[%d](#p-%d) %s"):format(number, number, esc(shown(doc))), function(path)
      local with = f.sentences(path, number, doc)
      local function link(n) return to_quotes(f, path, number, n) end
      return cell(doc.counts[path] or 0, doc.tokens, with, doc.sentences, link)
    end)
  end
  row("**All papers**", function(path)
    local total = f.total[path]
    local function link(n) return to_category(path, n) end
    return cell(total.n, f.all.tokens, total.sentences, f.all.sentences, link)
  end)
  put("### ", label(f, group.top.path), "\n\n")
  write_table(put, "l" .. ("r"):rep(#head - 1), head, rows)
end

local function write_heat(put, f)
  put("## Papers × categories\n\n")
  if #f.docs == 0 then put("No paper was read.\n\n") return end
  put("Number of codings (codings per 1,000 words of the same paper; share of its sentences with at least one). ")
  put("Empty: not found.\n\n")
  for _, group in ipairs(f.groups) do
    if #group.leaves > 0 then write_group(put, f, group) end
  end
  put("### All codings\n\n")
  local rows = {}
  for number, doc in ipairs(f.docs) do
    local n = 0
    for _, group in ipairs(f.groups) do
      for _, leaf in ipairs(group.leaves) do n = n + (doc.counts[leaf.path] or 0) end
    end
    local text = cell(n, doc.tokens, doc.coded_sentences, doc.sentences, tostring)
    rows[number] = { ("[%d](#p-%d) %s"):format(number, number, esc(shown(doc))), text }
  end
  local all = cell(#f.input.codings, f.all.tokens, f.all.coded, f.all.sentences, tostring)
  rows[#rows + 1] = { "**All papers**", all }
  write_table(put, "lr", { "Paper", "Codings" }, rows)
end

local function write_rates(put, f)
  put("## Rates\n\nOf ", counted(#f.docs, "paper"), ", ", counted(f.all.tokens, "word"), " and ")
  put(counted(f.all.sentences, "sentence"))
  put(". The leading paper is the one with most codings of the category, and how many of them it holds. ")
  put("A category above others is their sum.\n\n")
  local rows = {}
  for i, category in ipairs(f.input.codebook.categories) do
    local path, total = category.path, f.total[category.path]
    local name = ("&emsp;"):rep(category.depth - 1) .. to_category(path, label(f, path))
    if total.n == 0 then rows[i] = { name, "0", "0", "", "", "" } else
      local lead = to_quotes(f, path, total.lead, esc(shown(f.docs[total.lead])))
      rows[i] = {
        name, to_category(path, int(total.n)), ("%d of %d"):format(total.papers, #f.docs), per_1000(total.n, f.all.tokens),
        percent(total.sentences, f.all.sentences), ("%s (%d of %d)"):format(lead, total.lead_n, total.n),
      }
    end
  end
  local head = { "Category", "Codings", "Papers", "Per 1,000 words", "Share of sentences", "Leading paper" }
  write_table(put, "lrrrrl", head, rows)
end

-- ---- challenges and answers ------------------------------------------------------------------

local function write_summary(put, f)
  local rows, left = {}, by_left(f.input.answers)
  for i, category in ipairs(f.group[f.input.pairs.left].leaves) do
    local of, open = left[category.path], {}
    for j, answer in ipairs(of and of.open or {}) do
      local number = f.number[answer.doc]
      open[j] = to_quotes(f, category.path, number, esc(shown(f.docs[number]))) .. " (" .. int(answer.count) .. ")"
    end
    local name = to_category(category.path, trail(f, category.path))
    if not of then rows[i] = { name, "0", "", "", "" } else
      local unanswered = #open > 0 and "**unanswered:** " .. table.concat(open, ", ") or ""
      rows[i] = { name, int(of.papers), int(of.answered), int(of.near), unanswered }
    end
  end
  local with = "with " .. label(f, f.input.pairs.right)
  local head = { label(f, f.input.pairs.left), "Papers that name it", with, "in the same section", "Papers without any" }
  write_table(put, "lrrrl", head, rows)
end

local function answer_row(f, answer)
  local number, near, rights = f.number[answer.doc], {}, {}
  for _, right in ipairs(answer.same_section) do near[right.path] = right.count end
  for i, right in ipairs(answer.rights) do
    local here = near[right.path]
    local text = trail(f, right.path) .. " " .. to_quotes(f, right.path, number, int(right.count))
    rights[i] = here and ("● %s (%d in the same section)"):format(text, here) or text
  end
  local name = trail(f, answer.left) .. " " .. to_quotes(f, answer.left, number, int(answer.count))
  local paper = ("[%d](#p-%d) %s"):format(number, number, esc(shown(f.docs[number])))
  return { paper, name, #rights > 0 and table.concat(rights, "; ") or "**unanswered in this paper**" }
end

local function write_answers(put, f)
  local sides = f.input.pairs
  if not sides then return end
  local left_name, right_name = label(f, sides.left), label(f, sides.right)
  put("## Challenges and answers\n\nEach category of ", left_name, " beside the categories of ", right_name)
  put(" that the same paper offers. They stand together by place alone: ")
  put("whether one answers the other is for the reader of the quotes.\n\n")
  if #f.input.answers == 0 then put("No paper names any.\n\n") return end
  put("### ", left_name, " without any ", right_name, " in the same paper\n\n")
  write_summary(put, f)
  put("### Paper by paper\n\n● also in the same section\n\n")
  local rows = {}
  for i, answer in ipairs(f.input.answers) do rows[i] = answer_row(f, answer) end
  write_table(put, "lll", { "Paper", left_name, right_name }, rows)
end

-- ---- evidence --------------------------------------------------------------------------------

local function write_quote(put, doc, coding)
  put("- (", int(coding.number), ") ", esc(clip(coding.before or "", true)), strong(coding.quote))
  put(esc(clip(coding.after or "", false)), "  \n  ")
  if coding.section then put("§ ", esc(coding.section), " · ") end
  if coding.page then put("p. ", int(coding.page), " · ") end
  put(esc(coding.lang or doc.lang or "language unknown"), " · ", code(coding.rule), " · bytes ")
  put(("%d–%d"):format(coding.first - 1, coding.last), "\n")
end

local function write_category(put, f, category)
  local path, total = category.path, f.total[category.path]
  local level = ("#"):rep(math.min(category.depth + 2, 5))
  put('<a id="c-', anchor(path), '"></a>\n\n', level, " ", label(f, path), ": ")
  if total.n == 0 then put("not found\n\n") return end
  put(counted(total.n, "coding"), ", ", counted(total.papers, "paper"), "\n\n")
  if category.leaf then put(code(path), "\n\n") end
  if category.definition and category.definition ~= "" then put(esc(category.definition), "\n\n") end
  for number, doc in ipairs(f.docs) do
    local quotes = f.quotes[path] and f.quotes[path][number]
    if quotes then
      put('<a id="e-', anchor(path), "-", int(number), '"></a>\n\n', level, "# ", esc(shown(doc)), " (")
      put(counted(#quotes, "coding"), ")\n\n")
      for _, coding in ipairs(quotes) do write_quote(put, doc, coding) end
      put("\n")
    end
  end
end

local function write_evidence(put, f)
  put("## Evidence\n\n", counted(#f.input.codings, "coding"), ", by category and paper: the ")
  put(esc(f.input.codebook.unit or "sentence"))
  put(" with the matched words in bold (shortened at … where it is long), its section, page and language, ")
  put("the rule that fired, ")
  put("and the bytes of the bold words in the paper’s text (counted from 0, the end not included). ")
  put("The number before a quote is its place in the whole run.\n\n")
  for _, category in ipairs(f.input.codebook.categories) do write_category(put, f, category) end
end

---@param input table see README.md
---@return string markdown
return function(input)
  local out = {}
  local function put(...)
    for i = 1, select("#", ...) do out[#out + 1] = (select(i, ...)) end
  end
  local f, v = facts(input), input.versions
  write_intro(put, f)
  write_read(put, f)
  write_heat(put, f)
  write_rates(put, f)
  write_answers(put, f)
  write_evidence(put, f)
  write_repaired(put, f)
  put("---\n\nentente ", esc(v.entente), ", Unicode ", esc(v.unicode), ", utf8proc ", esc(v.utf8proc), ", ", esc(v.lua))
  put(". The same papers, codebook and versions give this file byte for byte.\n\n", code(input.command), "\n")
  return table.concat(out)
end
