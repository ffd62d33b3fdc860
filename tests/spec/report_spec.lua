-- report: does every number of a report lead to its quotes, and does no text from outside get loose?

local DIR = "scripts/reports/"

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local CSS = read(DIR .. "evidence.css")
local function part(name, ...) return assert(loadfile(DIR .. name .. ".lua"))(...) end
local render_html = part("evidence_html", part)
local render_markdown = part("evidence_markdown", part)

-- ---- the fixture -----------------------------------------------------------------------------

-- What papers and codebooks might carry, and how its controls must be drawn.
local EVIL = "<script>alert(1)</script>\"'|`**[x](http://evil.example)&amp;</style>\1\127\194\133\226\128\174\226\129\166"
local DRAWN = "<script>alert(1)</script>\"'|`**[x](http://evil.example)&amp;</style>\226\144\129\226\144\161[U+0085][U+202E][U+2066]"
local RTL = "שלום עולם"

local function draw(s)
  local from, to = s:find(EVIL, 1, true)
  if not from then return s end
  return s:sub(1, from - 1) .. DRAWN .. draw(s:sub(to + 1))
end

local function random(seed)
  return function(n)
    seed = (seed * 16807) % 2147483647
    return seed % n + 1
  end
end

local function categories()
  local list = {}
  for _, top in ipairs { "challenge", "countermeasure" } do
    list[#list + 1] = { path = top, name = top, label = top:upper() .. EVIL, depth = 1, leaf = false, definition = EVIL }
    for _, name in ipairs { "one", "two-b", 'th"re<e>' } do
      list[#list + 1] = {
        path = top .. "/" .. name, name = name, label = name .. EVIL, parent = top, depth = 2, leaf = true,
        definition = EVIL, color = name == "one" and "#a1b2c3" or "red;}" .. EVIL,
      }
    end
  end
  return list
end

local function documents()
  local list = {}
  for i, lang in ipairs { "en", "zh", "he", EVIL } do
    list[i] = {
      id = "paper" .. i .. EVIL, title = i ~= 2 and "Title " .. i .. EVIL or nil, authors = { EVIL, RTL }, year = i == 3 and EVIL or 2020,
      lang = lang, format = EVIL, pages = i == 1 and 7 or nil, tokens = 1000 * i, sentences = 50 * i, notes = { EVIL, "note" },
      coded_sentences = 0, counts = {},
      repaired = i > 1 and { { kind = "width", what = "forms", count = 1000 * i, example = EVIL }, { kind = "x", what = EVIL, count = 1 } } or {},
      source = i == 1 and "//evil.example/javascript:" .. EVIL or nil,
    }
  end
  return list
end

local QUOTES = { "digital gap", EVIL, RTL .. EVIL, "数字鸿沟", "*starred*", "line\nend", "1. number", "“Belt and\nRoad”", "a_b_c", "\\" }

-- Adds n random codings to the input's papers; the last paper has none.
local function add_codings(input, n, rnd)
  local leaves, raw = {}, {}
  for _, category in ipairs(input.codebook.categories) do
    if category.leaf and category.path ~= "countermeasure/two-b" then leaves[#leaves + 1] = category end
  end
  for i = 1, n do raw[i] = { doc = rnd(3), at = i, category = leaves[rnd(#leaves)] } end
  table.sort(raw, function(a, b) return a.doc < b.doc or a.doc == b.doc and a.at < b.at end)
  for number, one in ipairs(raw) do
    local doc, quote = input.documents[one.doc], QUOTES[rnd(#QUOTES)]
    input.codings[number] = {
      number = number, doc = doc.id, lang = doc.lang, category = one.category.path, rule = one.category.path .. ".any.en[1]" .. EVIL,
      first = one.at * 100, last = one.at * 100 + #quote - 1, quote = quote, before = "before " .. EVIL .. " ",
      after = rnd(2) == 1 and EVIL or (" 后文"):rep(2000), unit = "sentence", unit_first = one.at, unit_last = one.at,
      section = rnd(2) == 1 and "1. Intro > " .. EVIL or nil, page = rnd(2) == 1 and rnd(9) or nil,
    }
    for _, path in ipairs { one.category.path, one.category.parent } do doc.counts[path] = (doc.counts[path] or 0) + 1 end
    doc.coded_sentences = doc.coded_sentences + 1
  end
end

local function add_answers(input)
  for i, doc in ipairs(input.documents) do
    for _, left in ipairs(input.codebook.categories) do
      if left.parent == "challenge" and doc.counts[left.path] then
        local rights = {}
        for _, right in ipairs(input.codebook.categories) do
          local n = i ~= 2 and right.parent == "countermeasure" and doc.counts[right.path]
          if n then rights[#rights + 1] = { path = right.path, count = n } end
        end
        local answer = { doc = doc.id, left = left.path, count = doc.counts[left.path], rights = rights, same_section = { rights[1] } }
        table.insert(input.answers, answer)
      end
    end
  end
end

local function fixture()
  local input = {
    title = "Report " .. EVIL, lang = "en", css = CSS, command = "entente report " .. EVIL, excluded = 3,
    codebook = {
      name = "book" .. EVIL, version = "1.0.0" .. EVIL, label = EVIL, description = EVIL, unit = "sentence", overlap = EVIL,
      categories = categories(),
    },
    documents = documents(), failed = { { id = "scan.pdf" .. EVIL, message = "no text " .. EVIL } }, codings = {},
    pairs = { left = "challenge", right = "countermeasure" }, answers = {},
    versions = { entente = "0.1" .. EVIL, unicode = EVIL, utf8proc = EVIL, lua = EVIL },
  }
  add_codings(input, 120, random(11))
  add_answers(input)
  return input
end

local function empty()
  return {
    title = "Empty", lang = "en", css = CSS, command = "entente report none", codebook = { name = "b", version = "1", categories = categories() },
    documents = {}, failed = {}, codings = {}, pairs = { left = "challenge", right = "countermeasure" }, answers = {},
    versions = { entente = "0.1", unicode = "15.0", utf8proc = "2.8.0", lua = "Lua 5.4" },
  }
end

-- ---- reading what was written ----------------------------------------------------------------

local ENTITIES = { ["&amp;"] = "&", ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#39;"] = "'", ["&#64;"] = "@", ["&#58;"] = ":", ["&#46;"] = "." }

local function plain_html(s) return (s:gsub("&#?%w+;", function(e) return assert(ENTITIES[e], e) end)) end
local function plain_markdown(s) return plain_html((s:gsub("\\(%p)", "%1"))) end

local function without_style_and_script(html)
  return (html:gsub("<style>.-</style>", "", 1):gsub("(<script>).-(</script>)", "%1%2", 1))
end

local VOID = { meta = true, input = true }
local ATTRIBUTES = {}
for name in ([[aria-label autocomplete charset checked class colspan content dir for hidden href http-equiv id lang name role
  rowspan scope style tabindex title type value]]):gmatch("%S+") do ATTRIBUTES[name] = true end
local TAGS = {}
for name in ([[a abbr b bdi blockquote body button code details div footer h1 h2 h3 h4 head header html i input label li main
  mark meta nav ol p script section small span style summary table tbody td tfoot th thead title tr ul]]):gmatch("%S+") do TAGS[name] = true end

-- Every tag and attribute is one of ours, and all are closed in order.
local function check_tags(html)
  local open = {}
  html = without_style_and_script(html:gsub("^<!DOCTYPE html>", ""))
  for close, name, attributes in html:gmatch("<(/?)([%w]*)([^<>]*)>") do
    assert.is_true(TAGS[name], "tag <" .. close .. name .. attributes .. ">")
    if close == "/" then assert.equal(name, table.remove(open)) elseif not VOID[name] then open[#open + 1] = name end
    local rest = attributes:gsub('%s([%w-]+)="[^"]*"', function(key)
      assert.is_true(ATTRIBUTES[key], key)
      return ""
    end):gsub("^ checked$", ""):gsub("^ hidden$", "")
    assert.equal("", rest)
  end
  assert.same({}, open)
  assert.is_nil(html:gsub("<(/?)([%w]*)([^<>]*)>", ""):find("[<>]"))
end

-- Links inside the page have a target, targets are unique; returns the links that lead out of it.
local function check_links(text, href, id)
  local ids, out = {}, {}
  for name in text:gmatch(id) do
    assert.is_nil(ids[name], "twice: " .. name)
    ids[name] = true
  end
  for to in text:gmatch(href) do
    local name = to:match("^#(.*)")
    if name then assert.is_true(ids[name], "no target: " .. name) else out[#out + 1] = to end
  end
  return out
end

local function encoded(path)
  return (path:gsub("/", "."):gsub('["<>]', { ['"'] = "_22", ["<"] = "_3C", [">"] = "_3E" }))
end

-- Calls check(path, number, n) for each category and paper that has codings.
local function each_count(input, check)
  for number, doc in ipairs(input.documents) do
    for _, category in ipairs(input.codebook.categories) do
      local n = 0
      for _, coding in ipairs(input.codings) do
        local below = coding.category == category.path or coding.category:find(category.path .. "/", 1, true) == 1
        if coding.doc == doc.id and below then n = n + 1 end
      end
      assert.equal(n, doc.counts[category.path] or 0)
      if n > 0 then check(category.path, number, n, category.leaf) end
    end
  end
end

local function escaped(s) return (s:gsub("%p", "%%%0")) end

local function base64(bytes)
  local alphabet, out = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", {}
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local n = a * 65536 + (b or 0) * 256 + (c or 0)
    for k = 3, 0, -1 do
      local digit = math.floor(n / 64 ^ k) % 64 + 1
      out[#out + 1] = (k == 1 and not b or k == 0 and not c) and "=" or alphabet:sub(digit, digit)
    end
  end
  return table.concat(out)
end

local function sha256(text)
  local name = os.tmpname()
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
  local pipe = assert(io.popen("sha256sum " .. name))
  local hex = pipe:read("*a"):match("^%x+")
  pipe:close()
  os.remove(name)
  return (hex:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end))
end

-- ---- HTML ------------------------------------------------------------------------------------

describe("evidence_html", function()
  local input = fixture()
  local html = render_html(input)

  it("holds every coding's quote once, marked, with its place", function()
    for _, coding in ipairs(input.codings) do
      local item = html:match('<li id="q%-' .. coding.number .. '" .-</li>')
      assert.equal(draw(coding.quote), plain_html(item:match("<mark>(.-)</mark>")))
      assert.is_truthy(plain_html(item):find(("bytes %d–%d"):format(coding.first - 1, coding.last), 1, true))
      assert.is_truthy(plain_html(item):find(draw(coding.rule), 1, true))
      assert.equal(coding.section ~= nil, item:find("§", 1, true) ~= nil)
      assert.equal(coding.page ~= nil, item:find("p. " .. (coding.page or 0), 1, true) ~= nil)
    end
    assert.equal(#input.codings, select(2, html:gsub("<mark>", "")))
  end)

  it("counts in the table what stands in the evidence", function()
    local heat = html:match('<section id="table".-</section>')
    each_count(input, function(path, number, n, leaf)
      local id = "e-" .. encoded(path) .. "-" .. number
      local shown = heat:match('href="#' .. escaped(id) .. '" title="[^"]*"><span class="n">(%d+)</span>')
      assert.equal(n, tonumber(shown))
      if leaf then
        local from = html:match('<section class="from" id="' .. escaped(id) .. '">.-</section>')
        assert.equal(n, select(2, from:gsub("<li ", "")))
      end
    end)
    assert.equal(select(2, heat:gsub('href="#e%-', "")), select(2, heat:gsub('title="[^"]* codings?, ', "")))
    assert.is_truthy(heat:find('<a href="#evidence"><span class="n">120</span>', 1, true))
  end)

  it("sums papers and categories, and leaves blank what was not found", function()
    for number, doc in ipairs(input.documents) do
      local n = (doc.counts.challenge or 0) + (doc.counts.countermeasure or 0)
      local shown = html:match('<td class="total"><a href="#i%-' .. number .. '"><span class="n">(%d+)')
      assert.equal(n, tonumber(shown or 0))
    end
    for _, category in ipairs(input.codebook.categories) do
      local n = 0
      for _, doc in ipairs(input.documents) do n = n + (doc.counts[category.path] or 0) end
      local foot = html:match("<tfoot>.-</tfoot>")
      assert.equal(n, tonumber(foot:match('#c%-' .. escaped(encoded(category.path)) .. '"><span class="n">(%d+)') or 0))
    end
    assert.is_nil(html:match('<section id="table".-</section>'):find('<span class="n">0<', 1, true))
  end)

  it("gives rates with their denominators, halves rounded up", function()
    local one = fixture()
    one.documents[1].tokens, one.documents[1].counts["challenge/one"] = 16000, 1 -- 0.0625
    assert.is_truthy(render_html(one):find("1 coding, 0.06 per 1,000 words", 1, true))
    one.documents[1].tokens = 8000 -- 0.125
    assert.is_truthy(render_html(one):find("1 coding, 0.13 per 1,000 words", 1, true))
    assert.is_truthy(html:find("of the 10,000 words of the papers read", 1, true))
  end)

  it("takes sentence counts from the library, and shows no share where they are unknown", function()
    local one = fixture()
    for _, coding in ipairs(one.codings) do coding.unit = "paragraph" end
    assert.is_truthy(render_html(one):find(" per 1,000 words, – of sentences", 1, true))
    for _, doc in ipairs(one.documents) do doc.sentence_counts = { ["challenge/one"] = 5 } end
    assert.is_truthy(render_html(one):find(" per 1,000 words, 10.0 %% of sentences"))
  end)

  it("shows notes, and groups long numbers", function()
    local one = fixture()
    one.documents[1].tokens = 1234567
    local page = plain_html(render_html(one))
    assert.is_truthy(page:find("; <bdi>note</bdi></td>", 1, true))
    assert.is_truthy(page:find(">1,234,567<", 1, true))
    assert.is_truthy(page:find(">50<", 1, true))
  end)

  it("lists what was repaired, with a link to it where there is any", function()
    local section = html:match('<section id="repaired">.-</section>')
    assert.equal(6, select(2, section:gsub('<th scope="row">', "")))
    assert.is_truthy(section:find('<a href="#p-3">3</a>', 1, true))
    assert.is_truthy(plain_html(section):find(">2,000<", 1, true))
    assert.is_truthy(plain_html(section):find(DRAWN, 1, true))
    assert.is_truthy(html:match("<nav.-</nav>"):find('href="#repaired"', 1, true))
    assert.is_nil(render_html(empty()):find('"#?repaired"'))
  end)

  it("flags what is unanswered", function()
    local answers, unanswered = html:match('<section id="answers">.-</section>'), 0
    for _, answer in ipairs(input.answers) do
      if #answer.rights == 0 then unanswered = unanswered + 1 end
    end
    assert.is_true(unanswered > 0)
    assert.equal(unanswered, select(2, answers:gsub("unanswered in this paper", "")))
    assert.is_truthy(answers:find(unanswered .. " unanswered.", 1, true))
    assert.is_truthy(answers:find("in the same section</small>", 1, true))
  end)

  it("lets no text from outside become markup", function()
    check_tags(html)
    assert.equal(1, select(2, html:gsub("<script", "")))
    assert.equal(1, select(2, html:gsub("</style", "")))
    for _, raw in ipairs { "[%z\1-\8\11-\31\127]", "\194[\128-\159]", "\226\128[\170-\174]", "\226\129[\166-\169]" } do
      assert.is_nil(html:find(raw))
    end
    assert.is_nil(html:find('style="[^"]*red', 1))
    assert.is_truthy(html:find('style="--g:', 1, true))
  end)

  it("leads only to itself and to the papers beside it", function()
    local out = check_links(html, 'href="([^"]*)"', ' id="([^"]*)"')
    assert.is_true(#out > 0)
    for _, to in ipairs(out) do assert.is_truthy(to:find("^/evil%.example/javascript%%3A[%w%%%-%._~/]*#page=%d+$"), to) end
    for _, word in ipairs { "url%(", "@import", " src=", "<link", "<base", "<iframe", "<img", "http%-equiv=\"refresh" } do
      assert.is_nil(without_style_and_script(html):find(word), word)
      assert.is_nil(CSS:find(word), word)
    end
    assert.is_nil(CSS:find("//", 1, true))
  end)

  it("allows its own script and no other", function()
    local script = html:match("<script>(.-)</script>")
    assert.is_truthy(html:find("script-src 'sha256-" .. base64(sha256(script)) .. "'", 1, true), "SCRIPT_HASH = sha256-" .. base64(sha256(script)))
    assert.is_truthy(html:find("default-src 'none'", 1, true))
  end)

  it("gives the same bytes for the same input", function() assert.equal(html, render_html(fixture())) end)

  it("shows a corpus without papers, and one without codings", function()
    local none = render_html(empty())
    check_tags(none)
    check_links(none, 'href="([^"]*)"', ' id="([^"]*)"')
    assert.is_truthy(none:find("0 papers were read", 1, true))
    local silent = empty()
    silent.documents, silent.pairs = documents(), nil
    silent.documents[1].tokens, silent.documents[1].sentences = 0, 0
    none = render_html(silent)
    check_tags(none)
    check_links(none, 'href="([^"]*)"', ' id="([^"]*)"')
    assert.is_nil(none:find("nan", 1, true))
    assert.is_nil(none:find("Challenges and answers", 1, true))
  end)

  it("shows leaves at the top and below a middle category", function()
    local deep = empty()
    deep.codebook.categories = {
      { path = "alone", name = "alone", label = "Alone", depth = 1, leaf = true },
      { path = "a", name = "a", label = "A", depth = 1, leaf = false },
      { path = "a/b", name = "b", label = "B", parent = "a", depth = 2, leaf = false },
      { path = "a/b/c", name = "c", label = "C", parent = "a/b", depth = 3, leaf = true },
      { path = "a/b/d", name = "d", label = "D", parent = "a/b", depth = 3, leaf = true },
    }
    deep.pairs, deep.documents = nil, { documents()[1] }
    local doc = deep.documents[1]
    doc.counts, doc.coded_sentences = { alone = 1, a = 1, ["a/b"] = 1, ["a/b/c"] = 1 }, 1
    for i, path in ipairs { "alone", "a/b/c" } do
      deep.codings[i] = { number = i, doc = doc.id, category = path, rule = "r", first = 1, last = 1, quote = "x", unit = "sentence", unit_first = 1 }
    end
    local page, markdown = render_html(deep), render_markdown(deep)
    check_tags(page)
    check_links(page, 'href="([^"]*)"', ' id="([^"]*)"')
    check_links(markdown, "[^\\]%]%(([^)]*)%)", '<a id="([^"]*)">')
    assert.is_truthy(page:find("B › C", 1, true))
  end)

  it("names the coding that fits no paper or category", function()
    local one = fixture()
    one.codings[2].doc = "nobody"
    assert.has_error(function() render_html(one) end, "codings[2].doc is not among the documents")
    one = fixture()
    one.codings[2].category = "nothing"
    assert.has_error(function() render_markdown(one) end, "codings[2].category is not in the codebook")
  end)
end)

-- ---- Markdown --------------------------------------------------------------------------------

describe("evidence_markdown", function()
  local input = fixture()
  local markdown = render_markdown(input)

  it("holds every coding's quote once, in bold", function()
    for _, coding in ipairs(input.codings) do
      local item = markdown:match("\n%- %(" .. coding.number .. "%) ([^\n]*)  \n")
      local edge = coding.quote:find("^[<*\226\\]") or coding.quote:find("\166$") -- ** does not open beside a mark
      assert.equal(edge ~= nil, item:find("<strong>", 1, true) ~= nil, coding.quote)
      local text = plain_markdown(item):gsub("</?strong>", "**")
      local quote = draw(coding.quote):gsub("\n", " ")
      assert.is_truthy(text:find("**" .. quote .. "**", 1, true), coding.number)
    end
    assert.equal(#input.codings, select(2, markdown:gsub("\n%- %(%d+%) ", "")))
  end)

  it("gives the same numbers as the HTML", function()
    local html = render_html(input)
    each_count(input, function(path, number, n, leaf)
      local id = "e-" .. encoded(path) .. "-" .. number
      local title, rate, share = html:match('href="#' .. escaped(id) .. '" title="[^"]-: (%d+) codings?, ([%d.]+) per 1,000 words, ([%d.]+) %% of sentences"')
      assert.equal(n, tonumber(title))
      local cell = ("(%s; %s %%)"):format(rate, share)
      assert.is_truthy(markdown:find(leaf and ("[%d](#%s) %s"):format(n, id, cell) or ("| %d %s"):format(n, cell), 1, true), id)
    end)
  end)

  it("keeps its tables whole", function()
    local width
    for line in markdown:gmatch("[^\n]+") do
      if line:sub(1, 2) == "| " then
        local _, bars = line:gsub("\\\\", ""):gsub("\\|", ""):gsub("|", "")
        assert.equal(width or bars, bars, line)
        width = bars
      elseif line:sub(1, 1) ~= "|" then width = nil end
    end
  end)

  it("lets no text from outside become markup", function()
    for tag in markdown:gmatch("<[^>]*>?") do
      local ours = tag:find('^<a id="[%w%._%-]+">$') or tag == "</a>" or tag == "<code>" or tag == "</code>"
      assert.is_truthy(ours or tag == "<br>" or tag == "<strong>" or tag == "</strong>", tag)
    end
    assert.is_nil(markdown:find("://", 1, true))
    assert.is_nil(markdown:find("[^\\]`"))
    assert.is_nil(markdown:find("[%z\1-\9\11-\31\127]"))
    assert.same({}, check_links(markdown, "[^\\]%]%(([^)]*)%)", '<a id="([^"]*)">'))
  end)

  it("is the same each time, and without papers too", function()
    assert.equal(markdown, render_markdown(fixture()))
    assert.is_truthy(render_markdown(empty()):find("No paper was read.", 1, true))
    check_links(render_markdown(empty()), "[^\\]%]%(([^)]*)%)", '<a id="([^"]*)">')
  end)
end)
