--- Layers in a codebook: stem "…", layer(name, "…"), and what a plugin gives.
local entente = require "entente"
local json = require "dkjson"
local system = require "entente.system"

local function source(entries)
  return ('return codebook "c" { version = "1", %s }'):format(entries)
end

local function quotes(codebook, ...)
  local coder, list = entente.coder(codebook), {}
  for _, text in ipairs({ ... }) do
    for _, coding in ipairs(assert(coder:code({ id = "d", text = text })).codings) do
      list[#list + 1] = coding.rule:match("[^/]+$") .. " " .. coding.quote
    end
  end
  return list
end

-- A plugin's layer: British spelling as American.
local asked
local function american(fold)
  asked[fold] = (asked[fold] or 0) + 1
  return (fold:gsub("isation$", "ization"):gsub("our$", "or"))
end

describe("stem", function()
  it("takes the entry's language, else the codebook's, else English", function()
    local book = assert(entente.codebook(source [[category "a" { any = { en = { stem "develop" }, id = { stem "bangun" } } },
      category "b" { any = { near(2, stem "connections", "rail") } }]]))
    assert.are.same({ "a.any.en[1] Developed", "a.any.id[1] pembangunan", "b.any[1] connect by rail" },
      quotes(book, "Developed countries. Rencana pembangunan. They connect by rail."))
    book = assert(entente.codebook(source [[language = "id-ID", category "a" { any = { stem "bangun" } }]]))
    assert.are.same({ "a.any[1] membangun" }, quotes(book, "Kami membangun."))
  end)

  it("is refused where there is no stemmer, with path and remedy", function()
    local book, message = entente.codebook(source [[category "a" { any = { zh = { "x", near(1, "y", stem "发展") } } }]], "n")
    assert.is_nil(book)
    assert.matches("^n: a%.any%.zh%[2%]%.near%[2%]: stem: there is no stemmer for 'zh' %(there is for ar, .*, en, .*, id, ", message)
    assert.matches("write the term without stem, with %* for endings$", message)
    book, message = entente.codebook(source [[language = "vi", category "a" { any = { stem "x" } }]])
    assert.is_nil(book)
    assert.matches("no stemmer for 'vi'", message)
  end)

  it("refuses wildcards inside a word, with a caret", function()
    local book, message = entente.codebook(source [[category "a" { any = { stem "to develop*" } }]], "n")
    assert.is_nil(book)
    assert.matches('a%.any%[1%]: a wildcard inside a word on this layer.* at character 11 of "to develop%*"', message)
    assert.matches("\n" .. (" "):rep(4 + 10) .. "%^$", message)
  end)
end)

describe("a plugin's layer", function()
  before_each(function() asked = {} end)
  local text = [[category "a" { any = { en = { layer("american", "organisation of labor"), near(3, layer("american", "colour"), "x") } } }]]

  it("meets terms and text in the forms that its function gives", function()
    local book = assert(entente.codebook(source(text), "n", { layers = { american = american } }))
    assert.are.same({ "a.any.en[1] Organization of labour", "a.any.en[2] x of COLOURS’ Colour", "a.any.en[1] organisation of labor" },
      quotes(book, "Organization of labour; x of COLOURS’ Colour.", "The organisation of labor."))
  end)

  it("asks for a word once in all documents of a coder", function()
    local book = assert(entente.codebook(source [[category "a" { any = { layer("american", "labour") } }]], "n",
      { layers = { american = american } }))
    asked = {}
    quotes(book, "Road to labor.", "Road to labor.", "road to Labor.")
    assert.are.equal(1, asked.road)
  end)

  it("works in a compiled codebook, which is plain data", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    assert(file:write(source(text)))
    assert(file:close())
    local ran = assert(system.run { argv = { "scripts/bin/entente", "codebook", "compile", path }, wall = 20 })
    os.remove(path)
    assert.are.equal("", ran.err)
    local book = assert(entente.codebook(assert(json.decode(ran.out)), "n", { layers = { american = american } }))
    assert.are.same({ "a.any.en[1] organization of labor" }, quotes(book, "organization of labor"))
  end)

  it("is refused where nobody gives it, where its name is taken, where it gives no string", function()
    local book, message = entente.codebook(source(text), "n")
    assert.is_nil(book)
    assert.are.equal("n: a.any.en[1]: there is no layer 'american'; who calls entente.codebook gives it in options.layers, or, where it "
      .. "is a column of vertical text, names it in options.annotations (--columns)", message)
    book, message = entente.codebook(source [[category "a" { any = { layer("fold", "x") } }]], "n", { layers = { fold = american } })
    assert.is_nil(book)
    assert.matches("a%.any%[1%]: there is a layer 'fold' already", message)
    book, message = entente.codebook(source(text), "n", { layers = { american = function() end } })
    assert.is_nil(book)
    assert.matches("layer 'american' makes no string of 'organisation'", message)
    book, message = entente.codebook(source [[category "a" { any = { layer("american") } }]], "n", { layers = { american = american } })
    assert.is_nil(book)
    assert.matches("layer: takes the name of a layer and a term", message)
  end)

  it("raises what its function raises while a document is coded, and codes the next", function()
    local book = assert(entente.codebook(source(text), "n", { layers = { american = function(fold)
      if fold == "bad" then error("no form for bad") end
      return american(fold)
    end } }))
    local coder = entente.coder(book)
    assert.has_error(function() coder:code({ id = "d", text = "a bad word" }) end)
    assert.are.same({ "a.any.en[1] organisation of labour" }, quotes(book, "organisation of labour"))
  end)
end)
