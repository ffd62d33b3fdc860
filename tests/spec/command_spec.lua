-- The command, run as a process: what it writes, how it ends, and what it says of bad input.
local json = require "dkjson"

local ENTENTE = "scripts/bin/entente"
local PAPERS = "tests/data/papers"
local FIELDS = { "doc", "lang", "category", "rule", "begin", "end", "quote", "unit", "unit_begin", "unit_end", "section", "page",
  "codebook", "coder" }

local folder = os.tmpname()
os.remove(folder)

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local bytes = file:read("a")
  file:close()
  return bytes
end

local function write(name, bytes)
  local file = assert(io.open(folder .. "/" .. name, "wb"))
  file:write(bytes)
  file:close()
  return folder .. "/" .. name
end

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- Status, standard output, standard error.
local function run(args, input)
  local words = {}
  for i, arg in ipairs(args) do words[i] = quoted(arg) end
  local from = input and write(".input", input) or "/dev/null"
  local out, err = folder .. "/.out", folder .. "/.err"
  local _, how, status = os.execute(("%s %s <%s >%s 2>%s"):format(ENTENTE, table.concat(words, " "), from, out, err))
  assert.are.equal("exit", how)
  return status, read(out), read(err)
end

local function count_lines(text) return select(2, text:gsub("\n", "")) end

