-- Repairs as a user of the library and the command sees them: on by default, each with its option, counted, and quotes
-- that stay the text's own bytes.
local entente = require "entente"
local core = require "entente.core"
local damage = require "entente.damage"
local import = require "entente.import"
local json = require "dkjson"
local report = require "entente.report"

local LINE = "The members of the community have agreed that the gap between them"

local function codebook(terms)
  local list = {}
  for i, term in ipairs(terms) do list[i] = ("%q"):format(term) end
  return assert(entente.codebook(('return codebook "t" { version = "1", overlap = "all", category "c" { any = { %s } } }')
    :format(table.concat(list, ", "))))
end

local function code(term, text, options)
  return assert(entente.coder(codebook({ term })):code({ id = "x", text = text }, options))
end

local CASES = { -- repair, kind, term, text, quote
  { "ligatures", "ligature", "efficient", "an eﬃcient way", "eﬃcient" },
  { "width", "width", "asean", "the ＡＳＥＡＮ way", "ＡＳＥＡＮ" },
  { "soft_hyphens", "soft_hyphen", "digital", "a digi\194\173tal way", "digi\194\173tal" },
  { "zero_width", "zero_width", "กามา", "กา\226\128\139มา", "กา\226\128\139มา" },
  { "han_spaces", "han_space", "数字鸿沟", "缩小数字 鸿沟。", "数字 鸿沟" },
  { "sara_am", "sara_am", "น้ำ", "น้\224\185\141\224\184\178", "น้\224\185\141\224\184\178" },
  { "hyphens", "guessed", "digital", "a digi-\ntal way", "digi-\ntal" },
  { "paragraphs", "paragraph", "them will", LINE .. "\n\nwill be closed by the end of the decade or so.", "them\n\nwill" },
}

