local core = require "entente.core"
local import = require "entente.import"
local system = require "entente.system"

local folder = system.run { argv = { "mktemp", "-d" } }.out:gsub("\n", "")

local function write(name, bytes)
  assert(system.write(folder .. "/" .. name, bytes))
  return folder .. "/" .. name
end

local function read(name, bytes, options)
  return import.read(write(name, bytes), name, options)
end

-- The paper is refused with this line (its folder left out) and code.
local function refused(message, code, name, bytes, options)
  local document, why, got = read(name, bytes, options)
  assert.is_nil(document)
  assert.equal(message, (why:gsub("^" .. folder:gsub("%p", "%%%0") .. "/", "")))
  assert.equal(code, got)
  assert.is_nil(why:find("\n", 1, true))
end

-- A docx of these XML paragraphs, and of properties if they are given.
local PACKAGE = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
  .. '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
  .. '<Override PartName="/word/document.xml" ContentType='
  .. '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
local RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
  .. ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
  .. "</Relationships>"

local function docx(name, body, properties)
  local at = folder .. "/" .. name .. ".d"
  for _, sub in ipairs { "", "/_rels", "/word", "/docProps" } do assert(system.make_folder(at .. sub)) end
  assert(system.write(at .. "/[Content_Types].xml", PACKAGE))
  assert(system.write(at .. "/_rels/.rels", RELATIONS))
  assert(system.write(at .. "/word/document.xml",
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>' .. body .. "</w:body></w:document>"))
  if properties then
    assert(system.write(at .. "/docProps/core.xml", '<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t">'
      .. properties .. "</cp:coreProperties>"))
  end
  local ran = assert(system.run { argv = { "sh", "-c", 'cd "$1" && rm -f "../$2" && zip -q -X -r "../$2" .', "sh", at, name }, wall = 60 })
  assert(ran.code == 0, ran.err)
  return folder .. "/" .. name
end

local function paragraph(text, style)
  return "<w:p>" .. (style and '<w:pPr><w:pStyle w:val="' .. style .. '"/></w:pPr>' or "") .. "<w:r><w:t>" .. text .. "</w:t></w:r></w:p>"
end

-- A PDF of pages that hold these content streams, written by hand.
local function pdf(...)
  local objects, kids = { "<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>" }, {}
  for _, content in ipairs { ... } do
    objects[#objects + 1] = ("<< /Length %d >>\nstream\n%s\nendstream"):format(#content, content)
    objects[#objects + 1] = ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents %d 0 R"
      .. " /Resources << /Font << /F 3 0 R >> >> >>"):format(#objects)
    kids[#kids + 1] = #objects .. " 0 R"
  end
  objects[2] = ("<< /Type /Pages /Kids [%s] /Count %d >>"):format(table.concat(kids, " "), #kids)
  local out, at, offsets = { "%PDF-1.4\n" }, 9, {}
  for i, object in ipairs(objects) do
    offsets[i] = ("%010d 00000 n \n"):format(at)
    out[#out + 1] = ("%d 0 obj\n%s\nendobj\n"):format(i, object)
    at = at + #out[#out]
  end
  out[#out + 1] = ("xref\n0 %d\n0000000000 65535 f \n%s"):format(#objects + 1, table.concat(offsets))
  out[#out + 1] = ("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"):format(#objects + 1, at)
  return table.concat(out)
end

local function shows(text)
  return "BT /F 12 Tf 50 500 Td (" .. text .. ") Tj ET"
end

teardown(function()
  system.run { argv = { "rm", "-rf", folder } }
end)

describe("txt and md", function()
  it("are the file, byte for byte", function()
    local text = "\239\187\191Title\r\n\r\nText ends\t here\f\n数字"
    local document = assert(read("a.txt", text))
    assert.equal(text, document.text)
    assert.same({ "a.txt", "txt", "plain", 0 }, { document.id, document.format, document.layout, document.replaced })
    assert.same({}, document.notes)
    assert.equal(folder .. "/a.txt", document.path)
    assert.equal("markdown", assert(read("a.MD", "# Title\n")).layout)
  end)

  it("bring metadata from front matter, else from the first page", function()
    local meta = assert(read("m.md", "---\ntitle: T\nauthor: A B\ndate: 2020\ncountry: Laos\n---\n\n# X\n\nKeywords: p; q\n")).meta
    assert.same({ title = "T", authors = { "A B" }, year = 2020, country = "Laos", keywords = { "p", "q" } }, meta)
    assert.same({ title = "A Title", authors = { "Ann Lee" }, year = 2019 },
      assert(read("m.txt", "A Title\n\nAnn Lee\n2019\n\nAbstract\n\nText.\n")).meta)
  end)

  it("give a note where the front matter is broken", function()
    local document = assert(read("broken.md", "---\ntitle: [x\n---\n\n# Head\n"))
    assert.truthy(document.notes[1]:find("^front matter: "))
    assert.equal("Head", document.meta.title)
  end)

  it("that are empty are documents with a note", function()
    for _, name in ipairs { "e.txt", "e.md", "e.html" } do
      local document = assert(read(name, ""))
      assert.equal("", document.text)
      assert.same({ "empty" }, document.notes)
    end
    assert.same({ "empty" }, assert(read("e.txt", " \n\n")).notes)
  end)

  it("with invalid UTF-8 are mended, counted and noted", function()
    local document = assert(read("bad.txt", "caf\233 and \224\128\128 more words of text\n"))
    assert.equal("caf\239\191\189 and \239\191\189\239\191\189\239\191\189 more words of text\n", document.text)
    assert.equal(4, document.replaced)
    assert.equal("4 invalid byte sequences replaced by U+FFFD, the first at byte 4; if the file is in another encoding, "
      .. "name it with --encoding", document.notes[1])
    refused("bad.txt: invalid UTF-8 at byte 4; convert it, or read it without --strict", "utf8", "bad.txt", "caf\233",
      { strict = true })
  end)

  it("that are binary, or something else by their content, are refused", function()
    refused("b.txt: it is binary, not text; take it out of the folder, or save it as text (UTF-8)", "argument", "b.txt", "ab\0cd")
    refused("b.txt: it is binary, not text; take it out of the folder, or save it as text (UTF-8)", "argument", "b.txt",
      ("ab\1\2"):rep(100))
    refused("p.txt: it is a PDF by its content; give it the ending that fits", "argument", "p.txt", pdf(shows "x"))
    refused("z.md: it is a docx, odt, epub or zip file by its content; give it the ending that fits", "argument", "z.md", "PK\3\4xx")
    assert.truthy(read("t.txt", "About %PDF-1.4 files\n"))
    assert.truthy(read("f.txt", "one\f" .. ("two\27[1m "):rep(20)))
  end)

  it("of one line of 50 MB are read in a moment", function()
    local started = os.clock()
    local document = assert(read("one.txt", ("word and more "):rep(3600000)))
    assert.equal(50400000, #document.text)
    assert.is_true(os.clock() - started < 4)
  end)
end)

describe("docx and its kin", function()
  it("give blocks, headings and metadata", function()
    local document = assert(import.read(docx("ok.docx", paragraph("Body words.") .. paragraph("2. Head", "Heading1")), "ok.docx"))
    assert.equal("blocks", document.layout)
    assert.truthy(document.text:find("\n\n2. Head", 1, true))
    assert.is_nil(document.pages)
    assert.is_nil(document.furniture)
  end)

  it("take title, author and year from the properties", function()
    local body = paragraph "A Title That Shows" .. paragraph "Text of the paper stands here."
    local document = assert(import.read(docx("p.docx", body,
      "<dc:title>A Title That Shows</dc:title><dc:creator>Ann Lee; Bo Kim</dc:creator>"
      .. "<cp:keywords>x, y</cp:keywords><dcterms:created>2018-02-03T00:00:00Z</dcterms:created>"), "p.docx"))
    assert.same({ title = "A Title That Shows", authors = { "Ann Lee", "Bo Kim" }, keywords = { "x", "y" }, year = 2018 }, document.meta)
    document = assert(import.read(docx("q.docx", body,
      "<dc:title>Microsoft Word - x.doc</dc:title><dc:creator>user</dc:creator>"), "q.docx"))
    assert.same({ title = "A Title That Shows" }, document.meta)
  end)

  it("are read from odt, epub, html and jats, too", function()
    for _, format in ipairs { "odt", "epub", "html", "jats" } do
      local path = folder .. "/same." .. format
      local ran = system.run { argv = { "pandoc", "-s", "-f", "markdown", "-t", format, "-o", path },
        input = "---\ntitle: The paper\n---\n\n# 1. One\n\nWords “here”.\n\n# 2. Two\n\nMore.\n", wall = 60 }
      assert.equal(0, ran.code, ran.err)
      local document = assert(import.read(path, "same"))
      assert.truthy(document.text:find("1. One\n\nWords “here”.\n\n2. Two\n\nMore.", 1, true), format)
      assert.equal("The paper", document.meta.title)
      local heads = {}
      for i, h in ipairs(document.headings) do heads[i] = document.text:sub(h.first, h.last) end
      assert.same({ "1. One", "2. Two" }, heads, format)
    end
  end)

  it("may have names that look like options or addresses", function()
    local path = docx("ok2.docx", paragraph "Hello there")
    for _, name in ipairs { "-x.docx", "+RTS.docx" } do
      local ran = system.run { argv = { "sh", "-c", 'cp "$1" "./$2"', "sh", path, name }, wall = 10 }
      assert.equal(0, ran.code)
      local document, why = import.read(name, name)
      system.run { argv = { "rm", "./" .. name } }
      assert.equal("Hello there", document and document.text, why)
    end
  end)

  it("that are broken are refused with what pandoc says", function()
    local whole = assert(system.read(docx("whole.docx", paragraph(("Some words. "):rep(200)))))
    local document, why, code = read("cut.docx", whole:sub(1, -200))
    assert.is_nil(document)
    assert.truthy(why:find("cut%.docx: pandoc cannot read it as docx %(.+%); open and save it again, or export it as PDF$"), why)
    assert.equal("io", code)
    refused("t.docx: it is no docx file (its beginning is wrong); open it and save it again", "io", "t.docx", "words")
    refused("d.docx: it is no docx file (it is an old Word file (.doc)); open it and save it again", "io", "d.docx", "\208\207\17\224xx")
    refused("e.docx: the file is empty; get it again", "io", "e.docx", "")
    refused("x.xml: it is no JATS article (no <article> in it); save the paper as html, docx or PDF", "argument", "x.xml", "<rss/>")
  end)

  it("are stopped at the limits, which the message names", function()
    local path = docx("bomb.docx", paragraph(("a b "):rep(3000000)))
    local function stopped(limits, message, code)
      local document, why, got = import.read(path, "bomb.docx", { limits = limits })
      assert.is_nil(document)
      assert.equal(message, why:match("bomb%.docx: (.*)"))
      assert.equal(code, got)
    end
    if not system.sanitized then
      stopped({ memory = 256 * 1048576 }, "pandoc needs more than 256 MiB; raise --limit-memory", "memory")
    end
    stopped({ cpu = 1 }, "stopped after 1 s of processor time; raise --limit-cpu", "time")
    stopped({ wall = 0.5 }, "stopped after 0.5 s; raise --limit-wall", "time")
    path = docx("long.docx", paragraph(("a b "):rep(20000)))
    local _, why, code = import.read(path, "l", { limits = { output = 10000 } })
    assert.truthy(why:find("pandoc wrote more than 0 MiB; raise --limit-output", 1, true))
    assert.equal("limit", code)
    _, why, code = import.read(path, "l", { limits = { input = 100 } })
    assert.truthy(why:find("larger than the limit of 100 bytes", 1, true))
    assert.equal("limit", code)
  end)

  it("nested however deep give an answer", function()
    local document, why = read("deep.html", ("<blockquote>"):rep(2000) .. "x")
    assert.truthy(document and document.text == "x" or why)
  end)

  it("in html may be in a declared encoding", function()
    local document = assert(read("g.html", '<html><head><meta charset="gb2312"></head><body><p>\202\253\215\214</p></body></html>'))
    assert.equal("数字", document.text)
    assert.same({ "converted from GB18030" }, document.notes)
    assert.same({ name = "GB18030", how = "declared" }, document.encoding)
  end)

  it("have a JATS article's year and keywords", function()
    local meta = assert(read("a.xml", "<article><front><article-meta><title-group><article-title>T</article-title></title-group>"
      .. "<pub-date><year>2019</year></pub-date><abstract><p>We study.</p></abstract><kwd-group><kwd>p</kwd><kwd>q</kwd></kwd-group>"
      .. "</article-meta></front><body><p>x</p></body></article>")).meta
    assert.same({ title = "T", year = 2019, keywords = { "p", "q" } }, meta)
  end)
end)

describe("pdf", function()
  it("gives text, pages and notes", function()
    local document = assert(read("two.pdf", pdf(shows "First page here", "", shows "Third page here")))
    assert.equal("First page here\nThird page here", document.text)
    assert.equal("plain", document.layout)
    assert.equal(3, #document.pages)
    assert.equal("Third page here", document.text:sub(document.pages[3].first, document.pages[3].last))
    assert.same({ "page 2 has no text" }, document.notes)
    assert.equal("First page here\nThird page here", assert(read("two.pdf", pdf(shows "First page here", "", shows "Third page here"),
      { order = "layout" })).text)
  end)

  it("without text is refused: it wants OCR", function()
    refused("scan.pdf: no text on any of its 3 pages (scanned?); run OCR first (ocrmypdf)", "io", "scan.pdf", pdf("", "", ""))
    refused("scan.pdf: no text on its 1 page (scanned?); run OCR first (ocrmypdf)", "io", "scan.pdf", pdf "")
  end)

  it("that is broken is refused", function()
    local _, why, code = read("cut.pdf", (pdf(shows "x"):sub(1, 120)))
    assert.truthy(why:find("cut%.pdf: pdftotext cannot read it %(Syntax Error.+%); open it and save or print it as PDF again$"), why)
    assert.equal("io", code)
    refused("t.pdf: it is no PDF (its beginning is wrong); open the original and save it as PDF again", "io", "t.pdf", "words")
    refused("e.pdf: the file is empty; get it again", "io", "e.pdf", "")
  end)

  it("that is damaged in places says so", function()
    local document = assert(read("torn.pdf", pdf(shows "Still here" .. " nonsense")))
    assert.equal("Still here", document.text)
    assert.truthy((document.notes[1] or ""):find("^the PDF is damaged %(Syntax Error"))
  end)
end)

describe("any paper", function()
  it("that is not there, a folder, or of an unknown kind is refused with the remedy", function()
    local _, why, code = import.read(folder .. "/none.txt", "none.txt")
    assert.truthy(why:find("none.txt: ", 1, true) and why:find("No such file", 1, true))
    assert.equal("io", code)
    _, why = import.read(folder, "x.txt")
    assert.truthy(why:find("is a folder", 1, true))
    refused("old.doc: no reader for this kind of file; save it as docx or PDF", "argument", "old.doc", "x")
    refused("x.zzz: no reader for this kind of file; save it as txt, md, html, docx, odt, epub or PDF", "argument", "x.zzz", "x")
    refused("a?b.doc: no reader for this kind of file; save it as docx or PDF", "argument", "a\nb.doc", "x")
  end)

  it("has valid UTF-8, spans inside its text, and all the fields", function()
    local list = assert(system.list "tests/data/papers")
    local seen = 0
    for _, name in ipairs(list) do
      if import.format(name) and not name:find("^README") then
        local document = assert(import.read("tests/data/papers/" .. name, name))
        seen = seen + 1
        assert.is_true(core.valid(document.text))
        assert.truthy(document.meta.title and document.meta.authors and document.meta.year and document.meta.keywords, name)
        assert.same({}, document.notes, name)
        for _, key in ipairs { "pages", "furniture", "headings" } do
          local before = 0
          for _, span in ipairs(document[key] or {}) do
            assert.is_true(span.first > before and span.last <= #document.text, name .. " " .. key)
            before = span.last
          end
        end
      end
    end
    assert.is_true(seen >= 12)
  end)

  it("raises for unknown options", function()
    assert.has_error(function() import.read("x.txt", "x", { limit = 1 }) end, 'options: unknown key "limit"')
    assert.has_error(function() import.read("x.txt", "x", { limits = { time = 1 } }) end, 'options.limits: unknown key "time"')
    assert.has_error(function() import.read("x.txt", "x", { order = "up" }) end, "options.order: raw or layout")
    assert.has_error(function() import.read("", "x") end, "path: a string")
    assert.has_error(function() import.read("x.txt") end, "id: a string")
  end)

  it("without its converter says what to install", function()
    local script = [[
      local import = require "entente.import"
      for _, path in ipairs(arg) do local _, message = import.read(path, "x"); print(message) end]]
    local one, two = docx("n.docx", paragraph "x"), write("n.pdf", pdf(shows "x"))
    local lua = system.run { argv = { "sh", "-c", "command -v lua5.4" } }.out:gsub("\n", "")
    local file = write("script.lua", script)
    local ran = assert(system.run { argv = { "env", "PATH=" .. folder, lua, file, one, two }, wall = 20 })
    assert.truthy(ran.out:find("n.docx: cannot run pandoc: No such file or directory", 1, true), ran.out .. ran.err)
    assert.truthy(ran.out:find("it comes with apt-get install poppler-utils", 1, true))
  end)

  it("without unzip says that the properties are not read", function()
    assert(os.execute(("mkdir %s/bin && ln -s $(command -v pandoc) %s/bin/"):format(folder, folder)))
    local script = [[
      local document = require "entente.import".read(arg[1], "x")
      print(document.text, table.concat(document.notes, "|"))]]
    local lua = system.run { argv = { "sh", "-c", "command -v lua5.4" } }.out:gsub("\n", "")
    local ran = assert(system.run { argv = { "env", "PATH=" .. folder .. "/bin", lua, write("notes.lua", script),
      docx("z.docx", paragraph "x", "<dc:title>x</dc:title>") }, wall = 20 })
    assert.equal("x\tits properties (title, author, year) are not read; apt-get install unzip\n", ran.out, ran.err)
  end)
end)
