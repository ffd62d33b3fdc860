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
