-- The codebook: what is refused and how, what the shipped codebooks promise, and the words that need more than one file.
local entente = require "entente"
local words = require "entente.words"
local json = require "dkjson"

local BUILD = os.getenv("ENTENTE_BUILD") or "build"

local function read(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("a")
  file:close()
  return bytes
end

local function book(inside, fields)
  return ('return codebook "x" { version = "1", %s %s }'):format(fields or "", inside)
end

local function category(inside) return 'category "a" { category "b" { ' .. inside .. " } }" end

local function refusal(source)
  local made, message = entente.codebook(source, "x.lua")
  assert.is_nil(made)
  return message
end

--- category@begin:quote for each coding.
local function codings(codebook, text, meta)
  local list = {}
  for i, coding in ipairs(assert(entente.coder(codebook):code({ id = "d", text = text, meta = meta })).codings) do
    list[i] = ("%s %s %d:%s"):format(coding.category, coding.rule, coding.first, coding.quote)
  end
  return list
end

local function quotes(codebook, text, meta)
  local list = {}
  for i, coding in ipairs(assert(entente.coder(codebook):code({ id = "d", text = text, meta = meta })).codings) do
    list[i] = coding.category .. "=" .. coding.quote
  end
  return table.concat(list, " ")
end

describe("a codebook that is refused", function()
  -- name, source, what the message holds (plain text)
  local cases = {
    { "an unknown word", book(category 'any = { nearby(2, "a", "b") }'), "x.lua:1: unknown word 'nearby'" },
    { "an unknown field of a category", book(category 'anny = { "a" }'), "x.lua: a/b: unknown field 'anny'; fields are any," },
    { "an unknown field of the codebook", book(category 'any = { "a" }', 'verson = "2",'), "x.lua: (top): unknown field 'verson'" },
    { "an unknown language", book(category 'any = { en = { "a" }, xx = { "b" } }'), "x.lua: a/b.any: unknown language 'xx'" },
    { "languages and none", book(category 'any = { "a", en = { "b" } }'), "x.lua: a/b.any: has entries both" },
    { "an unknown reference", book(category 'any = { ref "a/c" }'), 'x.lua: a/b.any[1]: ref "a/c": there is no such category' },
    { "a reference that is no string", book(category "any = { ref(1) }"), "x.lua:1: ref: takes the path" },
    { "no version", 'return codebook "x" { category "a" { any = { "a" } } }', "x.lua: (top): version is missing" },
    { "a version that is a number",
      'return codebook "x" { version = 1, category "a" { any = { "a" } } }', "x.lua: (top): version is missing" },
    { "an unknown unit",
      book(category 'any = { "a" }', 'unit = "line",'), "x.lua: (top): unit = line: it is one of document, page, paragraph, section, sentence" },
    { "an unknown unit of a category", book(category 'unit = "line", any = { "a" }'), "x.lua: a/b: unit = line" },
    { "an unknown unit of within", book(category 'any = { within("line", "a") }'), "x.lua: a/b.any[1]: within's unit = line" },
    { "an unknown overlap",
      book(category 'any = { "a" }', 'overlap = "shortest",'), "x.lua: (top): overlap = shortest: it is one of all, exclusive, longest" },
    { "a distance that is none", book(category 'any = { near(-1, "a", "b") }'), "x.lua:1: near: the first argument is a number of tokens" },
    { "an operand that is none", book(category 'any = { near(1, "a", 2) }'), "x.lua:1: near: operand 2 is a number" },
    { "two categories of one path", book('category "a" { any = { "a" } }, category "a" { any = { "b" } }'), "x.lua: a: stands twice" },
    { "a slash in a name", book('category "a/b" { any = { "a" } }'), "x.lua: a/b: a name holds no /" },
    { "no category", 'return codebook "x" { version = "1" }', "x.lua: (top): has no category" },
    { "no codebook", "return 1", "x.lua: returns no codebook" },
    { "a syntax error", "return codebook 'x' { version = ", "x.lua:1: unexpected symbol near" },
    { "something that is no category", book('"a"'), "x.lua: codebook: item 1 of 'x' is no category" },
  }
  for _, case in ipairs(cases) do
    it("for " .. case[1], function()
      local message = refusal(case[2])
      assert.is_truthy(message:find(case[3], 1, true), message)
    end)
  end

  it("for a reference to itself, over one category or more", function()
    local back = "a reference that leads back to its own category"
    local message = refusal(book(category 'any = { ref "a/b" }'))
    assert.are.equal("x.lua: a/b: " .. back, message)
    message = refusal(book(category 'any = { ref "a" }'))
    assert.are.equal(back, message:match("^x%.lua: [^:]*: (.*)$"))
    message = refusal(book 'category "a" { any = { ref "b" } }, category "b" { any = { ref "c" } }, category "c" { any = { ref "a" } }')
    assert.are.equal(back, message:match("^x%.lua: [abc]: (.*)$"))
  end)

  -- pattern, character of the caret
  for _, case in ipairs { { "数*字", 2 }, { "digital a||b", 11 }, { "数字 a\\", 5 }, { "...", 1 }, { "a b|", 4 }, { "", 1 } } do
    it(("for the pattern %q, with a caret under character %d"):format(case[1], case[2]), function()
      local message = refusal(book(category(('any = { en = { "fine", %q } }'):format(case[1]))))
      local head, pattern, caret = message:match("^([^\n]*)\n    ([^\n]*)\n    ([^\n]*)$")
      assert.is_truthy(head, message)
      assert.are.equal(1, (head:find("x.lua: a/b.any.en[2]: ", 1, true)))
      assert.is_truthy(head:find(("at character %d of \"%s\""):format(case[2], case[1]), 1, true), head)
      assert.are.equal(case[1], pattern)
      assert.are.equal((" "):rep(case[2] - 1) .. "^", caret)
    end)
  end

  it("for a pattern inside operators, with the path through them", function()
    local message = refusal(book(category 'any = { en = { near(2, "a", any("b", "c||d")) } }'))
    assert.are.equal(1, (message:find("x.lua: a/b.any.en[1].near[2].any[2]: ", 1, true)), message)
  end)

  it("when it is JSON, in the same words", function()
    local made, message = entente.codebook({ kind = "codebook", name = "x", version = "1",
      categories = { { kind = "category", name = "a", any = { { op = "guess", of = {} } } } } }, "x.json")
    assert.is_nil(made)
    assert.is_truthy(message:find("x.json: a.any[1]: ", 1, true), message)
    made, message = entente.codebook({}, "x.json")
    assert.is_nil(made)
    assert.is_truthy(message:find("x.json: (top): is no codebook", 1, true), message)
  end)
end)

for _, name in ipairs { "china_asean", "template" } do
  describe("the codebook " .. name, function()
    local codebook = assert(entente.codebook(read("scripts/codebooks/" .. name .. ".lua"), name))

    for _, one in ipairs(codebook.categories) do
      local value = one.value
      if value.examples or value.counterexamples then
        it("codes the examples and not the counterexamples of " .. one.path, function()
          local coder = entente.coder(codebook)
          local function fires(text)
            for _, coding in ipairs(assert(coder:code({ id = "e", text = text })).codings) do
              if (coding.category .. "/"):sub(1, #one.path + 1) == one.path .. "/" then return coding.rule .. ": " .. coding.quote end
            end
          end
          for _, text in ipairs(value.examples or {}) do assert.is_truthy(fires(text), "not coded: " .. text) end
          for _, text in ipairs(value.counterexamples or {}) do
            local found = fires(text)
            assert.is_nil(found, ("%s, in: %s"):format(found, text))
          end
        end)
      end
      if name == "china_asean" and one.leaf then
        it("has in " .. one.path .. " a definition, ten entries a language, three examples and counterexamples", function()
          assert.are.equal("string", type(value.definition))
          for _, lang in ipairs { "en", "zh" } do
            local count = #((value.any or {})[lang] or {})
            assert.is_true(count >= 10, ("%d entries in %s"):format(count, lang))
            assert.is_truthy(value.label[lang])
          end
          assert.is_true(#(value.examples or {}) >= 3)
          assert.is_true(#(value.counterexamples or {}) >= 3)
        end)
      end
    end

    it("gives the same codings out of its JSON", function()
      local path = os.tmpname()
      assert(os.execute(("scripts/bin/entente codebook compile scripts/codebooks/%s.lua -o %s"):format(name, path)))
      local decoded = assert(json.decode(read(path), 1, nil))
      os.remove(path)
      local again = assert(entente.codebook(decoded, name .. ".json"))
      assert.are.equal(codebook.id, again.id)
      assert.are.equal(#codebook.categories, #again.categories)
      local texts = { read("tests/data/papers/en-digital-gap.md"), read("tests/data/papers/zh-hans-trust.md") }
      for _, one in ipairs(codebook.categories) do
        for _, field in ipairs { "examples", "counterexamples" } do
          for _, text in ipairs(one.value[field] or {}) do texts[#texts + 1] = text end
        end
      end
      local text = table.concat(texts, "\n\n")
      local first = codings(codebook, text)
      assert.is_true(#first > 10)
      assert.are.same(first, codings(again, text))
    end)
  end)
end

it("make compiles china_asean into the JSON that `codebook compile` writes", function()
  local pipe = io.popen("scripts/bin/entente codebook compile china_asean")
  local bytes = pipe:read("a")
  assert.is_true(pipe:close())
  assert.are.equal(bytes, read(BUILD .. "/codebooks/china_asean.json"))
end)

describe("extend", function()
  local base = [[return codebook "base" { version = "1", overlap = "all",
    category "a" { label = "A",
      category "one" { definition = "first", any = { en = { "apple" } }, none = { en = { "apple pie" } } },
      category "two" { any = { "pear" } } } }]]
  local function extended(fields)
    local options = { extend = function() return assert(words.evaluate(base, "base")) end }
    return entente.codebook(('return extend "base" { %s }'):format(fields), "more", options)
  end

  it("adds entries, languages and categories, and replaces other fields", function()
    local codebook = assert(extended [[version = "2", category "a" {
      category "one" { definition = "changed", any = { en = { "plum" }, zh = { "苹果" } } },
      category "three" { any = { "fig" } } }, category "z" { any = { "nut" } }]])
    assert.are.equal("base@2", codebook.id)
    assert.are.equal("all", codebook.overlap)
    assert.are.equal("changed", codebook.by_path["a/one"].definition)
    assert.are.equal("A", codebook.by_path["a"].label)
    assert.are.equal("a/one=apple a/one=plum a/two=pear a/three=fig z=nut a/one=苹果",
      quotes(codebook, "An apple, a plum, a pear, a fig, a nut, no apple pie.\n\n苹果"))
    assert.are.equal("a/one a/one.any.en[2] 1:plum", codings(codebook, "plum")[1])
  end)

  it("leaves the other codebook as it is when nothing is added", function()
    assert.are.equal("a/one=apple", quotes(assert(extended ""), "An apple. Plum."))
  end)

  it("is refused where there are no other codebooks, and where fields do not fit", function()
    assert.is_truthy(refusal('return extend "base" {}'):find("extend: there are no other codebooks here", 1, true))
    local made, message = extended 'category "a" { category "one" { any = { "plum" } } }'
    assert.is_nil(made)
    assert.is_truthy(message:find("either per language or for all languages", 1, true), message)
  end)
end)

describe("include", function()
  it("takes the categories of another file, in place", function()
    local options = { include = function(name)
      assert.are.equal("fruit", name)
      return { { kind = "category", name = "one", categories = {}, any = { "apple" } },
        { kind = "category", name = "two", categories = {}, any = { "pear" } } }
    end }
    local codebook = assert(entente.codebook(
      'return codebook "x" { version = "1", category "a" { include "fruit" }, category "z" { any = { ref "a" } } }', "x", options))
    assert.are.equal("a/one", codebook.by_path["a/one"].path)
    assert.are.equal("a/two=pear z=pear", quotes(codebook, "pear"))
  end)

  it("and extend read siblings when the command evaluates the codebook", function()
    local folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    local function write(name, text)
      local file = assert(io.open(folder .. "/" .. name, "wb"))
      file:write(text)
      file:close()
    end
    write("fruit.lua", 'return { category "one" { any = { "apple" } }, category "two" { any = { "pear" } } }')
    write("main.lua", 'return codebook "main" { version = "1", category "a" { include "fruit" } }')
    write("more.lua", 'return extend "main" { version = "2", category "a" { category "one" { any = { "plum" } } } }')
    write("t.txt", "An apple, a plum, a pear.\n")
    local pipe = io.popen(("scripts/bin/entente code %s/t.txt -c %s/more.lua --format csv"):format(folder, folder))
    local csv = pipe:read("a")
    assert.is_true(pipe:close())
    os.execute("rm -r " .. folder)
    local found = {}
    for rule in csv:gmatch("\r\nt%.txt,[^,]*,[^,]*,([^,]*),") do found[#found + 1] = rule end
    assert.are.same({ "a/one.any[1]", "a/one.any[2]", "a/two.any[1]" }, found)
  end)
end)

describe("where", function()
  local codebook = assert(entente.codebook(book([[
    category "years" { any = { where({ year = { 2019, 2024 } }, "apple") } },
    category "lang" { any = { where({ lang = "en" }, "apple", "pear") } },
    category "list" { any = { where({ country = { "Laos", "India" } }, near(1, "apple", "pear")) } }]]), "where"))

  it("looks at the metadata: a range, a value, a list", function()
    assert.are.equal("", quotes(codebook, "apple"))
    assert.are.equal("years=apple", quotes(codebook, "apple", { year = 2020 }))
    assert.are.equal("years=apple", quotes(codebook, "apple", { year = "2024" }))
    assert.are.equal("", quotes(codebook, "apple", { year = 2025 }))
    assert.are.equal("lang=apple lang=pear", quotes(codebook, "apple, pear", { lang = "en" }))
    assert.are.equal("", quotes(codebook, "apple, pear", { lang = "zh" }))
    assert.are.equal("list=apple pear", quotes(codebook, "apple pear", { country = "India" }))
    assert.are.equal("", quotes(codebook, "apple pear", { country = "Japan" }))
  end)

  it("keeps documents of one coder apart", function()
    local coder = entente.coder(codebook)
    assert.are.equal(1, #coder:code({ id = "1", text = "apple", meta = { year = 2020 } }).codings)
    assert.are.equal(0, #coder:code({ id = "2", text = "apple", meta = {} }).codings)
    assert.are.equal(1, #coder:code({ id = "3", text = "apple", meta = { year = 2021 } }).codings)
  end)
end)

describe("the sentences with a coding", function()
  local TEXT = "An apple. A fig and an apple. No fruit. A pear.\n\nAn apple, an apple."

  local function counted(inside, fields)
    local coded = assert(entente.coder(assert(entente.codebook(book(inside, fields), "x"))):code({ id = "1", text = TEXT }))
    assert.are.equal(5, coded.sentences)
    return coded.coded_sentences
  end

  it("are sentences whatever the unit", function()
    for _, unit in ipairs { "sentence", "paragraph", "document" } do
      assert.are.equal(3, counted('category "a" { any = { "apple" } }', ('unit = "%s",'):format(unit)))
    end
  end)

  it("are all that a coding touches, once each", function()
    local near = 'category "a" { unit = "paragraph", any = { near(9, "fig", "pear") } }, category "b" { any = { "apple" } }'
    assert.are.equal(5, counted(near))
  end)
end)
