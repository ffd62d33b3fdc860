local first_page = require "entente.first_page"
local metadata = require "entente.metadata"

local function guess(text, more)
  local document = { text = text, layout = "plain", meta = {} }
  for key, value in pairs(more or {}) do document[key] = value end
  return metadata.tidy(first_page.guess(document))
end

describe("the first page", function()
  it("shows title, authors, year and keywords", function()
    assert.same({
      title = "Human Capital on the Mekong: What Remains", authors = { "Kavitha Subbaraman", "Bounmy Sayavong" },
      year = 2025, keywords = { "Mekong", "human capital", "digital infrastructure" },
    }, guess [[
Human Capital on the Mekong:
What Remains

Kavitha Subbaraman, Bounmy Sayavong
Coromandel Institute of Development, Chennai
2025

Abstract

In 2019 there was much to say about it.

Keywords: Mekong; human capital; digital infra-
structure

1. Introduction
]])
  end)

  it("shows them in Chinese, Indonesian, Vietnamese and Thai", function()
    local zh = guess "数字人才合作\n\n苏砚清，韦岭舟\n（南岭研究院，2023）\n\n摘要：本文……\n\n【关键词】数字人才；数字\n鸿沟\n\n一、引言\n"
    assert.same({ title = "数字人才合作", authors = { "苏砚清", "韦岭舟" }, year = 2023,
                  keywords = { "数字人才", "数字鸿沟" } }, zh)
    assert.same({ "kabel", "aturan" }, guess("Judul\n\nKata kunci: kabel, aturan.\n").keywords)
    assert.same({ "lòng tin", "biển" }, guess("Tên bài\n\nTừ khóa: lòng tin; biển\n").keywords)
    assert.same({ "ดิจิทัล", "อาเซียน" }, guess("ชื่อ\n\nคำสำคัญ: ดิจิทัล; อาเซียน\n").keywords)
    assert.same({ "a b", "c" }, guess("Title\n\n**Keywords:** a b; *c*\n").keywords)
  end)

  it("shows no title where the text begins at once", function()
    assert.is_nil(guess("1. Introduction\n\nText.\n").title)
    assert.is_nil(guess("This is a sentence that ends with a stop.\n\nText.\n").title)
    assert.is_nil(guess(("long words "):rep(60) .. "\n\nText.\n").title)
    assert.same({}, guess "")
  end)

  it("takes a Markdown heading for the title, and skips front matter", function()
    assert.equal("The Gap", guess("# The *Gap* #\nNext line\n", { layout = "markdown" }).title)
    assert.equal("T", guess("---\nx: y\n---\n\n# T\n\n## A\n", { layout = "markdown" }).title)
  end)

  it("takes no year from the title or the argument, but one behind ©", function()
    assert.is_nil(guess("ASEAN in 2030\n\nAbstract\n\nSince 2019 much has changed.\n").year)
    assert.equal(2018, guess("A Title\n\nAbstract\n\nSince 2019 much.\n\n© 2018 The Authors\n").year)
    assert.equal(2020, guess("A Title\n\nVol. 12, No. 3 (2020)\n\nAbstract\n").year)
  end)

  it("takes no institution for a person", function()
    assert.is_nil(guess("A Title\n\nUniversity of Nowhere\n\nAbstract\n").authors)
    assert.same({ "Ann Lee" }, guess("A Title\n\nAnn Lee*\nUniversity of Nowhere\n\nAbstract\n").authors)
  end)

  it("passes over furniture and the pages behind", function()
    local text = "Journal 3\nA Title\n\nAnn Lee\nNext page 1999\n\nKeywords: no\n"
    local got = guess(text, { pages = { { first = 1, last = 26 } }, furniture = { { first = 1, last = 9, kind = "head" } } })
    assert.equal("A Title", got.title)
    assert.is_nil(got.keywords)
  end)

  it("finds the authors below a title that is known", function()
    assert.same({ "Ann Lee" }, guess("A Long\nTitle\nAnn Lee\n\nAbstract\n", { meta = { title = "A Long Title" } }).authors)
  end)

  it("takes a line of 50 MB as quickly as a short one", function()
    local started = os.clock()
    guess(("word "):rep(10000000))
    guess("a" .. (" "):rep(5000000) .. "b")
    assert.is_true(os.clock() - started < 1)
  end)
end)

