local json = require "dkjson"
local system = require "entente.system"
local tree = require "entente.pandoc_tree"

local function parse(markdown, format)
  local ran = assert(system.run { argv = { "pandoc", "-f", format or "markdown", "-t", "json" }, input = markdown, wall = 60 })
  assert(ran.code == 0, ran.err)
  return (assert(json.decode(ran.out)))
end

local function read(markdown, format)
  return tree.read(parse(markdown, format))
end

local function text_of(markdown, format)
  return read(markdown, format).text
end

local function range(text, words, from)
  local first, last = text:find(words, from or 1, true)
  assert(first, "not in the text: " .. words)
  return first, last
end

-- Marks words, each with a class, and gives pandoc's HTML.
local function marked(markdown, ...)
  local doc = parse(markdown)
  local got = tree.read(doc)
  local spans = {}
  for i, words in ipairs { ... } do
    local first, last = range(got.text, words)
    spans[i] = { first = first, last = last, classes = { "c" .. i } }
  end
  tree.mark(doc, got.leaves, spans)
  assert.equal(got.text, tree.read(doc).text)
  local ran = assert(system.run { argv = { "pandoc", "-f", "json", "-t", "html", "--wrap=preserve" },
    input = json.encode(doc), wall = 60 })
  assert(ran.code == 0, ran.err)
  return (ran.out:gsub('<span class="(c%d)">', "{%1 "):gsub("</span>", "}"):gsub("\n$", ""))
end

