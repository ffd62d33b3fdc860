-- evidence_answers: of the HTML report, the rates, and each challenge beside the countermeasures of its paper.
--
-- A part of evidence_html; what it calls is in evidence_facts.

local from = ...

local own, anchor, int, counted, ratio, per_1000, percent, shown, label, trail, hue, to_quotes, box, by_left
  = from.own, from.anchor, from.int, from.counted, from.ratio, from.per_1000, from.percent, from.shown, from.label,
  from.trail, from.hue, from.to_quotes, from.box, from.by_left

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

return { rates = write_rates, answers = write_answers }
