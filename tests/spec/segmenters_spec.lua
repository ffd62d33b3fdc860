-- Segmenters in Lua: what a coder does with their spans, what it says of wrong ones, and how they are named.
local core = require "entente.core"
local entente = require "entente"
local segmenters = require "entente.segmenters"

local template = dofile("plugins/icu/template.lua")
local SOURCE = [[return codebook "z" { version = "1", overlap = "all",
  category "a" { any = { "研究生", "国家", "数字鸿沟", "生" } } }]]

local function quotes(coded)
  local list = {}
  for i, coding in ipairs(coded.codings) do list[i] = coding.quote end
  return table.concat(list, "|")
end

describe("a coder with a segmenter", function()
  local book = assert(entente.codebook(SOURCE, "z"))
  local TEXT = "研究生命起源。国家的数字鸿沟。"

  it("leaves out and counts what cuts a word, and counts words", function()
    local coded = assert(entente.coder(book, { words = template { "研究", "生命", "起源", "国家", "数字", "鸿沟" } }):code({ text = TEXT }))
    assert.are.equal("国家|数字鸿沟", quotes(coded))
    assert.are.equal(2, coded.guarded)
    assert.are.equal(7, coded.words)
    assert.are.equal(13, coded.tokens)
  end)

  it("does as before without one", function()
    local coded = assert(entente.coder(book):code({ text = TEXT }))
    assert.are.equal("研究生|生|国家|数字鸿沟", quotes(coded))
    assert.is_nil(coded.guarded)
    assert.is_nil(coded.words)
  end)

  it("gives the segmenter the text and the language, and judges each document by its own words", function()
    local seen = {}
    local coder = entente.coder(book, { words = function(text, lang)
      seen[#seen + 1] = text .. ":" .. tostring(lang)
      return #seen == 1 and { 1, 9 } or {}
    end })
    assert.are.equal("", quotes(assert(coder:code({ text = "中国家", meta = { lang = "zh" } }))))
    assert.are.equal("国家", quotes(assert(coder:code({ text = "中国家" }))))
    assert.are.same({ "中国家:zh", "中国家:nil" }, seen)
  end)

  it("says what a segmenter said that could not", function()
    local coded, message, code = entente.coder(book, { words = function() return nil, "no dictionary", "io" end }):code({ text = "中" })
    assert.are.same({ nil, "no dictionary", "io" }, { coded, message, code })
    coded, message, code = entente.coder(book, { words = function() return { 1, 6, 4, 9 } end }):code({ text = "中国家" })
    assert.is_nil(coded)
    assert.are.equal("words[1] is empty, out of order or outside the text", message)
    assert.are.equal("argument", code)
  end)

  it("refuses options that it does not know", function()
    assert.has_error(function() entente.coder(book, { word = template {} }) end, "unknown option 'word' of a coder: there is words")
  end)
end)

describe("index:words", function()
  local index = core.index(core.vocab())
  local number = assert(index:add({ text = "中国家电 and" }))

  it("gives the count; word_begins tells the words apart", function()
    assert.are.equal(3, index:words(number, { 1, 6, 7, 12 }))
    local begins = {}
    for i = 1, 5 do begins[i] = index:word_begins(number, i) end
    assert.are.same({ true, false, true, false, true }, begins)
  end)

  it("raises for what is no list of spans", function()
    assert.has_error(function() index:words(number, { 1 }) end)
    assert.has_error(function() index:words(number, { 0, 3 }) end)
    assert.has_error(function() index:words(number, { "a", 3 }) end)
    assert.has_error(function() index:words(number, "1 3") end)
    assert.has_error(function() index:words(number + 1, {}) end)
    assert.has_error(function() index:word_begins(number, 6) end)
    assert.are.equal(3, index:words(number, { 1, 6, 7, 12 }))
  end)
end)

describe("the template", function()
  it("takes the longest word that begins at a character", function()
    assert.are.same({ 1, 9, 10, 12, 14, 19 }, template { "研究生", "研究", "命", "起源" } ("研究生命x起源"))
    assert.are.same({}, template {} ("研究生命"))
    assert.are.same({}, template { "研究" } (""))
  end)
end)

describe("segmenters.load", function()
  it("takes the function of the module", function()
    package.preload["entente.spec_segmenter"] = function() return { words = template {} } end
    assert.are.same({}, segmenters.load("spec_segmenter")("中"))
    package.preload["entente.spec_segmenter"] = nil
    package.loaded["entente.spec_segmenter"] = nil
  end)

  it("says in one line what is not there, not a segmenter, or broken", function()
    local function message(name)
      local segmenter, said = segmenters.load(name)
      assert.is_nil(segmenter)
      assert.is_nil(said:find("\n"))
      return said
    end
    assert.truthy(message("nosuch"):find("no segmenter 'nosuch'", 1, true))
    assert.truthy(message("measure"):find("no segmenter 'measure'", 1, true))
    assert.truthy(message("../measure"):find("no segmenter", 1, true))
    package.preload["entente.spec_broken"] = function() error("dictionary\nmissing") end
    assert.truthy(message("spec_broken"):find("spec_broken does not load: .*dictionary missing"))
    package.preload["entente.spec_broken"] = nil
  end)

  it("says how icu is built where it is not", function()
    local path, cpath, loaded = package.path, package.cpath, package.loaded["entente.icu"]
    package.path, package.cpath, package.loaded["entente.icu"] = "", "", nil
    local segmenter, message = segmenters.load("icu")
    package.path, package.cpath, package.loaded["entente.icu"] = path, cpath, loaded
    assert.is_nil(segmenter)
    assert.truthy(message:find("make plugins-icu", 1, true))
  end)
end)
