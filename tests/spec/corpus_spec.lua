local corpus = require "entente.corpus"
local system = require "entente.system"

local top = system.run { argv = { "mktemp", "-d" } }.out:gsub("\n", "")
local count = 0

local function sh(script, ...)
  local ran = assert(system.run { argv = { "sh", "-ec", script, "sh", ... }, wall = 20 })
  assert(ran.code == 0, ran.err)
end

-- A new folder with these files (name = bytes).
local function folder(files)
  count = count + 1
  local path = ("%s/%d"):format(top, count)
  assert(system.make_folder(path))
  for name, bytes in pairs(files) do
    sh('mkdir -p "$(dirname "$1")"', path .. "/" .. name)
    assert(system.write(path .. "/" .. name, bytes))
  end
  return path
end

local function ids(entries)
  local out = {}
  for i, entry in ipairs(entries) do out[i] = entry.id end
  return out
end

local function refused(message, code, ...)
  local entries, why, got = corpus.scan { ... }
  assert.is_nil(entries)
  assert.equal(message, (why:gsub(top:gsub("%p", "%%%0") .. "/", "")))
  assert.equal(code, got)
end

teardown(function() sh('chmod -R u+rwx "$1"; rm -rf "$1"', top) end)

describe("a scan", function()
  it("gives the papers below a folder, by path, sorted bytewise", function()
    local path = folder { ["b.txt"] = "x", ["a/z.md"] = "x", ["a.txt"] = "x", ["B.pdf"] = "x", ["a/b/c.docx"] = "x", ["é.txt"] = "x" }
    local entries = assert(corpus.scan { path })
    assert.same({ "B.pdf", "a.txt", "a/b/c.docx", "a/z.md", "b.txt", "é.txt" }, ids(entries))
    assert.equal(path .. "/a/z.md", entries[4].path)
    assert.same({}, entries.skipped)
    assert.same(ids(entries), ids(assert(corpus.scan { path .. "//" })))
  end)

  it("gives a file by its name", function()
    local path = folder { ["deep/x.txt"] = "x", ["y.zzz"] = "x" }
    assert.same({ "x.txt", "y.zzz" }, ids(assert(corpus.scan { path .. "/deep/x.txt", path .. "/y.zzz" })))
    assert.same({ "x.txt" }, ids(assert(corpus.scan { path .. "/deep/x.txt", path .. "/deep//x.txt" })))
  end)

  it("passes over hidden files, README, metadata.csv and corpora; names what is no paper", function()
    local path = folder { ["a.txt"] = "x", [".hidden.txt"] = "x", ["README.md"] = "x", ["readme.txt"] = "x",
      ["metadata.csv"] = "file\na.txt\n",
      ["c.entente/x.txt"] = "x", [".git/x.txt"] = "x", ["~$a.docx"] = "x", ["codebooks/x.lua"] = "x", ["old.doc"] = "x" }
    local entries = assert(corpus.scan { path })
    assert.same({ "a.txt", "old.doc" }, ids(entries))
    assert.same({ { path = path .. "/codebooks/x.lua", reason = "not a kind of paper" } }, entries.skipped)
  end)

  it("refuses what is not there, and a folder without papers", function()
    refused("none: there is no such file or folder; check its name", "io", top .. "/none")
    local empty, others = folder {}, folder { ["x.png"] = "x" }
    refused(empty:match("%d+$") .. ": no papers in it; papers are txt, md, html, docx, odt, epub, jats, pdf, vrt and conllu files", "argument", empty)
    refused(others:match("%d+$") .. ": no papers in it (1 of another kind); papers are txt, md, html, docx, odt, epub, jats, pdf, vrt and conllu files",
      "argument", others)
    local full = folder { ["a.txt"] = "x" }
    refused(empty:match("%d+$") .. ": no papers in it; papers are txt, md, html, docx, odt, epub, jats, pdf, vrt and conllu files", "argument",
      full, empty)
    refused("no papers: name files or folders", "argument")
    sh('mkfifo "$1"', full .. "/pipe.txt")
    refused(full:match("%d+$") .. "/pipe.txt: is neither a file nor a folder", "argument", full .. "/pipe.txt")
    local pipe = assert(corpus.scan { full })[2]
    assert.same({ id = "pipe.txt", path = full .. "/pipe.txt", problem = full .. "/pipe.txt: is neither a file nor a folder; take it away" }, pipe)
  end)

  it("refuses two papers with one id, naming both", function()
    local one, two = folder { ["a.txt"] = "x" }, folder { ["a.txt"] = "y" }
    local n, m = one:match("%d+$"), two:match("%d+$")
    refused(("two papers have the id a.txt: %s/a.txt and %s/a.txt; rename one, or give a folder that holds both"):format(n, m),
      "argument", one, two)
    refused(("two papers have the id a.txt: %s/a.txt and %s/a.txt; rename one, or give a folder that holds both"):format(n, m),
      "argument", one, two .. "/a.txt")
  end)

  it("does not loop where folders link to themselves, and follows other links", function()
    local path, other = folder { ["a.txt"] = "x", ["sub/b.txt"] = "x" }, folder { ["c.txt"] = "x" }
    sh('ln -s . "$1/self"; ln -s .. "$1/sub/up"; ln -s "$2" "$1/other"; ln -s nowhere "$1/dangling.txt"', path, other)
    local entries = assert(corpus.scan { path })
    assert.same({ "a.txt", "dangling.txt", "other/c.txt", "sub/b.txt" }, ids(entries))
    assert.same({ { path = path .. "/self", reason = "leads back to a folder above it" },
                  { path = path .. "/sub/up", reason = "leads back to a folder above it" } }, entries.skipped)
    local nested = folder { ["p/p/p/x.txt"] = "x" } -- the same names again are no loop
    assert.same({ "p/p/p/x.txt" }, ids(assert(corpus.scan { nested })))
  end)

  it("gives ids of valid UTF-8, whatever the names", function()
    local path = folder {}
    assert(system.write(path .. "/caf\233.txt", "x"))
    assert.same({ "caf\239\191\189.txt" }, ids(assert(corpus.scan { path })))
  end)

  it("raises for what is no list of paths", function()
    assert.has_error(function() corpus.scan "papers" end, "paths: a list of files and folders")
    assert.has_error(function() corpus.scan { "" } end, "paths[1]: a path")
  end)
end)