local function records(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do list[#list + 1] = assert(json.decode(line, 1, nil)) end
  return list
end

local function ls(path)
  local pipe = io.popen("ls -A " .. path)
  local names = pipe:read("a")
  pipe:close()
  return names
end

local DOCS = {}
for name in ls(PAPERS):gmatch("[^\n]+") do
  if not name:find("^README") then DOCS[#DOCS + 1] = name end
end

local papers, texts = {}, {}
--- A sample paper's text: the file of txt and md, the extracted text of the others.
local function text_of(doc)
  if not texts[doc] then
    local plain = doc:find("%.txt$") or doc:find("%.md$")
    papers[doc] = not plain and assert(require "entente.import".read(PAPERS .. "/" .. doc, doc))
    texts[doc] = plain and read(PAPERS .. "/" .. doc) or papers[doc].text
  end
  return texts[doc]
end

local coded -- the sample papers, coded once
local function samples()
  if not coded then
    local status, out, err = run { "code", PAPERS, "-c", "china_asean" }
    assert.are.equal(0, status, err)
    coded = { bytes = out, list = records(out) }
  end
  return coded
end

local function count(doc, category, list)
  local n = 0
  for _, r in ipairs(list or samples().list) do
    if r.doc == doc and r.category == category then n = n + 1 end
  end
  return n
end

setup(function() assert(os.execute("mkdir " .. folder)) end)
teardown(function() os.execute("rm -rf " .. folder) end)

describe("entente code", function()
  it("writes the record, its fields in order, and nothing else", function()
    local seen = 0
    for line in samples().bytes:gmatch("([^\n]*)\n") do
      local at = 1
      for i, field in ipairs(FIELDS) do
        local found = line:find(('"%s":'):format(field), at, true)
        assert.is_truthy(found, field .. " in " .. line)
        if i == 1 then assert.are.equal(2, found) end
        at = found + 1
      end
      seen = seen + 1
    end
    assert.are.equal(seen, #samples().list)
    assert.is_true(seen > 500)
    local known = {}
    for _, field in ipairs(FIELDS) do known[field] = true end
    for _, r in ipairs(samples().list) do
      for key in pairs(r) do assert.is_true(known[key], key) end
      assert.are.equal("china-asean@1.0.0", r.codebook)
      assert.are.equal("entente", r.coder)
      assert.are.equal("sentence", r.unit)
      assert.are.equal(1, (r.rule:find(r.category .. ".any.", 1, true)))
      assert.are.equal(#r.quote, r["end"] - r.begin)
      assert.is_true(r.unit_begin <= r.begin and r["end"] <= r.unit_end)
      assert.are.equal(r.doc:find("%.pdf$") ~= nil, type(r.page) == "number")
    end
  end)

  it("quotes the bytes of every paper: of the file where it is text, else of its extracted text", function()
    local checked, boundary = {}, "^[\128-\191]"
    for _, r in ipairs(samples().list) do
      local text, place = text_of(r.doc), r.doc .. " " .. r.begin
      assert.are.equal(r.quote, text:sub(r.begin + 1, r["end"]), place)
      for _, at in ipairs { r.begin, r["end"], r.unit_begin, r.unit_end } do
        assert.is_nil(text:find(boundary, at + 1), place) -- between characters
      end
      checked[r.doc] = true
    end
    for _, doc in ipairs(DOCS) do assert.is_true(checked[doc], doc) end
    assert.are.equal(12, #DOCS)
  end)

  it("gives each record the section and page that its words stand in", function()
    local sections = 0
    for _, r in ipairs(samples().list) do
      local text = text_of(r.doc)
      if r.section then
        sections = sections + 1
        local at = 0
        for heading in (r.section .. " > "):gmatch("(.-) > ") do -- each stands in the text, before the words, in order
          local pattern = heading:gsub("%p", "%%%0"):gsub(" ", "%%s+")
          at = text:find(pattern, at + 1)
          assert.is_truthy(at and at <= r.begin + 1, r.doc .. " " .. r.begin .. " " .. heading)
        end
      end
      if r.page then
        local page = papers[r.doc].pages[r.page]
        assert.is_true(page.first <= r.begin + 1 and r.begin + 1 <= page.last, r.doc .. " " .. r.begin)
      end
    end
    assert.is_true(sections > 700)
  end)

  it("sorts by paper, begin, end and the codebook's order", function()
    local before, order, equal = nil, {}, 0
    local book = assert(json.decode(read((os.getenv("ENTENTE_BUILD") or "build") .. "/codebooks/china_asean.json"), 1, nil))
    for i, category in ipairs(assert(require "entente".codebook(book, "china_asean")).categories) do order[category.path] = i end
    for _, r in ipairs(samples().list) do
      if before then
        local sorted = before.doc < r.doc or before.doc == r.doc
          and (before.begin < r.begin or before.begin == r.begin and (before["end"] < r["end"]
            or before["end"] == r["end"] and order[before.category] < order[r.category]))
        if before.begin == r.begin and before["end"] == r["end"] then equal = equal + 1 end
        assert.is_true(sorted, before.doc .. " " .. before.begin .. ", " .. r.doc .. " " .. r.begin)
      end
      before = r
    end
    assert.is_true(equal > 0)
  end)

  it("gives the same bytes again, into a file, and from another way to the papers", function()
    local _, out = run { "code", "./" .. PAPERS .. "//", "-c", "china_asean" }
    assert.are.equal(samples().bytes, out)
    local status, nothing = run { "code", PAPERS, "-c", "china_asean", "-o", folder .. "/codes.jsonl" }
    assert.are.equal(0, status)
    assert.are.equal("", nothing)
    assert.are.equal(samples().bytes, read(folder .. "/codes.jsonl"))
  end)

  it("writes CSV with the same rows", function()
    local _, csv = run { "code", PAPERS .. "/en-mekong.txt", "-c", "china_asean", "--format", "csv" }
    assert.are.equal(table.concat(FIELDS, ",") .. "\r\n", csv:match("^[^\n]*\n"))
    local n = 0
    for _ in csv:gmatch("china%-asean@1%.0%.0,entente\r\n") do n = n + 1 end
    local expected = 0
    for _, r in ipairs(samples().list) do expected = expected + (r.doc == "en-mekong.txt" and 1 or 0) end
    assert.are.equal(expected, n)
  end)

  -- Counted by hand: the words were listed with grep in the plain text (txt, md: the file; docx: pandoc -t plain;
  -- pdf: pdftotext), reference lists left out, and each line was read against the category's definition.
  local COUNTS = {
    -- Philippine 5, Philippines 1, "Manila regards", "Manila is one in a row"; not the YAML (3 Manila, Philippines),
    -- not the museum and the bridges "in Manila" (places)
    { "en-maritime.md", "actor/philippines", 8 },
    -- United States 1, American 2, Washington 2; "Let us" twice is not the US
    { "en-maritime.md", "actor/united-states", 5 },
    -- India 4, Indian 1, India's 1; one more in a reference
    { "en-mekong.txt", "actor/india", 6 },
    -- 区域全面经济伙伴关系协定 1, RCEP 2
    { "zh-hans-talent.docx", "initiative/rcep", 3 },
    -- 越南 2, the first broken over two lines
    { "zh-hant-rivalry.pdf", "actor/vietnam", 2 },
    -- 印太经济框架 1, IPEF 1
    { "zh-hans-trust.md", "initiative/ipef", 2 },
    -- the Belt and Road 1, digital “Belt and Road” 1
    { "en-trust.html", "initiative/belt-and-road", 2 },
    -- Malaysia 4 (one in the abstract), Kuala Lumpur 1; not the keyword, the institute, the publisher's place, a title
    { "en-talent.docx", "actor/malaysia", 5 },
    -- 印度尼西亚 3, 雅加达 1
    { "zh-hans-talent.docx", "actor/indonesia", 4 },
    -- 印度 1; neither 印度洋 nor the 印度 of 印度尼西亚
    { "zh-hans-talent.docx", "actor/india", 1 },
    -- the full name 1, over a line end, RCEP 1 in brackets; not title, keywords, reference
    { "en-digital-gap.md", "initiative/rcep", 2 },
    -- 印太展望 1, AOIP 1
    { "zh-hant-rivalry.pdf", "initiative/aoip", 2 },
    -- RCEP 1, in Latin letters among Thai ones
    { "th-digital.txt", "initiative/rcep", 1 },
  }
  for _, row in ipairs(COUNTS) do
    it(("finds %s in %s as often as was counted by hand"):format(row[2], row[1]), function()
      assert.are.equal(row[3], count(row[1], row[2]))
    end)
  end

  it("codes neither title, names, institution nor keywords in any format, but the abstract in all", function()
    local source = "%s\n\nAnn Lee\n\nInstitute of ASEAN, Hanoi\n\n%s\n\n%s\n\nKeywords: Malaysia; RCEP\n\n%s\n\nJapan builds.\n"
    local plain = source:format("The Divide of China", "Abstract", "India builds.", "1. Introduction")
    local made = folder .. "/front"
    assert(os.execute("mkdir " .. made))
    write("front/a.txt", plain)
    local marked = source:format("# The Divide of China", "## Abstract", "India builds.", "## 1. Introduction")
    local yaml = "---\ntitle: The Divide of China\nkeywords: [Malaysia]\nabstract: India builds.\n---\n\nJapan builds.\n"
    write("front/b.md", marked)
    write("front/c.md", yaml)
    for from, to in pairs { ["b.md"] = "d.html", ["c.md"] = "e.docx" } do
      assert(os.execute(("pandoc --quiet -s -f markdown %s/%s -o %s/%s"):format(made, from, made, to)))
    end
    local status, out, err = run { "code", made, "-c", "china_asean" }
    assert.are.equal(0, status, err)
    local found = {}
    for _, r in ipairs(records(out)) do found[#found + 1] = r.doc .. " " .. r.quote end
    assert.are.same({ "a.txt India", "a.txt Japan", "b.md India", "b.md Japan", "c.md India", "c.md Japan", "d.html India",
      "d.html Japan", "e.docx India", "e.docx Japan" }, found)
    local abstracts = {} -- the PDFs are samples, whose titles and keywords name their themes
    for _, r in ipairs(samples().list) do
      if r.doc:find("%.pdf$") then
        assert.is_truthy(r.section, r.doc .. " " .. r.begin) -- the title would stand in none
        local unit = text_of(r.doc):sub(r.unit_begin + 1, r.unit_end)
        assert.is_nil(unit:find("^Keywords") or unit:find("^關鍵詞"), unit)
        if r.section == "Abstract" or r.section == "摘要" then abstracts[r.doc] = true end
      end
    end
    assert.are.same({ ["en-rivalry.pdf"] = true, ["zh-hant-rivalry.pdf"] = true }, abstracts)
  end)

  it("codes the reference lists only when asked", function()
    local _, out = run { "code", PAPERS .. "/en-mekong.txt", "-c", "china_asean", "--references" }
    assert.are.equal(7, count("en-mekong.txt", "actor/india", records(out)))
  end)

  -- tests/data/sources/sections.tsv: what each numbered section announces. Known exceptions: "paper|section" = reason.
  local EXCEPTIONS = {}
  for line in read("tests/data/sources/sections.tsv"):gmatch("[^\n]+") do
    local paper, section, category = line:match("^([ez][nh]%-[^\t]*)\t([^\t]*)\t([^\t]*)$")
    if paper and not EXCEPTIONS[paper .. "|" .. section] then
      it(("finds that %s leads in %s, %s"):format(category, paper, section), function()
        local counts = {}
        for _, r in ipairs(samples().list) do
          if r.doc == paper and r.section and (" > " .. r.section .. " > "):find(" > " .. section .. " > ", 1, true)
            and (r.category:find("^challenge/") or r.category:find("^countermeasure/")) then
            counts[r.category] = (counts[r.category] or 0) + 1
          end
        end
        assert.is_truthy(counts[category], "no coding of it in the section")
        for other, n in pairs(counts) do
          assert.is_true(other == category or n < counts[category], ("%s: %d, not %d"):format(other, n, counts[category]))
        end
      end)
    end
  end
end)

describe("entente report", function()
  for _, ending in ipairs { "html", "md", "csv", "json", "jsonl" } do
    it("writes ." .. ending, function()
      local path = folder .. "/report." .. ending
      local status, out, err = run { "report", PAPERS, "-c", "china_asean", "-o", path }
      assert.are.equal(0, status, err)
      assert.is_truthy(out:find(("%d codings in 12 papers; 0 not read; report: %s\n"):format(#samples().list, path), 1, true), out)
      local bytes = read(path)
      assert.is_true(#bytes > 10000)
      if ending == "jsonl" then assert.are.equal(samples().bytes, bytes) end
      if ending == "json" then assert.are.equal(#samples().list, #assert(json.decode(bytes))) end
      if ending == "html" then
        for _, pattern in ipairs { '[%s]src="', "<link", "<script [^>]*src", "@import", "url%(", 'href="[^#]' } do
          assert.is_nil(bytes:find(pattern), pattern) -- one file, and it fetches nothing
        end
        assert.is_truthy(bytes:find("</html>%s*$"))
      end
      if ending == "html" or ending == "md" then assert.is_truthy(bytes:find("en-maritime.md", 1, true)) end
      run { "report", PAPERS, "-c", "china_asean", "-o", path .. "2." .. ending }
      if ending ~= "html" and ending ~= "md" then assert.are.equal(bytes, read(path .. "2." .. ending)) end
    end)
  end

  it("prints the table", function()
    local _, out = run { "report", PAPERS, "-c", "china_asean", "-o", folder .. "/t.csv", "--table" }
    assert.is_truthy(out:find("\n  digital%-gap +%d+ +%d+ +[%d.]+\n"), out)
  end)

  it("says where the codebook does not speak a paper's language, and only there", function()
    local function noted(args)
      local status, _, err = run { "report", args[1], "-c", args[2], "-o", folder .. "/n.md" }
      assert.are.equal(0, status, err)
      local languages = {}
      for lang in read(folder .. "/n.md"):gmatch("no entries in this language %((%a+)%)") do languages[#languages + 1] = lang end
      return languages
    end
    assert.are.same({ "id", "th", "vi" }, noted { PAPERS, "china_asean" })
    for _, any in ipairs { '"jalan"', '{ "jalan" }', 'near(1, "a", "b")' } do
      assert.are.same({}, noted { PAPERS, write("all.lua", ('return codebook "x" { version = "1", category "a" { any = %s } }'):format(any)) })
    end
    assert.are.same({ "en", "en", "en", "en", "en", "en", "id", "th", "vi" },
      noted { PAPERS, write("hans.lua", 'return codebook "x" { version = "1", category "a" { any = { ["zh-Hans"] = { "海" } } } }') })
  end)

  it("escapes what came from a paper", function()
    local paper = write("evil.txt", "China <script>alert(1)</script> & ASEAN <b>build</b> \"roads\".\n")
    local status = run { "report", paper, "-c", "china_asean", "-o", folder .. "/evil.html" }
    assert.are.equal(0, status)
    local html = read(folder .. "/evil.html")
    assert.is_nil(html:find("<script>alert", 1, true))
    assert.is_truthy(html:find("&lt;script&gt;", 1, true))
  end)

  it("refuses an ending that it does not know, before it reads", function()
    local status, out, err = run { "report", PAPERS, "-c", "china_asean", "-o", folder .. "/r.xyz" }
    assert.are.equal(2, status)
    assert.are.equal("", out)
    assert.is_truthy(err:find("r.xyz: the ending says what to write", 1, true), err)
    assert.is_nil(read(folder .. "/r.xyz"))
  end)
end)

describe("the other verbs", function()
  it("kwic shows a pattern and a category in context", function()
    local status, out = run { "kwic", PAPERS .. "/en-maritime.md", "-q", "south china sea", "--width", "20" }
    assert.are.equal(0, status)
    assert.are.equal(2, count_lines(out)) -- the heading, and one sentence; "South China, seasonal typhoons" is none
    for line in out:gmatch("[^\n]+") do
      local doc, page, left, match, right = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
      assert.are.equal("en-maritime.md South China Sea", doc .. page .. " " .. match)
      assert.is_true(utf8.len(left) <= 20 and utf8.len(right) <= 20)
    end
    status, out = run { "kwic", PAPERS .. "/en-maritime.md", "-q", 'near(1, "law", "sea")' }
    assert.are.equal(0, status)
    assert.is_truthy(out:find("\tLaw of the Sea\t", 1, true) == nil) -- two tokens between
    status, out = run { "kwic", PAPERS, "-c", "china_asean", "--category", "actor/india" }
    assert.are.equal(0, status)
    local expected = 0
    for _, r in ipairs(samples().list) do expected = expected + (r.category == "actor/india" and 1 or 0) end
    assert.are.equal(expected, count_lines(out))
  end)

  it("codebook test runs the examples", function()
    local status, out = run { "codebook", "test", "template", "china_asean" }
    assert.are.equal(0, status)
    assert.are.equal(2, count_lines(out))
    for good, all in out:gmatch("(%d+) of (%d+) examples as they should be\n") do assert.are.equal(all, good) end
    local book = write("wrong.lua", [[return codebook "x" { version = "1", category "a" { any = { "apple" },
      examples = { "a pear" }, counterexamples = { "an apple" } } }]])
    status, out = run { "codebook", "test", book }
    assert.are.equal(1, status)
    assert.is_truthy(out:find("a.examples[1]: not coded: a pear", 1, true), out)
    assert.is_truthy(out:find("a.counterexamples[1]: coded by a.any[1] (apple): an apple", 1, true), out)
    assert.is_truthy(out:find("0 of 2 examples as they should be", 1, true), out)
  end)

  it("tokens, normalize, version and run", function()
    local status, out = run({ "tokens" }, "China’s win‑win. Next")
    assert.are.equal(0, status)
    assert.are.equal("begin\tend\ttoken\tfold\tscript\tsentence\n0\t9\tChina’s\tchina\tLatin\t1\n10\t13\twin\twin\tLatin\t1\n"
      .. "16\t19\twin\twin\tLatin\t1\n21\t25\tNext\tnext\tLatin\t2\n", out)
    status, out = run({ "normalize", "--form", "fold" }, "Ａ ﬁ É")
    assert.are.equal(0, status)
    assert.are.equal("a fi é", out)
    status, out = run { "version" }
    assert.are.equal(0, status)
    assert.is_truthy(out:find("^entente %d[%d.]*\nUnicode %d+%.%d+[%d.]*\nutf8proc [%d.]+\nLua 5%.%d\n$"), out)
    local script = write("s.lua", "#!/usr/bin/env entente\nprint(..., arg[2], entente.version().entente)\n")
    status, out = run { "run", script, "x", "y" }
    assert.are.equal(0, status)
    assert.is_truthy(out:find("^x\t?"), out)
    assert.is_truthy(out:find("y\t%d[%d.]*\n$"), out)
  end)

  for _, row in ipairs {
    { {}, "command" }, { { "bogus" }, "unknown command 'bogus'" }, { { "code", PAPERS }, "missing option '%-c'" }, { { "codebook" }, "" },
    { { "code", PAPERS, "-c", "nosuch" }, "there is no codebook 'nosuch'" }, { { "run", "/nonexistent.lua" }, "/nonexistent%.lua: " },
    { { "code", PAPERS, "-c", "china_asean", "--format", "xml" }, "%-%-format" }, { { "kwic", PAPERS }, "kwic needs" },
    { { "kwic", PAPERS, "-q", "a||b" }, "an alternative without a word" },
    { { "kwic", PAPERS, "-q", "a", "--limit-cpu", "0" }, "'0' is no positive number" },
    { { "kwic", PAPERS, "-q", "a", "--width", "1.5" }, "'1.5' is no whole number" },
    { { "kwic", PAPERS, "-c", "china_asean", "--category", "x" }, "no category 'x'" },
  } do
    it("wrong usage ends with 2: " .. table.concat(row[1], " "), function()
      local status, out, err = run(row[1])
      assert.are.equal(2, status, err)
      assert.are.equal("", out)
      assert.is_truthy(err:find("^entente: ") and err:find(row[2]), err)
      assert.is_nil(err:find("traceback", 1, true))
    end)
  end
end)

describe("bad input", function()
  local good = read(PAPERS .. "/en-maritime.md")
  local expected

  --- A folder with a good paper, and another named `name`; how coding it ends.
  local function beside(name, bytes)
    local below = "in-" .. name:gsub("%W", "-")
    assert(os.execute(("rm -rf %s/%s && mkdir %s/%s"):format(folder, below, folder, below)))
    write(below .. "/good.md", good)
    if name ~= "" then write(below .. "/" .. name, bytes) end
    return run { "code", folder .. "/" .. below, "-c", "china_asean" }
  end

  local function of_good(out)
    return table.concat((function()
      local kept = {}
      for line in out:gmatch("[^\n]+") do
        if line:find('^{"doc":"good%.md"') then kept[#kept + 1] = line end
      end
      return kept
    end)(), "\n")
  end

  setup(function()
    local status, out = beside("")
    assert.are.equal(0, status)
    expected = of_good(out)
    assert.is_true(#expected > 10000)
  end)

  local PDF = "%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    .. "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Size 4/Root 1 0 R>>\n%%EOF\n"

  -- name, bytes, what the line holds, the exit status
  for _, row in ipairs {
    { "binary.txt", "\127ELF\2\1\1\0\0\0\0\0" .. ("\0\1\2\255"):rep(1000), "binary", 1 },
    { "broken.docx", read(PAPERS .. "/en-talent.docx"):sub(1, 4000), "docx", 1 },
    { "scanned.pdf", PDF, "no text on its 1 page", 1 },
    { "empty.txt", "", "empty", 0 },
    { "blank.txt", " \n\n", "", 0 },
    { "latin.txt", "China and \255\254 digital \195( roads.\n", "3 invalid byte sequences replaced by U+FFFD", 0 },
    { "nothing.docx", "", "docx", 1 },
    { "nothing.pdf", "", "pdf", 1 },
  } do
    it(row[1] .. ": one line, and the other paper is kept", function()
      local status, out, err = beside(row[1], row[2])
      assert.are.equal(row[4], status, err)
      assert.are.equal(expected, of_good(out))
      if row[3] ~= "" then
        local first = err:match("^[^\n]*")
        assert.is_truthy(first:find(row[1], 1, true) and first:find(row[3], 1, true), err)
      end
      local lines = count_lines(err)
      if status == 1 then
        assert.are.equal(2, lines, err)
        assert.is_truthy(err:find("\nentente: 1 of 2 papers could not be read\n$"), err)
      else
        assert.is_true(lines <= 1, err)
      end
      assert.is_nil(err:find("traceback", 1, true))
    end)
  end

  --- One paper fails with one line that names the file, the reason and the remedy; the good one is coded all the same.
  local function refused(status, out, err, ...)
    assert.are.equal(1, status, err)
    assert.are.equal(expected, of_good(out))
    assert.are.equal(2, count_lines(err), err)
    for _, words in ipairs { ... } do assert.is_truthy(err:match("^[^\n]*"):find(words, 1, true), err) end
    assert.is_truthy(err:find("\nentente: 1 of 2 papers could not be read\n$"), err)
  end

  it("a pipe in the place of a paper: one line, and nothing waits for it", function()
    assert(os.execute(("rm -rf %s/pipe && mkdir %s/pipe && mkfifo %s/pipe/p.txt"):format(folder, folder, folder)))
    write("pipe/good.md", good)
    local status, out, err = run { "code", folder .. "/pipe", "-c", "china_asean" }
    refused(status, out, err, "p.txt: is neither a file nor a folder; take it away")
  end)

  it("files that are no papers are passed over in one line", function()
    local status, out, err = beside("a.png", "\137PNG")
    assert.are.equal(0, status)
    assert.are.equal(expected, of_good(out))
    assert.is_truthy(err:find("^entente: passed over 1 that is no paper: [^\n]*a.png %(not a kind of paper%)\n$"), err)
  end)

  it("a file without permission: one line, and the other paper is kept", function()
    local below = folder .. "/locked"
    assert(os.execute(("rm -rf %s && mkdir %s"):format(below, below)))
    write("locked/good.md", good)
    write("locked/secret.txt", "China.\n")
    assert(os.execute(("chmod 000 %s/secret.txt && chmod 755 %s %s"):format(below, folder, below)))
    local as = io.popen("id -u"):read("n") == 0 and "setpriv --reuid 65534 --regid 65534 --clear-groups " or ""
    local out, err = folder .. "/.out", folder .. "/.err"
    local top = io.popen("pwd"):read("l")
    -- what nobody can read of the tree, the shell's descriptors can: the tree is copied where it may be read
    local copy = folder .. "/tree"
    assert(os.execute(([[mkdir -p %s/core %s/scripts %s/build && cp -R core/lua %s/core/ && cp -R scripts/bin scripts/codebooks %s/scripts/ &&
      cp -R %s/lua %s/build/ && chmod -R a+rX %s]]):format(copy, copy, copy, copy, copy, os.getenv("ENTENTE_BUILD") or top .. "/build",
      copy, copy)))
    local _, _, status = os.execute(("%senv -u LUA_PATH -u LUA_CPATH ENTENTE_BUILD=%s/build %s/scripts/bin/entente code %s -c china_asean >%s 2>%s </dev/null")
      :format(as, copy, copy, below, out, err))
    refused(status, read(out), read(err), "secret.txt: ", "ermission")
  end)

  it("bombs: stopped at the limits, which are named with the option that raises them", function()
    local below = folder .. "/bomb"
    local function zip(command)
      assert(os.execute(("rm -rf %s && mkdir -p %s/z/word %s/z/_rels %s/in"):format(below, below, below, below)))
      write("bomb/in/good.md", good)
      write("bomb/z/[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        .. '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        .. '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
      write("bomb/z/_rels/.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        .. '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
      assert(os.execute(("{ %s; } >%s/z/word/document.xml && cd %s/z && zip -q -r ../in/bomb.docx ."):format(command, below, below)))
    end
    local open = [[printf '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>']]
    zip(open .. "; head -c 100000000 /dev/zero | tr '\\0' x; printf '</w:t></w:r></w:p></w:body></w:document>'")
    assert.is_true(#read(below .. "/in/bomb.docx") < 1000000)
    local status, out, err = run { "code", below .. "/in", "-c", "china_asean", "--limit-memory", "256", "--limit-cpu", "10" }
    refused(status, out, err, "bomb.docx: ", "pandoc needs more than 256 MiB; raise --limit-memory")
    assert(os.execute("rm " .. below .. "/in/bomb.docx"))

    -- a PDF of one page with a stream that grows a thousandfold: 100 MB of blanks behind one word
    local script = write("pdf.pl", [[use Compress::Zlib; my $s = compress("BT /F 9 Tf (China) Tj ET " . " " x 3e8);
      print "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n",
      "4 0 obj<</Filter/FlateDecode/Length ", length($s), ">>stream\n$s\nendstream endobj\ntrailer<</Size 5/Root 1 0 R>>\n%%EOF\n"]])
    assert(os.execute(("perl %s >%s/in/bomb.pdf"):format(script, below)))
    assert.is_true(#read(below .. "/in/bomb.pdf") < 1000000)
    status, out, err = run { "code", below .. "/in", "-c", "china_asean", "--limit-cpu", "1" }
    refused(status, out, err, "bomb.pdf: ", "stopped after 1 s of processor time; raise --limit-cpu")
  end)

  it("--strict refuses what is mended else, with the byte", function()
    beside("latin.txt", "China and \255\254 roads.\n")
    local status, out, err = run { "code", folder .. "/in-latin-txt", "-c", "china_asean", "--strict" }
    refused(status, out, err, "latin.txt: invalid UTF-8 at byte 11", "without --strict")
  end)

  it("one line of 50 MB is a paper like others", function()
    local piece = "word and another one or so "
    local status, out, err = beside("long.txt", piece:rep(50 * 1024 * 1024 // #piece) .. "of China")
    assert.are.equal(0, status, err)
    assert.are.equal(expected, of_good(out))
    local found = 0
    for line in out:gmatch("[^\n]+") do
      if line:find('^{"doc":"long%.txt"') then
        found = found + 1
        local r = json.decode(line)
        assert.are.equal("China", r.quote)
        assert.are.equal(50 * 1024 * 1024 // #piece * #piece + 3, r.begin)
      end
    end
    assert.are.equal(1, found)
    os.execute("rm -rf " .. folder .. "/in-long-txt")
  end)

  it("an empty folder and a missing path are wrong usage", function()
    assert(os.execute("mkdir " .. folder .. "/none"))
    for path, reason in pairs { [folder .. "/none"] = "no papers in it", [folder .. "/missing"] = "there is no such file or folder" } do
      for _, args in ipairs { { "code", path, "-c", "china_asean", "-o", folder .. "/no.csv" }, { "kwic", path, "-q", "a" },
        { "report", path, "-c", "china_asean", "-o", folder .. "/no.html" } } do
        local status, out, err = run(args)
        assert.are.equal(2, status, err)
        assert.are.equal("", out)
        assert.are.equal(1, count_lines(err), err)
        assert.is_truthy(err:find(path, 1, true) and err:find(reason, 1, true), err)
      end
    end
    assert.is_nil(read(folder .. "/no.csv"))
    assert.is_nil(read(folder .. "/no.html"))
  end)

  it("a report names the papers that were not read", function()
    beside("binary.txt", "\0\1\2\255")
    local status, out = run { "report", folder .. "/in-binary-txt", "-c", "china_asean", "-o", folder .. "/part.html" }
    assert.are.equal(1, status)
    assert.is_truthy(out:find("1 not read", 1, true))
    assert.is_truthy(read(folder .. "/part.html"):find("binary.txt", 1, true))
  end)

  for _, row in ipairs {
    { "syntax.lua", 'return codebook "x" {\n  version = "1",\n  any = { = },\n}', "syntax.lua:3: unexpected symbol near '='" },
    { "word.lua",
      'return codebook "x" { version = "1", category "a" { any = { nearby(2, "a", "b") } } }', "word.lua:1: unknown word 'nearby'" },
    { "pattern.lua", 'return codebook "x" { version = "1", category "a" { any = { en = { "b", "c||d" } } } }',
      'pattern.lua: a.any.en[2]: an alternative without a word, at character 3 of "c||d"' },
    { "field.lua", 'return codebook "x" { version = "1", category "a" { anny = { "b" } } }', "field.lua: a: unknown field 'anny'" },
    { "loop.lua", "while true do end", "loop.lua: the codebook loops: stopped after 1" },
    { "broken.json", '{"kind":"codebook",', "broken.json: " },
    { "number.json", "1", "number.json: " },
  } do
    it("a codebook, " .. row[1] .. ": one line, and no file is written or left", function()
      assert(os.execute("mkdir -p " .. folder .. "/out"))
      local book = write(row[1], row[2])
      write("out/old.csv", "as it was")
      local began = os.time()
      for _, name in ipairs { "new.csv", "old.csv" } do
        local status, out, err = run { "code", PAPERS, "-c", book, "--format", "csv", "-o", folder .. "/out/" .. name }
        assert.are.equal(2, status, err)
        assert.are.equal("", out)
        assert.is_truthy(err:find(row[3], 1, true), err)
        assert.are.equal(row[1] == "pattern.lua" and 3 or 1, count_lines(err), err) -- a pattern, and its caret
        assert.is_nil(err:find("traceback", 1, true))
      end
      assert.is_true(os.time() - began < 15)
      assert.are.equal("old.csv\n", ls(folder .. "/out"))
      assert.are.equal("as it was", read(folder .. "/out/old.csv"))
    end)
  end

  it("output that cannot be written is said, with 2, before a paper is read", function()
    local status, out, err = run { "code", PAPERS .. "/en-maritime.md", "-c", "china_asean", "-o", folder .. "/nowhere/x.jsonl" }
    assert.are.equal(2, status)
    assert.are.equal("", out)
    assert.is_truthy(err:find("nowhere/x.jsonl: ", 1, true), err)
    assert.are.equal(1, count_lines(err), err)
  end)
end)