describe("what is no argument on the first page", function()
  local function front(text, more)
    local document = { text = text, layout = "plain" }
    for key, value in pairs(more or {}) do document[key] = value end
    local words = {}
    for i, range in ipairs(first_page.front(document, more and more.title)) do
      assert.equal("front", range.kind)
      words[i] = text:sub(range.first, range.last)
    end
    return words
  end

  it("is title, names, institution, date and keywords, and not the abstract", function()
    assert.same({ "A Digital Divide", "Over Two Lines", "Ann Lee, Bo Kim", "University of China, Beijing", "2021",
                  "Keywords: China; digital", "divide" }, front [[
A Digital Divide
Over Two Lines

Ann Lee, Bo Kim
University of China, Beijing

2021

Abstract

China builds.

Keywords: China; digital
divide

1. Introduction

Text.
]])
  end)

  it("is so in Chinese, with a label that stands alone, and with keywords twice", function()
    assert.same({ "数字鸿沟", "苏砚清，韦岭舟", "（南岭研究院，2023）", "【关键词】数字人才；数字", "鸿沟" },
      front "数字鸿沟\n\n苏砚清，韦岭舟\n（南岭研究院，2023）\n\n摘要：本文讨论鸿沟。\n\n【关键词】数字人才；数字\n鸿沟\n\n一、引言\n\n正文。\n")
    assert.same({ "Title", "Keywords", "a; b;", "c", "关键词：甲；乙" },
      front "Title\n\nAbstract\n\nIt is.\n\nKeywords\n\na; b;\nc\n\n摘要\n\n文。\n\n关键词：甲；乙\n\n1. X\n")
  end)

  it("is what stands round a title that the file gives, or behind one that is not in the text", function()
    assert.same({ "Journal of Trust 3 (2020)", "A Title", "Ann Lee" },
      front("Journal of Trust 3 (2020)\n\nA Title\n\nAnn Lee\n\nAbstract\n\nIt is.\n", { title = "A Title" }))
    assert.same({ "Institute of Trust, Hanoi" },
      front("Institute of Trust, Hanoi\n\nBackground\n\nIt is.\n",
        { title = "A Title", layout = "blocks", headings = { { first = 28, last = 37, level = 1 } } }))
  end)

  it("is a Markdown title, and no heading below it", function()
    assert.same({ "# The Divide", "Ann Lee" }, front("# The Divide\n\nAnn Lee\n\n## Background\n\nIt is.\n", { layout = "markdown" }))
    assert.same({}, front("---\ntitle: The Divide\n---\n\n# Background\n\nIt is.\n", { layout = "markdown", title = "The Divide" }))
  end)

  it("is no paragraph that reads as text, whatever stands behind it", function()
    local text = "China and ASEAN signed\nan agreement on trade\nand another one on\nnetworks without a stop\n\n1. More\n\nText.\n"
    assert.same({}, front(text))
    assert.same({ "A Title" }, front "A Title\n\nIt begins with a sentence.\n\nAbstract\n\nIt is.\n")
    assert.same({ "A Title" }, front "A Title\n\na short line without a stop\n\nand so on\n") -- nothing ends the head
    assert.same({ "A Title" }, front("A Title\n\n" .. ("ข้อความ "):rep(8) .. "\n" .. ("ข้อความ "):rep(8) .. "\n\nบทคัดย่อ\n\nไทย\n"))
  end)

  it("is nothing where it would be all there is", function()
    assert.same({}, front "digital divide")
    assert.same({}, front "Keywords: digital divide\n")
    assert.same({}, front "")
  end)
end)
