local metadata = require "entente.metadata"

local function read(text)
  return metadata.read(text, "metadata.csv")
end

-- A table refused with this message.
local function refused(text, message)
  local table_, why = read(text)
  assert.is_nil(table_)
  assert.equal(message, why)
end

describe("metadata.csv", function()
  it("gives rows by the file's path or bare name", function()
    local t = assert(read 'file,title,authors,year,lang,country,keywords\na.pdf,"A, ""B""",X Y; Z W,2019,zh-Hans,China,p; q r\n')
    local meta = { title = 'A, "B"', authors = { "X Y", "Z W" }, year = 2019, lang = "zh", country = "China",
                   keywords = { "p", "q r" } }
    assert.same(meta, metadata.find(t, "a.pdf"))
    assert.same(meta, metadata.find(t, "sub/a.pdf"))
    assert.is_nil(metadata.find(t, "b.pdf"))
    local by_path = assert(read "id,year\nsub/a.pdf,2001\n./b.pdf,2002\nsub\\c.pdf,2003\n")
    assert.equal(2001, metadata.find(by_path, "sub/a.pdf").year)
    assert.is_nil(metadata.find(by_path, "a.pdf"))
    assert.equal(2002, metadata.find(by_path, "b.pdf").year)
    assert.equal(2003, metadata.find(by_path, "sub/c.pdf").year)
  end)

  it("may have a BOM, CRLF, CR, blank lines, line ends in quotes, and no end of its last line", function()
    local t = assert(read '\239\187\191File,Title\r\n"a.txt","two\r\nlines"\r\n\r\nb.txt,plain')
    assert.equal("two\r\nlines", metadata.find(t, "a.txt").title)
    assert.equal("plain", metadata.find(t, "b.txt").title)
    assert.equal("x", metadata.find(assert(read "file,title\ra,x\r"), "a").title)
  end)

  it("may be parted by semicolons or tabs", function()
    assert.equal("x, y", metadata.find(assert(read "file;title\na;x, y\n"), "a").title)
    assert.equal("x", metadata.find(assert(read "file\ttitle\na\tx\n"), "a").title)
  end)

  it("knows the usual names of columns, in capitals too", function()
    assert.same({ authors = { "A B" }, lang = "th", keywords = { "k" }, year = 2001, home_country = "Laos" },
      metadata.find(assert(read "FileName,Author,Language,Keyword,Date,Home country\na,A B,Thai,k,2001-02-03,Laos\n"), "a"))
    assert.equal(2001, metadata.find(assert(read "path,year\na,2001\n"), "a").year)
  end)

  it("leaves empty fields to the paper", function()
    assert.same({ country = "Laos" }, metadata.find(assert(read "file,title,year,country\na,,,Laos\n"), "a"))
  end)

  it("is refused where it is malformed, with its line", function()
    refused("file,title\na,x\nb,y,z\n", "metadata.csv:3: 3 fields, but 2 columns")
    refused('file,title\n"a\nb",x\nc\n', "metadata.csv:4: 1 fields, but 2 columns")
    refused('file,title\na,x\nb,"open\nc,y\n', "metadata.csv:3: a quotation mark is never closed")
    refused('file,title\na,"x" y\n', "metadata.csv:2: text behind a closing quotation mark")
    refused('file,title\na,x "y"\n', 'metadata.csv:2: a quotation mark inside a field: quote the field and write ""')
    refused("file,year,year\n", "metadata.csv:1: two columns are named year")
    refused("file,,year\n", "metadata.csv:1: column 2 has no name")
    refused("paper,year\n", "metadata.csv:1: no column is named file or id")
    refused("file,year\na,2001\nb,2002\na,2003\n", "metadata.csv:4: a has a row already, in line 2")
    refused("file,year\n,2001\n", "metadata.csv:2: the file is not named")
    refused("", "metadata.csv:1: it is empty; its first line names the columns")
    refused("file,title\na,x\nb,caf\233\n", "metadata.csv:3: this is not UTF-8; save the file as CSV UTF-8")
  end)

  it("notes years and languages that are none, and rows that no paper uses", function()
    local t = assert(read "file,year,lang\na,n.d.,Klingon\nb,2001,en\nc,2002,en\n")
    assert.same({ 'metadata.csv:2: no year in "n.d."', 'metadata.csv:2: "Klingon" is no language code' }, t.notes)
    metadata.find(t, "b")
    assert.same({ "metadata.csv:2: there is no paper a", "metadata.csv:4: there is no paper c" }, metadata.unused(t))
  end)

  it("is read in time proportional to its size", function()
    local started = os.clock()
    assert(read("file,title\n" .. (" "):rep(1000000) .. "a" .. (" "):rep(1000000) .. ",x\n"))
    assert.is_true(os.clock() - started < 2)
  end)
end)

