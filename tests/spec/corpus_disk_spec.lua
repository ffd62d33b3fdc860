-- A corpus on disk in Lua: what went in comes out, one commit at a time.
local entente = require "entente"
local system = require "entente.system"

local folder, made = nil, 0

local function new_path()
  made = made + 1
  return ("%s/c%d.entente"):format(folder, made)
end

-- A corpus of some documents, committed: {id = text} or {id = {text, meta}}.
local function corpus_of(documents, path)
  local corpus = assert(entente.open(path or new_path()))
  for id, value in pairs(documents) do
    if type(value) == "string" then value = { value } end
    assert(corpus:add { id = id, text = value[1], meta = value[2] })
  end
  assert(corpus:commit())
  return corpus
end

local function ids(corpus, where)
  local list = {}
  for document in assert(corpus:documents { where = where }) do list[#list + 1] = document.id end
  return list
end

local function forms(corpus, id)
  local list = {}
  for form in assert(corpus:tokens(id)) do list[#list + 1] = form end
  return table.concat(list, " ")
end

setup(function()
  folder = assert(system.run { argv = { "mktemp", "-d" } }).out:gsub("\n$", "")
end)
teardown(function() system.run { argv = { "rm", "-rf", folder } } end)

describe("a corpus on disk", function()
  it("gives back text and metadata of every kind", function()
    local meta = { title = "Ports", year = 2024, score = 0.1, open = true, closed = false, country = { "VN", "ID" }, none = {} }
    local corpus = corpus_of { ["a.txt"] = { "Bahasa, ภาษา 语言.\n", meta }, ["b.txt"] = "" }
    local document = assert(corpus:document("a.txt"))
    assert.are.same(meta, document.meta)
    assert.are.equal("Bahasa, ภาษา 语言.\n", corpus:text("a.txt"))
    assert.are.equal(#corpus:text(document), document.bytes)
    if math.type then
      assert.are.equal("integer", math.type(document.meta.year))
      assert.are.equal("float", math.type(document.meta.score))
    end
    assert.are.equal("", corpus:text("b.txt"))
    assert.are.same({}, corpus:document("b.txt").meta)
    local totals = corpus:totals()
    assert.are.equal(2, totals.documents)
    assert.are.equal(1, totals.generation)
    assert.are.equal(document.tokens, totals.tokens)
    assert.are.same({ "closed", "country", "none", "open", "score", "title", "year" }, corpus:fields())
  end)

  it("shows nothing before a commit, and to others when they refresh", function()
    local path = new_path()
    local writer = corpus_of({ a = "one" }, path)
    local reader = assert(entente.open(path))
    assert(writer:add { id = "b", text = "two" })
    assert.are.same({ "a" }, ids(writer))
    assert.are.equal(2, assert(writer:commit()))
    assert.are.same({ "a", "b" }, ids(writer))
    assert.are.same({ "a" }, ids(reader))
    assert.is_true(reader:refresh())
    assert.are.same({ "a", "b" }, ids(reader))
    assert.is_false(reader:refresh())
  end)

  it("says what an add changed, and removes", function()
    local corpus = corpus_of { a = { "one", { year = 2020 } }, b = "two" }
    assert.are.equal("unchanged", corpus:add { id = "a", text = "one", meta = { year = 2020 } })
    assert.are.equal("replaced", corpus:add { id = "a", text = "one", meta = { year = 2021 } })
    assert.are.equal("added", corpus:add { id = "c", text = "three" })
    assert.is_true(corpus:remove("b"))
    assert.is_false(corpus:remove("never"))
    assert(corpus:commit())
    assert.are.same({ "a", "c" }, ids(corpus))
    assert.are.equal(2021, corpus:document("a").meta.year)
  end)

  it("drops at close what is not committed", function()
    local path = new_path()
    local corpus = corpus_of({ a = "one" }, path)
    assert(corpus:add { id = "b", text = "two" })
    corpus:close()
    corpus:close()
    assert.has_error(function() corpus:documents() end, "the corpus " .. path .. " is closed")
    assert.has_error(function() corpus:add { id = "c", text = "" } end)
    assert.are.same({ "a" }, ids(assert(entente.open(path))))
  end)

  it("is not made by opening and asking, only by adding", function()
    local path = new_path()
    local corpus = assert(entente.open(path))
    local documents, message, code = corpus:documents()
    assert.is_nil(documents)
    assert.are.equal("io", code)
    assert.is_truthy(message:find(path, 1, true))
    assert.is_nil(system.kind(path))
    assert(corpus:add { id = "a", text = "one" })
    assert(corpus:commit())
    assert.are.same({ "a" }, ids(corpus))
  end)

  it("opens no file and no folder of others", function()
    local path = folder .. "/plain"
    assert(system.write(path, "x"))
    local corpus, message, code = entente.open(path)
    assert.is_nil(corpus)
    assert.are.equal("io", code)
    assert.is_truthy(message:find(path, 1, true))
    local other = assert(entente.open(folder))
    assert.is_nil((other:documents()))
    assert.is_nil((other:add { id = "a", text = "" }))
  end)

  it("has one writer at a time", function()
    local path = new_path()
    local corpus = corpus_of({ a = "one" }, path)
    local second = assert(entente.open(path))
    local change, message, code = second:add { id = "b", text = "two" }
    assert.is_nil(change)
    assert.are.equal("locked", code)
    assert.is_truthy(message:find(path, 1, true), message)
    corpus:close()
    assert.are.equal("added", second:add { id = "b", text = "two" })
  end)

  it("refuses a document and keeps the others", function()
    local corpus = assert(entente.open(new_path()))
    assert(corpus:add { id = "a", text = "one" })
    local change, message, code = corpus:add { id = "b", text = "\255" }
    assert.is_nil(change)
    assert.are.equal("utf8", code)
    assert.is_string(message)
    assert.are.equal("argument", select(3, corpus:add { id = "c", text = "abc", pages = { { first = 1, last = 9 } } }))
    assert(corpus:commit())
    assert.are.same({ "a" }, ids(corpus))
  end)

  it("raises for the caller's mistakes, with their names", function()
    local corpus = corpus_of { a = "one" }
    local function raises(part, call, ...)
      local ok, message = pcall(call, ...)
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find(part, 1, true), tostring(message))
    end
    raises("'mode'", entente.open, corpus.path, { mode = "r" })
    raises("'author'", corpus.add, corpus, { id = "x", text = "", author = "y" })
    raises("id", corpus.add, corpus, { text = "" })
    raises("text", corpus.add, corpus, { id = "x" })
    raises("meta.f", corpus.add, corpus, { id = "x", text = "", meta = { f = print } })
    raises("meta.f[1]", corpus.add, corpus, { id = "x", text = "", meta = { f = { 1 } } })
    raises("meta.f must be a list", corpus.add, corpus, { id = "x", text = "", meta = { f = { a = "b" } } })
    raises("meta.f is not a number", corpus.add, corpus, { id = "x", text = "", meta = { f = 0 / 0 } })
    raises("NUL", corpus.add, corpus, { id = "x\0y", text = "" })
    raises("'were'", corpus.documents, corpus, { were = {} })
    raises("'pattern'", corpus.types, corpus, { pattern = "x" })
    raises("'nearby'", corpus.search, corpus, { "x", nearby = 3 })
    raises("unit", corpus.structure, corpus, "a", "chapter")
  end)

  it("names a document that is not there", function()
    local corpus = corpus_of { a = "one" }
    local document, message, code = corpus:document("b")
    assert.is_nil(document)
    assert.are.equal("argument", code)
    assert.is_truthy(message:find("no document b", 1, true))
    assert.are.equal("argument", select(3, corpus:text("b")))
  end)

  it("is the same bytes when merged, whatever came before", function()
    local one, other = new_path(), new_path()
    local corpus = corpus_of({ a = "one", b = "two three" }, one)
    assert(corpus:merge())
    assert(corpus:commit())
    local second = corpus_of({ b = "old", z = "gone" }, other)
    assert(second:remove("z"))
    assert(second:add { id = "b", text = "two three" })
    assert(second:commit())
    assert(second:add { id = "a", text = "one" })
    assert(second:merge())
    assert(second:commit())
    local function segment(path)
      local found
      for _, name in ipairs(system.list(path)) do
        if name:find("^segment%-") then
          assert.is_nil(found)
          found = system.read(path .. "/" .. name)
        end
      end
      return found
    end
    assert.is_true(segment(one) == segment(other))
  end)

  it("finds a flipped bit", function()
    local path = new_path()
    local words = {}
    for i = 1, 30000 do words[i] = "w" .. i * 7919 % 30011 end
    corpus_of({ a = table.concat(words, " ") }, path):close()
    assert.is_true(assert(entente.open(path)):verify())
    local name
    for _, each in ipairs(system.list(path)) do name = each:find("^segment%-") and each or name end
    local bytes = assert(system.read(path .. "/" .. name))
    local at = 100 -- far from what is read when it is opened
    assert(system.write(path .. "/" .. name, bytes:sub(1, at - 1) .. string.char((bytes:byte(at) + 1) % 256) .. bytes:sub(at + 1)))
    local fine, message, code, faults = assert(entente.open(path)):verify()
    assert.is_nil(fine)
    assert.are.equal("damage", code)
    assert.is_string(message)
    assert.is_true(#faults >= 1)
    assert.is_truthy(faults[1]:find(name, 1, true), faults[1])
  end)
end)

describe("the documents of a corpus", function()
  local corpus
  setup(function()
    corpus = corpus_of { a = { "one two", { year = 2019, country = { "VN", "ID" } } }, b = { "three", { year = 2024, country = "ID" } },
      c = { "four five six", { year = "2021", lang = "en" } }, d = "seven" }
  end)

  it("come in the order of their ids, those that meet all conditions", function()
    assert.are.same({ "a", "b", "c", "d" }, ids(corpus))
    assert.are.same({ "a", "b", "c" }, ids(corpus, { year = { 2019, 2024 } }))
    assert.are.same({ "c" }, ids(corpus, { year = { 2020, 2023 } }))
    assert.are.same({ "a", "b" }, ids(corpus, { country = "ID" }))
    assert.are.same({ "a" }, ids(corpus, { country = { "VN", "TH" }, year = 2019 }))
    assert.are.same({ "b" }, ids(corpus, { year = { 2020, math.huge }, country = "ID" }))
    assert.are.same({}, ids(corpus, { absent = "x" }))
  end)

  it("are grouped by any field, each text of a list by itself", function()
    assert.are.same({ { value = "ID", documents = 2, tokens = 3 }, { value = "VN", documents = 1, tokens = 2 },
      { documents = 2, tokens = 4 } }, corpus:groups("country"))
    assert.are.same({ { value = 2019, documents = 1, tokens = 2 }, { value = 2024, documents = 1, tokens = 1 } },
      corpus:groups("year", { where = { country = "ID" } }))
  end)

  it("end with an error where the corpus moved on", function()
    local path = new_path()
    local moving = corpus_of({ a = "one", b = "two" }, path)
    local each = assert(moving:documents())
    each()
    assert(moving:add { id = "c", text = "three" })
    assert(moving:commit())
    assert.has_error(each)
  end)
end)

describe("a document of a corpus", function()
  it("gives its tokens as they were indexed", function()
    local text = "The digi-\ntal divide,\nChina’s."
    local corpus = corpus_of { a = text }
    local seen = {}
    for form, first, last, fold in assert(corpus:tokens("a")) do
      seen[#seen + 1] = { form, text:sub(first, last), fold }
    end
    assert.are.same({ "The", "The", "the" }, seen[1])
    assert.are.equal("digi-\ntal", seen[2][2])
    assert.are.equal("digital", seen[2][3])
    assert.are.equal("china", seen[4][3])
    assert.are.equal(4, #seen)
  end)

  it("keeps its tokens while others are read, more than are held at once", function()
    local documents = {}
    for i = 1, 9 do documents["d" .. i] = ("word%d of"):format(i):rep(3, " ") end
    local corpus = corpus_of(documents)
    local iterators = {}
    for i = 1, 9 do iterators[i] = assert(corpus:tokens("d" .. i)) end
    for _ = 1, 3 do
      for i = 1, 9 do
        assert.are.equal("word" .. i, (iterators[i]()))
        assert.are.equal("of", (iterators[i]()))
      end
    end
    for i = 1, 9 do assert.is_nil(iterators[i]()) end
  end)

  it("leaves nothing behind when a loop breaks", function()
    local corpus = corpus_of { a = "one two three", b = "one four" }
    for _ = 1, 200 do
      for _ in assert(corpus:tokens("a")) do break end
      for _ in assert(corpus:documents()) do break end
      for _ in assert(corpus:search { "one" }) do break end
      for _ in assert(corpus:types()) do break end
    end
    collectgarbage()
    assert.are.equal("one two three", forms(corpus, "a"))
    corpus:close()
    collectgarbage()
  end)

  it("gives its parts", function()
    local text = "# The gap\n\nIt is wide. It grows.\n\n## Ports\n\nThey differ.\n"
    local corpus = assert(entente.open(new_path()))
    assert(corpus:add { id = "a.md", text = text, layout = "markdown", lang = "en" })
    assert(corpus:add { id = "b", text = "Xyzzy plugh.", lang = "id" }) -- its words tell nothing
    assert(corpus:commit())
    local sections = corpus:structure("a.md", "section")
    assert.are.equal("The gap", sections[1].heading)
    assert.are.equal("Ports", sections[2].heading)
    assert.are.equal(2, sections[2].level)
    local sentence = corpus:structure("a.md", "sentence")[3]
    assert.are.equal("It grows.", corpus:text("a.md", sentence.first, sentence.last):match("^(.-)%s*$"))
    assert.are.equal("id", corpus:structure("b", "paragraph")[1].lang)
    assert.are.equal("id", corpus:document("b").meta.lang)
  end)

  it("gives bytes as string.sub does", function()
    local text = "one two three"
    local corpus = corpus_of { a = text }
    for _, range in ipairs { { 1, 3 }, { 5 }, { 5, 4 }, { 14, 20 }, { 3, 100 }, { 13, 13 } } do
      assert.are.equal(text:sub(range[1], range[2]), corpus:text("a", range[1], range[2]))
    end
  end)
end)

describe("types and search of a corpus", function()
  local corpus
  setup(function()
    corpus = corpus_of { a = "The digital divide. Digital gaps, 数字鸿沟.", b = "A gap that is digital; DIGITAL*?", c = "nothing" }
    assert(corpus:remove("c"))
    assert(corpus:commit())
  end)

  local function types(options)
    local list = {}
    for form, tokens, documents in assert(corpus:types(options)) do list[#list + 1] = { form, tokens, documents } end
    return list
  end

  it("counts forms on each layer", function()
    assert.are.same({ { "digital", 4, 2 } }, types { glob = "Digit*" })
    assert.are.same({ { "DIGITAL", 1 }, { "Digital", 1 } }, types { glob = "D*", layer = "raw" })
    assert.are.same({ { "gap", 1, 1 }, { "gaps", 1, 1 } }, types { glob = "gap*" })
    assert.are.same({}, types { glob = "nothing" })
    local all = types()
    for i = 2, #all do assert.is_true(all[i - 1][1] < all[i][1]) end
  end)

  it("says how often a form occurs", function()
    local tokens, documents = corpus:frequency("Digital")
    assert.are.equal(4, tokens)
    assert.are.equal(2, documents)
    assert.are.equal(1, (corpus:frequency("Digital", "raw")))
    assert.are.equal(0, (corpus:frequency("digit*")))
    assert.are.same({ 0, 0 }, { corpus:frequency("nothing") })
    assert.are.same({ 0 }, { corpus:frequency("nothing", "bare") })
  end)

  local function found(query)
    local list = {}
    for document, places in assert(corpus:search(query)) do
      for _, span in ipairs(assert(corpus:locate(document, places))) do list[#list + 1] = document.id .. ": " .. span.quote end
    end
    return list
  end

  it("finds words side by side, with wildcards, near each other, and in scripts without spaces", function()
    assert.are.same({ "a: digital divide" }, found { "digital divide" })
    assert.are.same({ "a: digital divide" }, found { "Digital", "div*" })
    assert.are.same({ "a: Digital gaps", "b: gap that is digital" }, found { "gap*", "digital", near = 2 })
    assert.are.same({ "a: 数字鸿沟" }, found { "数字鸿沟" })
    assert.are.same({}, found { "divide digital" })
    assert.are.same({}, found { "nothing" })
  end)

  it("ends a search when the corpus is closed or moves on", function()
    local path = new_path()
    local moving = corpus_of({ a = "one", b = "one" }, path)
    local each = assert(moving:search { "one" })
    assert.are.equal("a", each().id)
    assert(moving:add { id = "c", text = "one" })
    assert(moving:commit())
    assert.has_error(each)
    local again = assert(moving:search { "one" })
    moving:close()
    assert.has_error(again)
  end)

  it("takes single words for near", function()
    assert.has_error(function() corpus:search { "digital divide", "gap", near = 3 } end)
    assert.has_error(function() corpus:search { "digital", "数字", near = 3 } end)
    assert.has_error(function() corpus:search {} end)
  end)
end)
