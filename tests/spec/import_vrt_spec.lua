-- Vertical text and CoNLL-U as papers: the tokens that they give, and what is found in them.
local core = require "entente.core"
local corpus = require "entente.corpus"
local entente = require "entente"
local import = require "entente.import"
local import_vrt = require "entente.import_vrt"
local system = require "entente.system"

local DATA = "tests/data/vertical/"
local folder = system.run { argv = { "mktemp", "-d" } }.out:gsub("\n", "")
teardown(function() system.run { argv = { "rm", "-rf", folder } } end)

local function write(name, bytes)
  assert(system.write(folder .. "/" .. name, bytes))
  return folder .. "/" .. name
end

-- The documents of a file with these bytes.
local function read(name, bytes, options)
  return import.read_all(write(name, bytes), name, options)
end

local function read_one(name, bytes, options)
  local documents = assert(read(name, bytes, options))
  assert.equal(1, #documents)
  return documents[1]
end

-- Lines of a vrt file: | for a tab.
local function vrt(...) return (table.concat({ ... }, "\n"):gsub("|", "\t")) .. "\n" end

-- The parts of a text that a flat list of spans names, parted by |.
local function parts(document, list)
  local out = {}
  for i = 1, #list, 2 do out[#out + 1] = document.text:sub(list[i], list[i + 1]) end
  return table.concat(out, "|")
end

local function spans(document)
  local out = {}
  for _, span in ipairs(document.spans or {}) do
    out[#out + 1] = ("%s[%s]%s"):format(span.name, document.text:sub(span.first, span.last),
      span.attributes and " " .. span.attributes:gsub("\n", ";") or "")
  end
  return table.concat(out, " ")
end

-- The quotes of what an entry of a codebook finds in documents.
local function found(entry, documents, options)
  local book = assert(entente.codebook(('return codebook "c" { version = "1", category "a" { any = { %s } } }'):format(entry), "c",
    options))
  local coder, out = entente.coder(book), {}
  for _, document in ipairs(documents) do
    for _, coding in ipairs(assert(coder:code(document)).codings) do out[#out + 1] = coding.quote end
  end
  return table.concat(out, "|")
end

-- A document in an index of its own.
local function indexed(document)
  local index = core.index(core.vocab())
  return index, assert(index:add({ text = document.text, layout = document.layout, headings = document.headings,
    pages = document.pages, tokens = document.tokens, annotations = document.annotations, sentences = document.sentences,
    paragraphs = document.paragraphs, spans = document.spans }))
end

local function units(document, unit)
  local index, number = indexed(document)
  local out = {}
  for i, part in ipairs(index:parts(number, unit)) do out[i] = document.text:sub(part.first, part.last) end
  return table.concat(out, "|")
end

describe("vertical text", function()
  it("gives each text as a document: its words, parted as the file says", function()
    local documents = assert(import.read_all(DATA .. "en.vrt", "en.vrt"))
    assert.equal(2, #documents)
    local first, second = documents[1], documents[2]
    assert.equal("Harbours and data\n\nThe digital divides between the Straits and the hinterland are wide.\nDigital, divided ports "
      .. "do n't pay \" R&D \".\n\nWin-win U.S. plans stay.", first.text)
    assert.equal("A railway divides nobody.", second.text)
    assert.equal("A|railway|divides|nobody|.", parts(second, second.tokens))
    assert.same({ "DT", "NN", "VVZ", "NN", "SENT" }, second.annotations.pos)
    assert.same({ "a", "railway", "divide", "nobody", "." }, second.annotations.lemma)
    assert.same({ "en.vrt#harbour", "en.vrt#railway" }, { first.id, second.id })
    assert.same({ title = "Harbours & data", authors = { "Ana Reyes" }, year = 2021, lang = "en", name = "ports", id = "harbour" },
      first.meta)
    assert.equal(2023, second.meta.year)
    assert.same({}, first.notes)
  end)

  it("keeps sentences, paragraphs, headings, pages and other elements", function()
    local document = import.read_all(DATA .. "en.vrt", "en.vrt")[1]
    assert.equal("Harbours and data|The digital divides between the Straits and the hinterland are wide.|Digital, divided ports do n't "
      .. 'pay " R&D ".|Win-win U.S. plans stay.', units(document, "sentence"))
    assert.equal('Harbours and data|The digital divides between the Straits and the hinterland are wide.\nDigital, divided ports do n\'t '
      .. 'pay " R&D ".|Win-win U.S. plans stay.', units(document, "paragraph"))
    local index, number = indexed(document)
    local section = index:parts(number, "section")[1]
    assert.equal("Harbours and data", document.text:sub(section.heading_first, section.heading_last))
    local pages = index:parts(number, "page")
    assert.equal(2, #pages)
    assert.equal("Win-win U.S. plans stay.", document.text:sub(pages[2].first, pages[2].last))
    assert.equal("pb[] n=1 p[The digital divides between the Straits and the hinterland are wide.\nDigital, divided ports do n't "
      .. "pay \" R&D \".] id=p1 name[Straits] type=place;key=sg pb[] n=2", spans(document))
    assert.same(document.spans, index:spans(number))
  end)

  it("keeps its tokens as they are; what holds no letter is a gap", function()
    local document = import.read_all(DATA .. "en.vrt", "en.vrt")[1]
    local index, number = indexed(document)
    local out = {}
    for i = 1, index:token_count(number) do
      local first, last, form = index:token(number, i)
      assert.equal(document.text:sub(first, last), form)
      out[i] = form
    end
    assert.equal("Harbours and data The digital divides between the Straits and the hinterland are wide Digital divided ports do n't "
      .. "pay R&D Win-win U.S. plans stay", table.concat(out, " "))
    assert.same({ lemma = "be", pos = "VBP" }, index:annotations(number, 13))
  end)

  it("is coded like any text: words, near, sentences, lemmas, parts of speech", function()
    local documents = assert(import.read_all(DATA .. "en.vrt", "en.vrt"))
    assert.equal("digital divides", found('"digital divide*"', documents))
    assert.equal("Digital, divided", found('"digital, divided"', documents))
    assert.equal("R&D", found('"R&D"', documents))
    assert.equal("Win-win U.S.", found('"win win u.s."', documents))
    assert.equal("digital divides between the Straits", found('near(2, "digital divides", "straits")', documents))
    assert.equal("", found('near(20, "straits", "ports")', documents)) -- another sentence
    assert.equal("digital divides", found('layer("lemma", "digital divide")', documents))
    assert.equal("digital divides|divided|divides", found('layer("lemma", "digital divide"), layer("lemma", "divide")', documents))
    assert.equal("Harbours|data|Straits|ports|plans", found('except(layer("pos", "n*s"), "divides")', documents))
    assert.equal("divides nobody", found('seq(0, layer("pos", "vvz"), layer("lemma", "nobody"))', documents))
    local coded = assert(entente.coder(assert(entente.codebook(
      'return codebook "c" { version = "1", category "a" { any = { "plans" } } }'))):code(documents[1]))
    assert.same({ "Harbours and data", 2, 25 }, { coded.codings[1].section, coded.codings[1].page, coded.tokens })
  end)

  it("in Chinese finds terms over the words given, and cuts none", function()
    local documents = assert(import.read_all(DATA .. "zh.vrt", "zh.vrt"))
    assert.equal("zh.vrt#g1", documents[1].id)
    assert.equal("中国与东盟之间存在数字鸿沟。\n中国家电运往港口。", documents[1].text)
    assert.is_nil(documents[1].paragraphs)
    assert.equal("数字鸿沟", found('"数字鸿沟"', documents))
    assert.equal("中国|中国", found('"中国"', documents))
    assert.equal("", found('"国家"', documents))
    assert.equal("数字鸿沟", found('zh = { "數字鴻溝" }', documents))
    assert.equal("数字鸿沟", found('layer("lemma", "数字 鸿沟")', documents))
    assert.equal("运往", found('layer("lemma", "运")', documents))
  end)

  it("names its columns", function()
    local bytes = vrt("ships|x|NOUN|ship", "sail|y|VERB|sail")
    local document = read_one("c.vert", bytes, { columns = { "word", "-", "tag", "lemma" } })
    assert.equal("c.vert", document.id)
    assert.same({ tag = { "NOUN", "VERB" }, lemma = { "ship", "sail" } }, document.annotations)
    assert.same({}, document.notes)
    assert.equal("ships", found('layer("tag", "noun")', { document }, { annotations = { "tag" } }))
    document = read_one("d.vrt", bytes, { columns = { "lemma", "word" } })
    assert.equal("x y", document.text)
    assert.same({ lemma = { "ships", "sail" } }, document.annotations)
    assert.same({ "line 1: more than 2 columns; name them all (columns, --columns), with - for one that is passed over (1 more)" },
      document.notes)
    for _, wrong in ipairs({ { "lemma" }, { "word", "word" }, { "word", "Lemma" }, { "word", "" } }) do
      assert.has_error(function() import.read("x.vrt", "x", { columns = wrong }) end)
      assert.is_nil(import_vrt.check_columns(wrong))
    end
  end)

  it("decodes entities, and leaves others as they are", function()
    local document = read_one("e.vrt", vrt("&lt;b&gt;", "&quot;&apos;", "&#20013;&#x56fd;", "&#x1F6A2;&#233;", "&nbsp;&#xD800;&#0;&#99999999;", "&amp;lt;"))
    assert.equal("<b>|\"'|中国|🚢é|&nbsp;&#xD800;&#0;&#99999999;|&lt;", parts(document, document.tokens))
  end)

  it("loses no token: those outside of sentences, paragraphs and texts have their own", function()
    local document = read_one("o.vrt", vrt("a", "<s>", "b", "</s>", "c", "d", "<s>", "e", "<s>", "f"))
    assert.equal("a|b|c d|e|f", parts(document, document.sentences))
    document = read_one("o.vrt", vrt("<p>", "a", "<head>", "b", "</head>", "c", "</p>", "d", "<p>", "e"))
    assert.equal("a|c|d|e", parts(document, document.paragraphs))
    assert.equal("a|b|c|d|e", units(document, "paragraph"))
    assert.is_nil(document.sentences)
    local documents = read("o.vrt", vrt("a", "<text id='x'>", "b", "</text>", "c", "<text>", "d", "</text>"))
    local seen = {}
    for i, each in ipairs(documents) do seen[i] = each.id .. " " .. each.text end
    assert.same({ "o.vrt#1 a", "o.vrt#x b", "o.vrt#3 c", "o.vrt#4 d" }, seen)
  end)

  it("reads what is no XML, and says so once, with the line", function()
    local document = read_one("n.vrt", vrt("<3|SYM|<3", "<unk>|NN|<unknown>", "<b>", "x|N|x", "<i>", "y|N|y", "</b>", "z|N|z", "</i>", "|N|q",
      "</q>", '<t a="1" b="he said "no"">', "w|N|w", "</t>", "</q>", "<u>", "<text_id A01>", "v|__UNDEF__|v", "<pb/>"))
    assert.equal("<3 <unk> x y z w v", document.text)
    assert.equal("b[x y] i[y z] t[w] a=1;b=he said  u[v] text_id[v] value=A01 pb[]", spans(document))
    assert.same({ "SYM", "NN", "N", "N", "N", "N", false }, document.annotations.pos)
    assert.same({
      "line 1: it begins with < but is no tag, and is read as a word; write &lt; (<3 SYM <3) (1 more)",
      "line 10: a line without a word, which is passed over; write it, or take the line out",
      "line 11: </q> closes nothing that is open; take it out (1 more)",
      'line 12: a tag with what is no attribute; write key="value", with &quot; for " in a value (no"")',
      "line 16: <u> is never closed; it ends with the document",
      "line 17: <text_id> is never closed; it ends with the document" }, document.notes)
  end)

  it("glues words, not sentences; ends an element where the next of its kind begins", function()
    local document = read_one("g.vrt", vrt("<s>", "a", "<g/>", "b", "</s>", '<s n="1">', "<g/>", "c", '<s n="2">', "d", "</s>", "x",
      "<q>", '<pb n="9"/>', "y", "</q>"))
    assert.equal("ab\nc\nd\nx y", document.text)
    assert.equal("s[c] n=1 s[d] n=2 pb[] n=9 q[y]", spans(document))
    indexed(document)
  end)

  it("takes attributes from around a text where it has none itself, but no id", function()
    local documents = read("m.vrt", vrt('<corpus id="c" title="All" lang="en">', "<text title='One'>", "a", "</text>", "<text>", "b", "</text>",
      "</corpus>", "<!-- two", "lines -->", "</corpus>", "<text>", "c", "</nothing>", "</text>"))
    assert.same({ { title = "One", lang = "en" }, { title = "All", lang = "en" }, {} },
      { documents[1].meta, documents[2].meta, documents[3].meta })
    assert.same({ "line 14: </nothing> closes nothing that is open; take it out" }, documents[3].notes)
  end)

  it("reads carriage returns and a byte order mark", function()
    local document = read_one("r.vrt", "\239\187\191<text id='1'>\r\na\tDT\ta\r\n\r\nb\r\n</text>\r\n")
    assert.equal("a b", document.text)
    assert.same({ "a", false }, document.annotations.lemma)
  end)

  it("takes levels of headings from divisions, and pages only where their numbers count", function()
    local document = read_one("h.vrt", vrt("<div>", "<head>", "a", "</head>", "<div>", "<head>", "b", "</head>", "c", "</div>", "</div>",
      '<head level="2">', "d", "</head>", '<pb n="7"/>', "e"))
    local levels = {}
    for i, heading in ipairs(document.headings) do levels[i] = document.text:sub(heading.first, heading.last) .. heading.level end
    assert.same({ "a1", "b2", "d2" }, levels)
    assert.is_nil(document.pages)
    document = read_one("h.vrt", vrt("a", "<pb n='2'/>", "b", "<pb/>", "c"))
    local pages = {}
    for i, page in ipairs(document.pages) do pages[i] = document.text:sub(page.first, page.last) end
    assert.same({ "a ", "b ", "c" }, pages)
  end)

  it("refuses two documents of one id, and a file without a token", function()
    local documents, message, code = read("two.vrt", vrt('<doc id="a">', "x", "</doc>", '<doc id="a">', "y", "</doc>"))
    assert.is_nil(documents)
    assert.equal("argument", code)
    assert.equal("two.vrt: the documents in lines 1 and 4 have one id, two.vrt#a; give each its own", (message:gsub("^.*/", "")))
    documents, message = read("none.vrt", "<!-- nothing -->\n")
    assert.is_nil(documents)
    assert.matches("none.vrt: no token in it; take it out, or get it again", message)
  end)

  it("takes time in proportion to its size", function()
    local function seconds(lines)
      local bytes = { "<text id='a'>" }
      for i = 2, lines do bytes[i] = i % 50 == 0 and '<s n="1">' or ("word%d\tNN\tword"):format(i % 1000) end
      local text, best = table.concat(bytes, "\n"), math.huge
      for _ = 1, 3 do
        local at = os.clock()
        local documents = import_vrt.read(text)
        best = math.min(best, os.clock() - at)
        assert.same({ 1, #documents[1].tokens / 2 }, { #documents, select(2, documents[1].text:gsub("word%d+", "")) })
      end
      return best
    end
    local one = seconds(10000)
    assert.is_true(seconds(80000) < 24 * one + 0.05)
  end)
end)

describe("what index:add is given", function()
  it("must be as it says", function()
    local index = core.index(core.vocab())
    local function raises(message, source)
      source.text = "a b"
      local fine, problem = pcall(index.add, index, source)
      assert.is_false(fine)
      assert.matches(message, problem)
    end
    raises("tokens must be a list of first and last", { tokens = { 1 } })
    raises("a span needs first", { sentences = { 0, 1 } })
    raises("paragraphs must be a list of spans", { paragraphs = 1 })
    raises("annotations%.lemma must be a list of one string, or false, for each token",
      { tokens = { 1, 1, 3, 3 }, annotations = { lemma = { "a" } } })
    raises("lemma%[1%] must be a string", { tokens = { 1, 1 }, annotations = { lemma = { 7 } } })
    raises("lemma%[1%] holds a NUL", { tokens = { 1, 1 }, annotations = { lemma = { "a\0b" } } })
    raises("annotations has named lists only", { tokens = { 1, 1 }, annotations = { { "a" } } })
    raises("spans%[1%] must be a span with a name", { spans = { 1 } })
    raises("names of spans%[1%] must be a string", { spans = { { first = 1, last = 1 } } })
    raises("attributes of spans%[1%] must be a string", { spans = { { first = 1, last = 1, name = "x", attributes = {} } } })
    local number, message, code = index:add({ text = "a b", tokens = { 1, 9 } })
    assert.same({ nil, "tokens[0] is out of order or outside the text", "argument" }, { number, message, code })
    number, message = index:add({ text = "a b", tokens = { 1, 1 }, annotations = { Lemma = { "a" } } })
    assert.is_nil(number)
    assert.matches("has no name that a layer can have", message)
    number = assert(index:add({ text = "a b", tokens = { 1, 1, 3, 3 }, annotations = { lemma = { false, "c" } } }))
    assert.same({ {}, { lemma = "c" } }, { index:annotations(number, 1), index:annotations(number, 2) })
  end)
end)

describe("a file with several documents", function()
  it("is an entry whose documents have their own ids, and metadata.csv speaks for all", function()
    local path = folder .. "/several"
    assert(system.make_folder(path))
    assert(system.write(path .. "/a.vrt", vrt("<text id='x'>", "one", "</text>", "<text id='y'>", "two", "</text>")))
    assert(system.write(path .. "/b.txt", "three"))
    assert(system.write(path .. "/c.conllu", "no tabs\n"))
    assert(system.write(path .. "/metadata.csv", "file,country\na.vrt,SG\n"))
    local seen = {}
    for entry, document, message in assert(corpus.documents { path }) do
      seen[#seen + 1] = entry.id .. ": " .. (document and document.text .. (document.meta.country or "") or message:gsub("^.*/", ""))
      if document then assert.equal(entry.id, document.id) end
    end
    assert.same({ "a.vrt#x: oneSG", "a.vrt#y: twoSG", "b.txt: three",
      "c.conllu: c.conllu: line 1 is none of CoNLL-U (ID, FORM, LEMMA, UPOS … parted by tabs); mend it, or give the file the ending .vrt "
      .. "and name its columns (columns, --columns)" }, seen)
    local document, message, code = import.read(path .. "/a.vrt", "a.vrt")
    assert.is_nil(document)
    assert.equal("argument", code)
    assert.matches("a%.vrt: it holds 2 documents; read_all gives them", message)
    local entries = assert(corpus.scan { path })
    assert.is_nil((corpus.read(entries[1], corpus.metadata(entries))))
    assert.equal("three", corpus.read(entries[2], corpus.metadata(entries)).text)
  end)

  it("is read by the command, which takes --columns", function()
    local path = write("k.vrt", vrt("<text id='x'>", "one|CD", "</text>", "<text id='y'>", "two|CD|3", "</text>"))
    local function run(...)
      local ran = assert(system.run { argv = { "scripts/bin/entente", ... }, wall = 60 })
      return ran.code, ran.out, ran.err:gsub(folder .. "/", "")
    end
    local code, out, err = run("kwic", path, "-q", 'layer("tag", "c*")', "--columns", "word,tag")
    assert.same({ 0, "k.vrt#x\t\t\tone\t\nk.vrt#y\t\t\ttwo\t\n" }, { code, out })
    assert.equal("entente: k.vrt#y: line 5: more than 2 columns; name them all (columns, --columns), with - for one that is passed over\n", err)
    code, out, err = run("kwic", path, "-q", 'layer("tag", "c*")')
    assert.same({ 2, "" }, { code, out })
    assert.matches("there is no layer 'tag'; .*%-%-columns", err)
    code, _, err = run("kwic", path, "-q", "x", "--columns", "lemma")
    assert.equal(2, code)
    assert.matches("'lemma': one of the columns is named word", err)
  end)
end)

describe("CoNLL-U", function()
  it("gives tokens, lemmas and parts of speech; sentences are those of its lines", function()
    local documents = assert(import.read_all(DATA .. "en.conllu", "en.conllu"))
    assert.same({ "en.conllu#letter", "en.conllu#reply" }, { documents[1].id, documents[2].id })
    local letter = documents[1]
    assert.equal("Ships can't wait.\nThe (digital) divides remain.\n\nWe do too", letter.text)
    assert.equal("Ships|can't|wait|.|The|(|digital|)|divides|remain|.|We|do|too", parts(letter, letter.tokens))
    assert.same({ "ship", "can+not", "wait", ".", "the", "(", "digital", ")", "divide", "remain", ".", "we", "do", "too" },
      letter.annotations.lemma)
    assert.equal("AUX+PART", letter.annotations.pos[2])
    assert.equal("Ships can't wait.|The (digital) divides remain.|We do too", units(letter, "sentence"))
    assert.equal("Ships can't wait.\nThe (digital) divides remain.|We do too", units(letter, "paragraph"))
    assert.same({ title = "A letter", year = 2019 }, letter.meta)
    assert.equal("s[Ships can't wait.] sent_id=letter-1 s[The (digital) divides remain.] sent_id=letter-2 p[We do too] id=second "
      .. "s[We do too] sent_id=letter-3;translit=we do", spans(letter))
    assert.equal("Fine_ _", documents[2].text)
    assert.same({ false, "_" }, documents[2].annotations.lemma)
    assert.equal("can't", found('layer("pos", "aux*")', documents))
    assert.equal("", found('"digital divides"', documents)) -- a bracket parts them
    assert.equal("digital) divides", found('layer("lemma", "digital"), "digital) divides"', documents))
  end)

  it("is one document where it names none; Chinese without blanks", function()
    local document = assert(import.read(DATA .. "zh.conllu", "zh.conllu"))
    assert.equal("zh.conllu", document.id)
    assert.equal("数字鸿沟扩大。\n港口开放。", document.text)
    assert.equal("数字鸿沟扩大", found('"数字鸿沟扩大"', { document }))
  end)

  it("knows columns in another order, and a document that is named before each sentence", function()
    local documents = read("p.conllu", "# global.columns = FORM ID UPOS\n# newdoc id = a\nShips\t1\tNOUN\n\n# newdoc id = a\nsail\t1\tVERB\n")
    assert.equal(1, #documents)
    assert.equal("Ships\nsail", documents[1].text)
    assert.same({ pos = { "NOUN", "VERB" } }, documents[1].annotations)
  end)
end)

-- Gold data of Universal Dependencies, where it is: the tokens, and the sentences as "# text =" has them.
local UD = "../shared/data/ud.tar.xz"
local has_gold = system.kind(UD) == "file"

describe("Universal Dependencies", function()
  -- What a file says itself, by simple means: texts of sentences, forms of surface tokens.
  local function expected(path)
    local texts, forms, hidden = {}, {}, 0
    for line in assert(system.read(path)):gmatch("[^\n]+") do
      local id, form = line:match("^([%d%-]+)\t([^\t]*)\t")
      texts[#texts + 1] = line:match("^# text = (.*)")
      if id and id:find("-", 1, true) then
        forms[#forms + 1], hidden = form, tonumber(id:match("%d+$"))
      elseif id and tonumber(id) > hidden then
        forms[#forms + 1] = form
      end
      if line:find("^#") then hidden = 0 end
    end
    return texts, forms
  end

  local function check(path)
    local texts, forms = expected(path)
    local sentences, tokens = 0, 0
    for _, document in ipairs(assert(import.read_all(path, "ud"))) do
      local index, number = indexed(document)
      for _, part in ipairs(index:parts(number, "sentence")) do
        sentences = sentences + 1
        if document.text:sub(part.first, part.last) ~= texts[sentences] then
          assert.equal(texts[sentences], document.text:sub(part.first, part.last))
        end
      end
      for i = 1, #document.tokens, 2 do
        tokens = tokens + 1
        local form = document.text:sub(document.tokens[i], document.tokens[i + 1])
        if form ~= forms[tokens] then assert.equal(forms[tokens], form) end
      end
    end
    assert.same({ #texts, #forms }, { sentences, tokens })
    return sentences
  end

  it("has the tokens and texts of the samples", function()
    assert.equal(4, check(DATA .. "en.conllu"))
    assert.equal(2, check(DATA .. "zh.conllu"))
  end)

  if has_gold then
    it("has those of the gold data in Chinese, Thai, English and Indonesian", function()
      local path = folder .. "/ud"
      assert(system.make_folder(path))
      assert(system.run { argv = { "tar", "-xf", UD, "-C", path }, wall = 60 }.code == 0)
      local counts = {}
      for _, name in ipairs({ "Chinese-GSDSimp/zh_gsdsimp", "Chinese-PUD/zh_pud", "Thai-PUD/th_pud", "English-PUD/en_pud", "Indonesian-PUD/id_pud" }) do
        counts[#counts + 1] = check(("%s/ud/%s-ud-test.conllu"):format(path, name))
      end
      assert.same({ 500, 1000, 1000, 1000, 1000 }, counts)
    end)
  end
end)