describe("the text of a pandoc tree", function()
  it("parts blocks by a blank line and keeps line ends inside them", function()
    assert.equal("One two\nthree.\n\nFour\nfive", text_of "One two\nthree.\n\nFour\\\nfive")
  end)

  it("has quotation marks, link words, code and TeX, and nothing of raw pieces", function()
    assert.equal("“Quoted ‘inner’” link emph code x^2 .",
      text_of [["Quoted 'inner'" [link](http://a.b) *emph* `code` $x^2$ `<b>`{=html}.]])
    assert.equal("a\n\nb", text_of "a\n\n```{=latex}\n\\x\n```\n\nb")
  end)

  it("puts a footnote behind its paragraph, as a block", function()
    assert.equal("A claim. More.\n\nFirst note.\n\nSecond note.\n\nNext.",
      text_of "A claim.[^1] More.[^2]\n\n[^1]: First note.\n[^2]: Second note.\n\nNext.")
  end)

  it("leaves out a note's number, and no other superscript", function()
    assert.equal("cooperation and trade in 10^6 m2, the 19th", (text_of
      "cooperation^1^ and trade^3,4^ in 10^6^ m^2^, the 19^th^"):gsub("106", "10^6"))
  end)

  it("gives the words under a picture a block of their own", function()
    assert.equal("Before  after.\n\na chart\n\nNext.", text_of "Before ![a chart](x.png) after.\n\nNext.")
    assert.equal("A figure", text_of "![A figure](x.png)")
  end)

  it("makes each cell and the caption of a table a block", function()
    assert.equal("Cap\n\nSpeaker\n\nTurn\n\nA\n\nHi", text_of
      "| Speaker | Turn |\n|---|---|\n| A | Hi |\n\n: Cap\n")
  end)

  it("makes each item a block", function()
    assert.equal("a\n\nb\n\nc\n\nd", text_of "- a\n- b\n    1. c\n    2. d\n")
    assert.equal("Term\n\nDefinition one.", text_of "Term\n:   Definition one.\n")
    assert.equal("quoted\n\nline one\nline two\n\ncode  x", text_of "> quoted\n\n| line one\n| line two\n\n    code  x\n")
    assert.equal("inside", text_of "::: box\ninside\n:::\n")
  end)

  it("leaves out blocks without words, and blanks at a block's beginning", function()
    local doc = parse "a\n\nb"
    doc.blocks[2].c = { { t = "Space" }, { t = "LineBreak" }, { t = "Str", c = "\194\160" } }
    doc.blocks[3] = { t = "Para", c = { { t = "Space" }, { t = "Str", c = "c" } } }
    assert.equal("a\n\nc", tree.read(doc).text)
  end)

  it("begins with an abstract that only the metadata holds", function()
    assert.equal("Short one.\n\nShort two.\n\nBody.", text_of "---\nabstract: |\n  Short one.\n\n  Short two.\n---\n\nBody.")
    assert.equal("Body.\n\nThe same words.", text_of "---\nabstract: The same words.\n---\n\nBody.\n\nThe same words.")
  end)

  it("knows pandoc 3's figures", function()
    local doc = parse "x"
    doc.blocks = { { t = "Figure", c = { { "", {}, {} }, { nil, { { t = "Plain", c = { { t = "Str", c = "Caption" } } } } },
      { { t = "Plain", c = { { t = "Image", c = { { "", {}, {} }, { { t = "Str", c = "Caption" } }, { "a.png", "" } } } } } } } } }
    assert.equal("Caption", tree.read(doc).text)
  end)

  it("raises for what is no tree", function()
    assert.has_error(function() tree.read {} end, "doc: not a pandoc tree")
  end)
end)

describe("headings and metadata", function()
  it("gives headings with their words and level", function()
    local got = read "# One *two*\n\ntext\n\n## Three[^n]\n\n[^n]: note\n"
    local seen = {}
    for i, h in ipairs(got.headings) do seen[i] = h.level .. " " .. got.text:sub(h.first, h.last) end
    assert.same({ "1 One two", "2 Three" }, seen)
  end)

  it("does not take the paper's title for a section's heading", function()
    local got = read("<html><head><title>The paper</title></head><h1>The paper</h1><p>x</p><h1>1. A</h1></html>", "html")
    assert.equal(1, #got.headings)
    assert.equal("1. A", got.text:sub(got.headings[1].first, got.headings[1].last))
    assert.equal("The paper\n\nx\n\n1. A", got.text)
  end)

  it("reads title, authors, date, language and keywords", function()
    local meta = read([[---
title: The *Gap*
author: [A. One, {name: B. Two, place: Hue}]
date: 2021-03-04
lang: vi
keywords: [x, y z]
---
]]).meta
    assert.same({ title = "The Gap", authors = { "A. One", "B. Two" }, date = "2021-03-04", lang = "vi",
      keywords = { "x", "y z" } }, meta)
  end)
end)

describe("marks", function()
  it("cut words out of a paragraph", function()
    assert.equal("<p>One {c1 two thr}ee four</p>", marked("One two three four", "two thr"))
  end)

  it("wrap a whole element from outside, and a part of it inside", function()
    assert.equal("<p>a {c1 <em>b c</em> d} e</p>", marked("a *b c* d e", "b c d"))
    assert.equal("<p>a <em>b {c1 c}</em>{c1  d} e</p>", marked("a *b c* d e", "c d"))
    assert.equal('<p>a <a href="u">b {c1 c}</a>{c1  d}</p>', marked("a [b c](u) d", "c d"))
    assert.equal("<p>a “b {c1 c}” d</p>", marked('a "b c" d', "c"))
    assert.equal("<p>a {c1 “b c”} d</p>", marked('a "b c" d', "“b c”"))
  end)

  it("nest, the first of two equal ones outside", function()
    assert.equal("<p>a {c1 b {c2 c} d} e</p>", marked("a b c d e", "b c d", "c"))
    assert.equal("<p>a {c1 {c2 b}} c</p>", marked("a b c", "b", "b"))
  end)

  it("that cross are split at the border", function()
    assert.equal("<p>a {c1 b {c2 c}}{c2  d} e</p>", marked("a b c d e", "b c", "c d"))
  end)

  it("never divide code", function()
    assert.equal("<p>a {c1 <code>b c d</code>} e</p>", marked("a `b c d` e", "c"))
  end)

  it("go round a footnote's number, and into the footnote", function()
    local html = marked("one[^1] two\n\n[^1]: a note here\n", "one two", "note")
    assert.truthy(html:find('<p>{c1 one<a href="#fn1"', 1, true))
    assert.truthy(html:find("a {c2 note} here", 1, true))
  end)

  it("reach an abstract in the metadata, cells and headings", function()
    local doc = parse "---\nabstract: an abstract here\n---\n\n# head line\n\n| a b | c |\n|---|---|\n| d e | f |\n"
    local got = tree.read(doc)
    local spans = {}
    for i, words in ipairs { "abstract", "line", "e" } do
      local first, last = range(got.text, words, words == "e" and range(got.text, "d e") or 1)
      spans[i] = { first = first, last = last, classes = { "x" } }
    end
    tree.mark(doc, got.leaves, spans)
    local _, count = json.encode(doc):gsub('"Span"', "")
    assert.equal(3, count)
  end)

  it("carry classes and attributes; the identifier stands once, data-entente-id on each piece", function()
    local doc = parse "a *b c* d"
    local got = tree.read(doc)
    local first, last = range(got.text, "c d")
    tree.mark(doc, got.leaves, { { first = first, last = last, classes = { "k" }, attributes = { { "title", "T" } },
      identifier = "e1" } })
    local ran = system.run { argv = { "pandoc", "-f", "json", "-t", "html" }, input = json.encode(doc), wall = 60 }
    local _, ids = ran.out:gsub('id="e1" class="k" title="T"', "")
    local _, pieces = ran.out:gsub('data%-entente%-id="e1"', "")
    assert.equal(1, ids)
    assert.equal(2, pieces)
    assert.truthy(ran.out:find('<em>b <span id="e1"', 1, true), "the first piece in the document has the identifier")
  end)

  it("raise where a span ends inside a character, or has no ends", function()
    local doc = parse "a 数字 b"
    local got = tree.read(doc)
    assert.has_error(function() tree.mark(doc, got.leaves, { { first = 3, last = 4 } }) end)
    assert.has_error(function() tree.mark(doc, got.leaves, { { first = 3 } }) end)
  end)

  it("together hold the span's words, whatever the spans (1,000 random ones)", function()
    local source = 'One *two **three** four* "five `six` seven"[^1] 数字鸿沟 [eight nine](u) ten.\n\n'
      .. "# A *head* line\n\n- item one\n- item *two*\n\n[^1]: The note *is* here.\n"
    local encoded = json.encode(parse(source))
    local state = 12345
    local function random(n)
      state = (state * 1103515245 + 12345) % 2147483648
      return state % n + 1
    end
    for _ = 1, 100 do
      local doc = json.decode(encoded)
      local got = tree.read(doc)
      local spans = {}
      for i = 1, 10 do
        local a, b = random(#got.text), random(#got.text)
        if a > b then a, b = b, a end
        while got.text:byte(a) >= 0x80 and got.text:byte(a) < 0xC0 do a = a - 1 end
        while (got.text:byte(b + 1) or 0) >= 0x80 and got.text:byte(b + 1) < 0xC0 do b = b + 1 end
        spans[i] = { first = a, last = b, identifier = "s" .. i }
      end
      tree.mark(doc, got.leaves, spans)
      local again = tree.read(doc)
      assert.equal(got.text, again.text)
      local covered = {}
      for _, leaf in ipairs(again.leaves) do
        for i, node in ipairs(leaf.inlines) do
          if node.t == "Span" and leaf.lasts[i] >= leaf.firsts[i] then
            for _, pair in ipairs(node.c[1][3]) do
              covered[pair[2]] = covered[pair[2]] or {}
              for at = leaf.firsts[i], leaf.lasts[i] do
                assert.is_nil(covered[pair[2]][at], "a byte is in two pieces of one span")
                covered[pair[2]][at] = true
              end
            end
          end
        end
      end
      local inner = {} -- bytes that some inline gives: not what parts blocks, nor quotation marks, nor a part of code
      for _, leaf in ipairs(again.leaves) do
        for i, node in ipairs(leaf.inlines) do
          if node.t == "Str" or node.t == "Space" then
            for at = leaf.firsts[i], leaf.lasts[i] do inner[at] = true end
          end
        end
      end
      for i, span in ipairs(spans) do
        local mine = covered["s" .. i] or {}
        for at = 1, #got.text do
          if inner[at] then
            assert.equal(at >= span.first and at <= span.last, mine[at] == true, "byte " .. at .. " of span " .. i)
          end
        end
      end
    end
  end)

  it("are the same under Lua 5.3 and LuaJIT", function()
    local script = [[
      local tree = require "entente.pandoc_tree"
      local function str(s) return { t = "Str", c = s } end
      local doc = { meta = {}, blocks = { { t = "Para", c = { str "one", { t = "Space" }, { t = "Emph", c = { str "two" } } } } } }
      local got = tree.read(doc)
      tree.mark(doc, got.leaves, { { first = 2, last = 7, identifier = "x" } })
      io.write(got.text, " ", #doc.blocks[1].c, " ", doc.blocks[1].c[2].t, " ", tree.read(doc).text)]]
    for _, lua in ipairs { "lua5.3", "luajit" } do
      local ran = assert(system.run { argv = { "env", "-u", "LUA_CPATH", "LUA_PATH=core/lua/?.lua;;", lua, "-e", script }, wall = 20 })
      assert.equal("one two 2 Span one two", ran.out, lua .. ran.err)
    end
  end)
end)