describe("values", function()
  it("of years are integers, the Buddhist era converted", function()
    assert.equal(2021, metadata.year "3 May 2021")
    assert.equal(2021, metadata.year(2021))
    assert.equal(2024, metadata.year "พ.ศ. 2567")
    assert.is_nil(metadata.year "123456")
    assert.is_nil(metadata.year "in 4512")
  end)

  it("of languages are codes", function()
    assert.equal("zh", metadata.language "zh-Hant")
    assert.equal("en", metadata.language " EN ")
    assert.equal("id", metadata.language "Indonesian")
    assert.is_nil(metadata.language "none of them")
  end)

  it("that are lists in front matter count by their first", function()
    local raw = metadata.front_matter("---\nlang: [en, zh]\nyear: [2001, 2002]\ntitle: T\n---\n")
    assert.same({ title = "T", lang = "en", year = 2001 }, metadata.tidy(raw))
    local notes = {}
    assert.same({}, metadata.tidy({ year = { "soon" }, lang = { "none of them" } }, notes))
    assert.same({ 'no year in "soon"', '"none of them" is no language code' }, notes)
  end)

  it("of names are parted where it is plain that there are several", function()
    assert.same({ "Wei Lanqing", "Zhou Muyang" }, metadata.names "Wei Lanqing, Zhou Muyang")
    assert.same({ "Smith, John", "Doe, Ann" }, metadata.names "Smith, John; Doe, Ann")
    assert.same({ "Smith, John" }, metadata.names "Smith, John")
    assert.same({ "沈若谷", "葉承旭" }, metadata.names "沈若谷, 葉承旭")
    assert.same({ "Ann Lee", "Bo Kim" }, metadata.names "Ann Lee and Bo Kim")
  end)

  it("of one name are told from other lines", function()
    for _, name in ipairs { "Ann Lee", "Nguyễn Văn An", "J. van der Berg", "Siti binti Ali", "欧阳景行", "ปวริศ ธารารัตน์", "A. B. Lee*",
      "Lee Ann2" } do
      assert.is_true(metadata.is_name(name), name)
    end
    for _, line in ipairs { "Lee", "the gap widens", "数字鸿沟与合作", "数", "南岭大学", "Institute of Gaps",
      "Gap: Rise", "A B C D E F G", "Room 12b" } do
      assert.is_false(metadata.is_name(line), line)
    end
  end)

  it("of keywords are parted by what parts them", function()
    local function words(value) return metadata.tidy({ keywords = value }).keywords end
    assert.same({ "a, b", "c" }, words "a, b; c")
    assert.same({ "a", "b c" }, words "a, b c.")
    assert.same({ "数字", "鸿沟" }, words "数字 鸿沟")
    assert.same({ "数字", "鸿沟" }, words "数字；鸿沟。")
    assert.same({ "a", "b" }, words { "a; b" })
    assert.same({ "a; b", "c" }, words { "a; b", "c" })
    assert.is_nil(words " ; ")
  end)

  it("in a file's properties can be junk", function()
    for _, junk in ipairs { "", "Microsoft Word - draft.doc", "untitled", "paper_final.docx", "10.1080/123" } do
      assert.is_true(metadata.is_junk(junk), junk)
    end
    assert.is_false(metadata.is_junk "The Price of the Cable")
    assert.is_false(metadata.is_junk "数字")
  end)
end)

describe("YAML front matter", function()
  local function tidy(text)
    local notes = {}
    local raw, note = metadata.front_matter(text)
    return raw and metadata.tidy(raw, notes), note, notes
  end

  it("gives strings and lists of strings, as they are written", function()
    local meta = tidy '---\ntitle: "A: B"\n\
author: [{name: X Y}, Z W]\ndate: 2021-02-03\nlang: vi\nkeywords:\n- p\n- q\ncountry: NO\nnumber: 1:30\nabstract: |\n  Long.\n---\ntext'
    assert.same({ title = "A: B", authors = { "X Y", "Z W" }, year = 2021, lang = "vi", keywords = { "p", "q" },
                  country = "NO", number = "1:30" }, meta)
  end)

  it("may have a BOM and CRLF, and end with dots or with the file", function()
    assert.equal("x", tidy("\239\187\191---\r\ntitle: x\r\n...\r\ntext").title)
    assert.equal("x", tidy("---\ntitle: x\n---").title)
  end)

  it("is none where it is never closed or does not begin the file", function()
    assert.is_nil((metadata.front_matter "---\ntitle: x\n"))
    assert.is_nil((metadata.front_matter "text\n---\ntitle: x\n---\n"))
  end)

  it("gives a note, not a failure, where it is broken", function()
    local raw, note = metadata.front_matter "---\ntitle: [a\n---\ntext"
    assert.same({}, raw)
    assert.truthy(note:find("^front matter: did not find"))
    raw, note = metadata.front_matter "---\njust words\n---\ntext"
    assert.same({}, raw)
    assert.equal("front matter: no keys in it", note)
  end)

  it("holds nothing but data, however it is written", function()
    local bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\n"
    for i = 1, 20 do
      local name, before = string.char(97 + i), string.char(96 + i)
      bomb = bomb .. ("%s: &%s [%s]\n"):format(name, name, ("*" .. before .. ","):rep(9))
    end
    local started = os.clock()
    local meta = tidy(bomb .. "title: ok\n---\n")
    assert.equal("ok", meta.title)
    assert.is_true(os.clock() - started < 2)
    assert.same({}, (metadata.front_matter("---\na: " .. ("["):rep(5000) .. "\n---\n")))
    assert.equal("1", metadata.front_matter("---\ntitle: !!int 1\n---\n").title or "1")
  end)
end)
