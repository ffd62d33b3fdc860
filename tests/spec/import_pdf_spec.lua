local import_pdf = require "entente.import_pdf"
local system = require "entente.system"

-- What pdftotext -bbox would print: pages of lines {x, y, words, size, gap}: 5 points a character, Han 10.
local function xml(pages, info)
  local out = { info or "", "<doc>\n" }
  for _, lines in ipairs(pages) do
    out[#out + 1] = '<page width="400" height="600">\n'
    for _, line in ipairs(lines) do
      local x, y, size = line[1], line[2], line[4] or 10
      for word in line[3]:gmatch("%S+") do
        local _, narrow = word:gsub("[%z\1-\127]", "")
        local _, all = word:gsub("[^\128-\191]", "")
        local width = (narrow * 5 + (all - narrow) * 10) * size / 10
        out[#out + 1] = ('<word xMin="%f" yMin="%f" xMax="%f" yMax="%f">%s</word>\n'):format(x, y, x + width, y + size,
          (word:gsub("&", "&amp;"):gsub("<", "&lt;")))
        x = x + width + (line.gap or 3) * size / 10
      end
    end
    out[#out + 1] = "</page>\n"
  end
  out[#out + 1] = "</doc>\n"
  return table.concat(out)
end

local function read(pages, info)
  local document = assert(import_pdf.read(xml(pages, info)))
  for i, page in ipairs(document.pages) do
    assert.is_true(page.first <= page.last + 1 and page.last <= #document.text, "page " .. i)
    assert.is_true(i == 1 or page.first > document.pages[i - 1].last)
  end
  return document
end

local function spans(document, list, key)
  local out = {}
  for i, span in ipairs(list) do out[i] = (key and span[key] .. " " or "") .. document.text:sub(span.first, span.last) end
  return out
end

-- Lines of a column, all of one width.
local FULL = "These words fill up the whole row"
local rows = 0
local function full()
  rows = rows + 1
  return ("These words fill up the row %s%s"):format(string.char(97 + math.floor(rows / 26) % 26), string.char(97 + rows % 26)) .. "xyz"
end
local function column(x, y, texts, size, distance)
  local lines = {}
  for i, text in ipairs(texts) do
    local indent = #text:match("^ *")
    lines[i] = { x + indent * 5, y + (i - 1) * (distance or 12), text, size }
  end
  return lines
end

local function join(...)
  local all = {}
  for _, lines in ipairs { ... } do
    for _, line in ipairs(lines) do all[#all + 1] = line end
  end
  return all
end

describe("lines of a PDF", function()
  it("have a blank between words, none between Han characters and none where boxes touch", function()
    assert.equal("one two", read({ { { 10, 10, "one two" } } }).text)
    assert.equal("数字鸿沟与", read({ { { 10, 10, "数字 鸿沟 与" } } }).text)
    assert.equal("中国 ASEAN 合作", read({ { { 10, 10, "中国 ASEAN 合作" } } }).text)
    assert.equal("中国“合作”与", read({ { { 10, 10, "中国 “合作” 与" } } }).text)
    assert.equal("joined", read({ { { 10, 10, "joi ned", gap = 0.2 } } }).text)
  end)

  it("keep a note's number apart from its word", function()
    assert.equal("trade 1 grows", read({ { { 10, 10, "trade" }, { 35, 9, "1", 6 }, { 42, 10, "grows" } } }).text)
  end)

  it("end where the next word stands below, or far to the left or right", function()
    assert.equal("a b\nc d", read({ { { 10, 10, "a b" }, { 10, 22, "c d" } } }).text)
    assert.equal("left\n\nright", read({ { { 10, 10, "left" }, { 200, 10, "right" } } }).text)
  end)

  it("keep the hyphen at their end", function()
    assert.equal("These words are full of coop-\neration", read({ column(10, 10, { "These words are full of coop-", "eration" }) }).text)
  end)

  it("survive what is no XML", function()
    local document = assert(import_pdf.read((xml({ { { 10, 10, "a&b <c> \1\11 x" } } }))))
    assert.equal("a&b <c> x", document.text)
    assert.is_nil((import_pdf.read "<doc><page></doc>"))
    assert.is_nil((import_pdf.read ""))
    assert.same({ nil, "pdftotext gave no pages" }, { import_pdf.read "no pages here" })
  end)
end)

describe("paragraphs of a PDF", function()
  it("are parted by white space", function()
    local document = read { join(column(10, 10, { FULL, FULL, "ends here." }), column(10, 52, { FULL, "and ends." })) }
    assert.equal(FULL .. "\n" .. FULL .. "\nends here.\n\n" .. FULL .. "\nand ends.", document.text)
  end)

  it("are parted by an indent behind a line that is not full", function()
    local document = read { column(10, 10, { FULL, FULL, "ends here.", "   More words that fill it up.", FULL, "end." }) }
    assert.equal(FULL .. "\n" .. FULL .. "\nends here.\n\nMore words that fill it up.\n" .. FULL .. "\nend.", document.text)
  end)

  it("are parted by a short last line", function()
    local document = read { column(10, 10, { FULL, FULL, "ends here.", FULL, FULL, FULL }) }
    assert.equal(FULL .. "\n" .. FULL .. "\nends here.\n\n" .. FULL .. "\n" .. FULL .. "\n" .. FULL, document.text)
  end)

  it("are the entries of a list that hangs", function()
    local document = read { column(10, 10, { "Adams, B. and Clark, D. (2001) X", "   of the whole. Press.",
      "Evans, F. and Green, H. (2002) X", "   of the part. Press.", "Irwin, J. and Kelly, L. (2003) X", "   of it all. Press." }) }
    assert.equal(3, select(2, (document.text .. "\n\n"):gsub("Press%.\n\n", "")))
    assert.truthy(document.text:find("(2001) X\nof the whole", 1, true))
  end)

  it("do not hang where only some first lines are indented and the line before is full", function()
    local full_sentence = "These words fill up whole rows ok."
    local document = read { column(10, 10, { full(), full(), full(), full_sentence, "   Another one begins here, and so", full(), full(),
      "ends here." }) }
    local _, count = document.text:gsub("\n\n", "")
    assert.equal(1, count)
    assert.truthy(document.text:find("rows ok.\n\nAnother", 1, true))
  end)

  it("hang in the next column, too", function()
    local document = read { join(column(10, 10, { "Adams, B. and Clark, D. (2001) Xyz", "   of the whole. Press." }),
      column(210, 10, { "Evans, F. and Green, H. (2002) Xyz", "   of the part and all that was in", "   it once. Press.",
        "Irwin, J. and Kelly, L. (2003) Xyz.", "   Of it all. Press." })) }
    local _, count = document.text:gsub("Press%.\n\n", "")
    assert.equal(2, count)
    assert.truthy(document.text:find("Xyz.\nOf it all", 1, true), document.text)
  end)

  it("end with a quotation, a bracket, or a mark of any kind", function()
    for _, last in ipairs { "ends.”", "ends!)", "ends?'", "ends: (so.)", "他說。」", "ends…" } do
      local document = read { column(10, 10, { full(), full(), last, full(), full() }) }
      assert.truthy(document.text:find(last .. "\n\nThese", 1, true), last)
    end
    local document = read { join(column(10, 10, { full(), full(), "These words fill up so (", full(), full() }), {}) }
    assert.is_nil(document.text:find("\n\n", 1, true))
  end)

  it("begin with a table's or figure's caption at a column's top", function()
    for _, caption in ipairs { "Table 2. Levels", "Figure 1: Levels", "Fig. 3 Levels", "表 1 水平", "图2 水平" } do
      local document = read { join(column(10, 10, { full(), full(), full() }), column(210, 10, { caption, full() })) }
      assert.truthy(document.text:find("xyz\n\n" .. caption, 1, true), document.text)
    end
  end)

  it("are the items of a list with bullets or numbers", function()
    local document = read { column(10, 10, { FULL, "lists this:", "• the first of the points to make", "  goes on here;",
      "• the second.", "1. the third", "2. the fourth" }) }
    local list = "this:\n\n• the first of the points to make\ngoes on here;\n\n• the second.\n\n1. the third\n\n2. the fourth"
    assert.truthy(document.text:find(list, 1, true), document.text)
  end)

  it("are parted by another size of type, but not by another script in a line", function()
    local document = read { join(column(10, 10, { FULL, FULL }), { { 10, 34, "smaller words", 8 } }) }
    assert.equal(FULL .. "\n" .. FULL .. "\n\nsmaller words", document.text)
    local mixed = read { { { 10, 10, "数字鸿沟与合作数字鸿沟与合作数字鸿沟", 14 },
      { 10, 26, "2025 and words of RCEP that are many and fill it all", 10 },
      { 10, 38, "数字鸿沟与合作数字鸿沟与合作数字鸿沟", 14 } } }
    assert.is_nil(mixed.text:find("\n\n", 1, true))
  end)

  it("go on in the next column and on the next page, unless a sentence has ended", function()
    local texts = {}
    for i = 1, 11 do texts[i] = full() end
    local document = read {
      join(column(10, 10, { texts[1], texts[2], texts[3] }), column(210, 10, { texts[4], texts[5], texts[6] })),
      column(10, 10, { texts[7], texts[8], "ends here." }),
      column(10, 10, { texts[9], texts[10], texts[11] }),
    }
    assert.equal(table.concat(texts, "\n", 1, 8) .. "\nends here.\n\n" .. table.concat(texts, "\n", 9, 11), document.text)
    assert.equal(table.concat(texts, "\n", 1, 6), document.text:sub(document.pages[1].first, document.pages[1].last))
  end)

  it("have come to their end where a note's number stands alone in the last line", function()
    local document = read { column(10, 10, { full(), full(), "rows end here ok.", "[5]" }), column(10, 10, { full(), full(), full() }) }
    assert.truthy(document.text:find("%[5%]\n\nThese"), document.text)
  end)

  it("are not parted by a note's number in brackets at a line's beginning", function()
    local document = read { column(10, 10, { full(), "These words fill up whole rows ok.", "[2] " .. FULL:sub(5), full() }) }
    assert.is_nil(document.text:find("\n\n", 1, true))
  end)

  it("begin anew in the next column with an indent behind a sentence's end", function()
    local document = read { join(column(10, 10, { FULL, FULL, "These words fill up whole rows ok." }),
      column(210, 10, { "   and here a new one begins, so", FULL, FULL })) }
    assert.truthy(document.text:find("rows ok.\n\nand here", 1, true), document.text)
  end)
end)

describe("furniture of a PDF", function()
  local function page(number)
    local texts = {}
    for i = 1, 10 do texts[i] = full() end
    return join(column(10, 60, texts), { { 100, 20, "Asian Affairs " .. number, 8 }, { 190, 580, tostring(number), 8 } })
  end

  it("is what repeats at the top or bottom, digits masked; it parts no paragraph", function()
    local document = read { page(11), page(12), page(13) }
    assert.same({ "head Asian Affairs 11", "number 11", "head Asian Affairs 12", "number 12", "head Asian Affairs 13", "number 13" },
      spans(document, document.furniture, "kind"))
    assert.truthy(document.text:find("xyz\nAsian Affairs 11\n11\nThese", 1, true), document.text)
    assert.is_nil(document.text:find("\n\n", 1, true))
  end)

  it("parts a paragraph that has ended from the next one by a blank line behind it", function()
    local one, two = page(1), page(2)
    one[10][3] = "ends here."
    local document = read { one, two, page(3) }
    assert.truthy(document.text:find("ends here.\nAsian Affairs 1\n1\n\nThese", 1, true), document.text)
  end)

  it("is a page's number even on one page, and never the body's first or last line", function()
    local document = read { page(7) }
    assert.same({ "number 7" }, spans(document, document.furniture, "kind"))
    local numbers = read { column(10, 545, { full(), full(), full(), "12" }), column(10, 20, { full(), full(), full() }) }
    assert.same({}, numbers.furniture)
  end)

  it("is a whole row, with all that stands side by side in it", function()
    local function other(number)
      local p = page(number)
      p[12][2] = 20
      return p
    end
    local document = read { other(8), other(9) }
    assert.same({ "head Asian Affairs 8", "head 8", "head Asian Affairs 9", "head 9" }, spans(document, document.furniture, "kind"))
  end)

  it("stands at one height: the same words elsewhere are text", function()
    local one, two = page(1), page(2)
    table.remove(one)
    table.remove(two)
    two[11][2] = 45
    assert.same({}, read({ one, two }).furniture)
  end)

  it("is not larger than the body, where only its height repeats", function()
    local pages = {}
    for i, words in ipairs { "Introduction", "The digital gap", "Conclusion" } do
      pages[i] = page(i)
      pages[i][12] = nil
      pages[i][11] = { 100, 20, words, 16 }
    end
    assert.same({}, read(pages).furniture)
  end)

  it("is no second row that repeats under a first one that does not", function()
    local document = read { column(10, 20, { full(), FULL, full() }), column(10, 20, { full(), FULL, full() }) }
    assert.same({}, document.furniture)
  end)

  it("is what stands apart at one height on most pages, whatever it says", function()
    local function other(head, body_first)
      local p = page(1)
      p[11][3], p[12] = head, nil
      p[1][3] = body_first
      return p
    end
    local document = read { other("Introduction", "First words here"), other("The digital gap", "Second words here"),
      other("Conclusion", "Third words here") }
    assert.same({ "head Introduction", "head The digital gap", "head Conclusion" }, spans(document, document.furniture, "kind"))
  end)

  it("knows the usual forms of page numbers", function()
    for _, form in ipairs { "- 3 -", "Page 3 of 9", "3 / 9", "第 3 页", "iv", "[3]" } do
      local p = page(1)
      p[11], p[12] = p[12], nil
      p[11][3] = form
      local document = read { p }
      assert.equal("number", document.furniture[1] and document.furniture[1].kind, form)
    end
  end)
end)

describe("headings, title and pages of a PDF", function()
  local function paper(info)
    return read({
      join({ { 60, 20, "The Digital Gap and", 18 }, { 60, 42, "its Many Sides", 18 }, { 100, 70, "Ann Lee" } },
        column(10, 100, { FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL, "ends here." }),
        { { 10, 225, "1. Introduction", 12 } }, column(10, 245, { FULL, FULL, "ends." }),
        { { 10, 295, "1.1 A second level that is so", 12 }, { 10, 309, "long", 12 } }, column(10, 330, { FULL, "ends." }),
        { { 10, 370, "Closing words", 12 } }, column(10, 390, { FULL, "ends." })),
      {},
      { { 10, 20, "References", 12 }, { 10, 40, FULL }, { 10, 52, "and ends." } },
    }, info)
  end

  it("are found by the size of type, their depth by number, else by size", function()
    local document = paper()
    assert.same({ "1 1. Introduction", "2 1.1 A second level that is so\nlong", "1 Closing words", "1 References" },
      spans(document, document.headings, "level"))
    assert.equal("The Digital Gap and its Many Sides", document.meta.title)
  end)

  it("make the largest of the first lines the title", function()
    local document = read { join({ { 10, 10, "Quarterly of Gaps", 13 }, { 10, 40, "The Gap", 18 }, { 10, 70, "Ann Lee", 12 } },
      column(10, 100, { full(), full(), full(), full(), full(), full(), "ends." })) }
    assert.equal("The Gap", document.meta.title)
    assert.same({}, document.headings)
  end)

  it("are found a little larger than the body, if they bear a number or are as large as those that do", function()
    local document = read { join(column(10, 10, { full(), full(), full(), full(), "ends here." }),
      { { 10, 80, "1. Introduction", 10.4 } }, column(10, 100, { full(), full(), "ends." }), { { 10, 145, "Afterword", 10.4 } },
      column(10, 165, { full(), "ends." }), { { 10, 200, "Not so large", 10.3 } }, column(10, 220, { full(), "ends." })) }
    assert.same({ "1 1. Introduction", "1 Afterword" }, spans(document, document.headings, "level"))
  end)

  it("are found on several lines by their number, but are no items of a list", function()
    local document = read { join(column(10, 10, { full(), full(), full(), full(), "ends here." }),
      column(10, 80, { "2. A heading that goes on and on", "to here" }), column(10, 115, { full(), full(), "ends." }),
      column(10, 160, { "1. An item that goes on and on to", "here" }), column(10, 195, { "2. An item that goes on and on to", "here" })) }
    assert.same({ "1 2. A heading that goes on and on\nto here" }, spans(document, document.headings, "level"))
  end)

  it("are no lines of a table of contents", function()
    local document = read { join(column(10, 10, { full(), full(), full(), full(), full(), full() }),
      { { 10, 100, "1 Introduction . . . . . 7", 12 } }) }
    assert.same({}, document.headings)
  end)

  it("have depth in Chinese numbers too", function()
    local han = ("数字鸿沟与合作"):rep(3)
    local body = { { 10, 60, han }, { 10, 75, han }, { 10, 90, han }, { 10, 105, han } }
    local document = read { join({ { 10, 10, "大題目", 20 } }, body, { { 10, 130, "二、大國競爭", 12 } },
      { { 10, 150, han }, { 10, 165, han } }, { { 10, 190, "（一）主權主張", 12 } }, { { 10, 210, han }, { 10, 225, han } }) }
    assert.same({ "1 二、大國競爭", "2 （一）主權主張" }, spans(document, document.headings, "level"))
  end)

  it("note a page without text, which keeps its number", function()
    local document = paper()
    assert.same({ "page 2 has no text" }, document.notes)
    assert.equal(3, #document.pages)
    assert.equal(document.pages[2].first - 1, document.pages[2].last)
    assert.equal("References", document.text:sub(document.pages[3].first, document.pages[3].first + 9))
  end)

  it("take the file's own title where the first page shows it, else where there is no other", function()
    assert.equal("The Digital Gap", paper("<title>The Digital Gap</title><body>").meta.title)
    assert.equal("The Digital Gap and its Many Sides", paper("<title>A template's title</title><body>").meta.title)
    local plain = read({ column(10, 10, { FULL, FULL }) },
      '<title>A &amp; B</title>\n<meta name="Author" content="X Y"/>\n<meta name="CreationDate" content="2020-01-01"/>\n<body>')
    assert.same({ title = "A & B", authors = { "X Y" }, properties_date = "2020-01-01" }, plain.meta)
    assert.is_nil(read({ column(10, 10, { FULL }) }, "<title>Microsoft Word - x.doc</title><body>").meta.title)
  end)

  it("note fonts without a Unicode map", function()
    assert.same({ "many characters without meaning (its fonts have no Unicode map); run OCR on it" },
      read({ { { 10, 10, "\238\128\129\238\128\130 ab" } } }).notes)
  end)
end)

describe("the sample papers", function()
  local papers = "tests/data/papers/"

  local function squeezed(text)
    return (text:gsub("%s", ""):gsub("%-", ""):gsub("‑", ""):gsub("[%*_\\]", ""))
  end

  local function check(name, format)
    local ran = assert(system.run { argv = import_pdf.command(papers .. name .. ".pdf"), wall = 60 })
    local document = assert(import_pdf.read(ran.out))
    local text = document.text
    for i = #document.furniture, 1, -1 do
      local f = document.furniture[i]
      text = text:sub(1, f.first - 2) .. text:sub(f.last + 1)
    end
    local have = {}
    for paragraph in (text .. "\n\n"):gmatch("(.-)\n\n+") do have[squeezed(paragraph)] = true end
    ran = assert(system.run { argv = { "pandoc", "-f", format, "-t", "json", "tests/data/sources/" .. name .. ".md" }, wall = 60 })
    local source = require "entente.pandoc_tree".read((require "dkjson".decode(ran.out)))
    local heads, missing, count = {}, {}, 0
    for i, h in ipairs(source.headings) do heads[i] = h.level .. squeezed(source.text:sub(h.first, h.last)) end
    for paragraph in (source.text .. "\n\n"):gmatch("(.-)\n\n+") do
      count = count + 1
      if not have[squeezed(paragraph)] then missing[#missing + 1] = paragraph end
    end
    local got = spans(document, document.headings, "level")
    for i, h in ipairs(got) do got[i] = squeezed(h) end
    assert.same(heads, got)
    return missing, count, document
  end

  it("in one column: every paragraph and heading of the source", function()
    local missing, count, document = check("zh-hant-rivalry", "markdown-smart+east_asian_line_breaks")
    assert.same({}, missing)
    assert.is_true(count > 15)
    assert.equal(2 * #document.pages, #document.furniture)
  end)

  it("in two columns: every paragraph but those with a footnote, and every heading", function()
    local missing, count, document = check("en-rivalry", "markdown-smart")
    assert.is_true(#missing <= 2, table.concat(missing, "\n"))
    assert.is_true(count > 20)
    assert.equal(2 * #document.pages, #document.furniture)
    assert.truthy(document.text:find("%l%-\n%l"), "the hyphen at a line's end stays")
  end)
end)