describe("a repair", function()
  for _, case in ipairs(CASES) do
    local repair, kind, term, text, quote = (table.unpack or unpack)(case) -- luacheck: ignore

    it(repair .. " is on, recorded, and quotes the text's bytes", function()
      local coded = code(term, text)
      assert.equal(1, #coded.codings)
      assert.equal(quote, coded.codings[1].quote)
      assert.equal(quote, text:sub(coded.codings[1].first, coded.codings[1].last))
      assert.equal(1, coded.damage[kind])
      assert.is_string(coded.damage.examples[kind])
    end)

    it(repair .. " can be switched off", function()
      for _, repairs in ipairs({ false, { [repair] = false }, damage.without({ (repair:gsub("_", "-")) }) }) do
        local coded = code(term, text, { repairs = repairs })
        assert.equal(0, #coded.codings)
        assert.equal(0, coded.damage[kind])
      end
    end)
  end

  it("takes running heads out of txt with form feeds, and leaves them in when switched off", function()
    local text = "Trade Review 7\nWe trust.\nOne.\n\fTrade Review 8\nWe wait.\nTwo.\n\fTrade Review 9\nWe go.\nSix."
    local coded = code("trade review", text)
    assert.equal(0, #coded.codings)
    assert.equal(3, coded.damage.furniture)
    assert.equal(3, #code("trade review", text, { repairs = { furniture = false } }).codings)
  end)

  it("that is switched off leaves a PDF's running heads in as well", function()
    local document = { id = "x", text = "Trade Review\nWe trust.", furniture = { { first = 1, last = 12 } } }
    local coder = entente.coder(codebook({ "trade review" }))
    assert.equal(0, #coder:code(document).codings)
    assert.equal(1, #coder:code(document, { repairs = { furniture = false } }).codings)
  end)

  it("of an unknown name is refused", function()
    assert.has_error(function() code("x", "x", { repairs = { ligature = false } }) end)
    local repairs, message = damage.without({ "ligature" })
    assert.is_nil(repairs)
    assert.is_truthy(message:find("han-spaces", 1, true))
    assert.is_false(damage.without({ "all" }))
  end)
end)

describe("edits", function()
  it("are sorted and inside the text", function()
    local index = core.index(core.vocab())
    local text = "Head 1\nﬁt digi-\ntal 中 国\nend\n\fHead 2\n" .. LINE .. "\n\nwill be closed by the end of the decade.\nq\n\fHead 3\na\nb"
    assert(index:add { text = text })
    local before, seen = 0, {}
    for _, edit in ipairs(index:edits(1)) do
      assert.is_true(edit.first >= before and edit.first <= edit.last and edit.last <= #text)
      before, seen[edit.kind] = edit.first, true
    end
    assert.same({ furniture = true, ligature = true, guessed = true, han_space = true, paragraph = true }, seen)
  end)
end)

describe("damage", function()
  it("counts what cannot be repaired", function()
    local coded = code("x", "a \239\191\189 b\n\f\n\fc")
    assert.equal(1, coded.damage.replaced)
    assert.equal(1, coded.damage.pages_without_text)
    assert.is_false(coded.damage.zawgyi)
  end)

  it("has a row for each kind that there is, in order, and a JSON object", function()
    local coded = code("x", "an eﬃcient digi-\ntal \"way\"")
    local rows = damage.rows(coded.damage)
    assert.same({ "guessed", "ligature" }, { rows[1].kind, rows[2].kind })
    assert.is_nil(rows[3])
    local value = json.decode(damage.json(coded))
    assert.same({ "x", 1, 1, 0, false }, { value.doc, value.guessed, value.ligature, value.width, value.zawgyi })
    assert.equal('an eﬃcient digi- tal "way"', value.examples.guessed)
  end)

  it("gives examples of valid UTF-8 that are not long", function()
    local han = ("数"):rep(60)
    for _, text in ipairs({ han .. "ﬁ" .. han, han .. (" "):rep(900) .. han, "ﬁ", han .. "\194\173" }) do
      for _, example in pairs(code("x", text).damage.examples) do
        assert.is_true(core.valid(example))
        assert.is_true(#example < 300)
      end
    end
    assert.equal("ﬁ" .. ("数"):rep(24) .. "…", code("x", "ﬁ" .. han).damage.examples.ligature)
    assert.equal("…" .. ("数"):rep(8) .. "ﬁ", code("x", han .. "ﬁ").damage.examples.ligature)
  end)

  it("stands in the reports, escaped", function()
    local book = codebook({ "way" })
    local coded = assert(entente.coder(book):code({ id = "x", text = "<b> eﬃcient way" }))
    for _, name in ipairs({ "html", "markdown" }) do
      local function part(file, ...) return assert(loadfile("scripts/reports/" .. file .. ".lua"))(...) end
      local render = part("evidence_" .. name, part)
      local page = render(report.input(book, { coded }, {}, { css = "" }))
      assert.is_truthy(page:find("What was repaired", 1, true))
      assert.is_truthy(page:find("ligatures read as letters", 1, true))
      assert.is_nil(page:find("<b> e", 1, true))
    end
  end)
end)

local utf8 = require "utf8" -- luacheck: ignore

--- A file of its own with this text; who asks for it removes it.
local function file_with(text)
  local path = os.tmpname()
  os.remove(path)
  path = path .. ".txt"
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

describe("Zawgyi", function()
  local OLD = (utf8.char(0x1031, 0x1000, 0x103A, 0x102C, 0x1004, 0x1039, 0x1038) .. " "):rep(4)
  local NEW = (utf8.char(0x1000, 0x103B, 0x1031, 0x102C, 0x1004, 0x103A, 0x1038) .. " "):rep(4)

  local function read(text, options)
    local path = file_with(text)
    local document = assert(import.read(path, "my.txt", options))
    os.remove(path)
    return document
  end

  it("is reported and left alone", function()
    assert.equal(OLD, read(OLD).text)
    assert.is_true(code("x", OLD).damage.zawgyi)
    assert.is_false(code("x", NEW).damage.zawgyi)
  end)

  it("is converted on request, and it is said so", function()
    local document = read(OLD, { convert = "zawgyi" })
    assert.equal(NEW, document.text)
    assert.is_truthy(table.concat(document.notes, "\n"):find("converted from Zawgyi", 1, true))
    assert.equal(NEW, read(NEW, { convert = "zawgyi" }).text)
    assert.has_error(function() read(OLD, { convert = "other" }) end)
  end)

  it("is not seen in the Universal Declaration, in any language", function()
    local data = "../shared/data/udhr.tar.xz"
    local there = io.open(data, "rb")
    if not there then return end
    there:close()
    local pipe = assert(io.popen("tar -xOf " .. data .. " --wildcards '*udhr_m*.xml' '*udhr_s*.xml' '*udhr_k*.xml' '*udhr_b*.xml'"))
    local text = pipe:read("*a")
    pipe:close()
    local seen = 0
    for one in text:gmatch("<udhr .-</udhr>") do
      local _, _, probable = core.zawgyi(one)
      assert.is_false(probable)
      seen = seen + 1
    end
    assert.is_true(seen > 100)
  end)
end)

describe("the command", function()
  --- What it prints, errors included, for a text, with the codebook query of kwic.
  local function kwic(text, query, options)
    local path = file_with(text)
    local pipe = assert(io.popen(("scripts/bin/entente kwic %s -q '%s' %s 2>&1"):format(path, query, options or "")))
    local out = pipe:read("*a")
    pipe:close()
    os.remove(path)
    return out
  end

  it("repairs unless --no-repair says what not to", function()
    assert.is_truthy(kwic("an eﬃcient digi-\ntal way", "efficient digital"):find("eﬃcient digi- tal", 1, true))
    for _, options in ipairs({ "--no-repair hyphens", "--no-repair ligatures", "--no-repair all" }) do
      assert.equal("", kwic("an eﬃcient digi-\ntal way", "efficient digital", options))
    end
    assert.is_truthy(kwic("x", "x", "--no-repair ligature"):find("--no-repair: there is no repair 'ligature'", 1, true))
  end)

  it("writes what it repaired with --damage", function()
    local name = os.tmpname()
    kwic("an eﬃcient way", "way", "--damage " .. name)
    local file = assert(io.open(name))
    local list = json.decode(file:read("*a"))
    file:close()
    os.remove(name)
    assert.same({ 1, 1, 0 }, { #list, list[1].ligature, list[1].guessed })
  end)

  it("says that a paper is in Zawgyi, and converts it with --convert zawgyi", function()
    local old = (utf8.char(0x1031, 0x1000, 0x103A, 0x102C, 0x1004, 0x1039, 0x1038) .. " "):rep(4)
    local new = utf8.char(0x1000, 0x103B, 0x1031, 0x102C, 0x1004, 0x103A, 0x1038)
    local out = kwic(old, new)
    assert.is_truthy(out:find("--convert zawgyi makes it Unicode", 1, true))
    assert.is_nil(out:find(new, 1, true))
    out = kwic(old, new, "--convert zawgyi")
    assert.is_truthy(out:find("\t" .. new .. "\t", 1, true))
    assert.is_truthy(out:find("converted from Zawgyi", 1, true))
  end)
end)