describe("metadata.csv", function()
  it("wins over the paper, the nearest first", function()
    local path = folder {
      ["a.md"] = "---\ntitle: Own\ncountry: Laos\n---\n\nx", ["sub/b.txt"] = "B Title\n\nx",
      ["metadata.csv"] = "file,title,country,year\na.md,,China,2001\nsub/b.txt,Above,Above,2002\n",
      ["sub/metadata.csv"] = "file,title\nb.txt,Near\n",
    }
    local entries = assert(corpus.scan { path })
    local tables = corpus.metadata(entries)
    local a, b = assert(corpus.read(entries[1], tables)), assert(corpus.read(entries[2], tables))
    assert.same({ title = "Own", country = "China", year = 2001 }, a.meta)
    assert.same({ title = "Near", country = "Above", year = 2002 }, b.meta)
    assert.same({}, tables.notes)
    local alone = assert(corpus.scan { path .. "/sub/b.txt" })
    assert.equal("Near", corpus.read(alone[1], corpus.metadata(alone)).meta.title)
  end)

  it("is found beside the papers of the folder that one stands in", function()
    local path = folder { ["x/a.txt"] = "A\n", ["metadata.csv"] = "id,country\nx/a.txt,Laos\n" }
    local script = [[local c = require "entente.corpus"
      for _, p in ipairs { ".", "./" , "x/.." } do
        local e = c.scan { p }
        if e then io.write(c.read(e[1], c.metadata(e)).meta.country or "-", " ", #c.metadata(e).notes, ";") end
      end]]
    assert(system.write(path .. "/../script.lua", script))
    local environment = {}
    for _, name in ipairs { "LUA_PATH", "LUA_CPATH" } do
      local here = system.run { argv = { "pwd" } }.out:gsub("\n", "")
      local value = (os.getenv(name) or ""):gsub("([^;]+)", function(p)
        return p:find("^%?") and p or p:sub(1, 1) == "/" and p or here .. "/" .. p
      end)
      environment[#environment + 1] = name .. "=" .. value
    end
    local ran = assert(system.run { argv = { "sh", "-c", 'cd "$1" && env "$2" "$3" lua5.4 ../script.lua', "sh", path, environment[1],
      environment[2] }, wall = 20 })
    assert.equal("Laos 0;Laos 0;Laos 0;", ran.out, ran.err)
  end)

  it("that is malformed stops the run before it begins, with file and line", function()
    local path = folder { ["a.txt"] = "x", ["metadata.csv"] = "file,year\na.txt\n" }
    refused(path:match("%d+$") .. "/metadata.csv:2: 1 fields, but 2 columns", "argument", path)
  end)

  it("notes names that no paper has, and values that cannot be read", function()
    local path = folder { ["a.txt"] = "x", ["metadata.csv"] = "file,year\na.txt,soon\nb.txt,2001\n" }
    local notes = corpus.metadata(assert(corpus.scan { path })).notes
    assert.same({ path .. '/metadata.csv:2: no year in "soon"', path .. "/metadata.csv:3: there is no paper b.txt" }, notes)
  end)
end)

describe("documents", function()
  it("come one after the other; one that cannot be read is named, and the rest goes on", function()
    local path = folder { ["a.txt"] = "One", ["b.docx"] = "broken", ["c.pdf"] = "", ["d.doc"] = "old", ["e.md"] = "Five" }
    local seen = {}
    local iterator, entries = corpus.documents { path }
    for entry, document, message, code in iterator do
      seen[#seen + 1] = entry.id .. " " .. (document and document.text or message:match("[^/]*$") .. " " .. code)
    end
    assert.same({ "a.txt One", "b.docx b.docx: it is no docx file (its beginning is wrong); open it and save it again io",
      "c.pdf c.pdf: the file is empty; get it again io",
      "d.doc d.doc: no reader for this kind of file; save it as docx or PDF argument", "e.md Five" }, seen)
    assert.equal(5, #entries)
  end)

  it("come with the options of import", function()
    local path = folder { ["a.txt"] = "caf\233" }
    for _, document, _, code in corpus.documents({ path }, { strict = true }) do
      assert.is_nil(document)
      assert.equal("utf8", code)
    end
  end)

  it("that may not be read, and folders that may not be listed, are named", function()
    local path = folder { ["a.txt"] = "One", ["b.txt"] = "Two", ["sub/c.txt"] = "Three" }
    sh('chmod 755 "$3"; chmod 000 "$1/b.txt" "$1/sub"; chmod 755 "$1"', path, "", top)
    local script = [[local corpus = require "entente.corpus"
      for entry, document, message in corpus.documents { arg[1] } do print(entry.id, document and document.text or message) end]]
    assert(system.write(top .. "/read.lua", script))
    sh('chmod 644 "$1"', top .. "/read.lua")
    local as_nobody = system.run { argv = { "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "lua5.4",
      top .. "/read.lua", path }, wall = 20 }
    if not as_nobody or as_nobody.code ~= 0 then return pending("no way to be another user here") end
    assert.truthy(as_nobody.out:find("a.txt\tOne", 1, true), as_nobody.err)
    assert.truthy(as_nobody.out:find("b.txt: cannot open it: Permission denied", 1, true))
    assert.truthy(as_nobody.out:find("sub: cannot open the folder: Permission denied", 1, true))
  end)

  it("are none where there is nothing to read", function()
    local iterator, why, code = corpus.documents { top .. "/none" }
    assert.is_nil(iterator)
    assert.truthy(why:find("there is no such file or folder", 1, true))
    assert.equal("io", code)
  end)
end)
