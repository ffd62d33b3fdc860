-- entente index and the verbs on corpora, run as processes; papers of every format in a corpus.
local system = require "entente.system"

local ENTENTE = "scripts/bin/entente"
local PAPERS = "tests/data/papers"
local folder, made = nil, 0

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function sh(command)
  local ran = assert(system.run { argv = { "sh", "-c", command }, wall = 120 })
  return ran.code, ran.out, ran.err, ran["end"]
end

--- Status, standard output, standard error.
local function entente(...)
  local words = { ENTENTE }
  for _, word in ipairs { ... } do words[#words + 1] = quoted(word) end
  return sh(table.concat(words, " "))
end

local function write(path, text) assert(system.write(path, text)) end
local function read(path) return assert(system.read(path)) end

--- A folder of papers, a corpus's path beside it, and the path of its cache.
local function place(files)
  made = made + 1
  local top = ("%s/%d"):format(folder, made)
  sh("mkdir -p " .. top .. "/papers/deep")
  for name, text in pairs(files) do write(top .. "/papers/" .. name, text) end
  return top .. "/papers", top .. "/c.entente", top .. "/.c.entente.cache"
end

--- Sets the time of files back, so that it is past for sure.
local function settle(papers) sh("find " .. papers .. " -type f -exec touch -d '2020-01-02 03:04:05.678' {} +") end

local function index(corpus, papers, ...)
  local status, out, err = entente("index", corpus, papers, ...)
  return out:match("papers: (.-); ") or err, status, out, err
end

setup(function() folder = select(2, sh "mktemp -d"):gsub("\n", "") end)
teardown(function() sh("rm -rf " .. folder) end)

describe("entente index", function()
  it("says what it did and what there is", function()
    local papers, corpus = place { ["a.txt"] = "one two", ["b.md"] = "three", ["deep/c.txt"] = "four" }
    local status, out, err = entente("index", corpus, papers)
    assert.are.equal(0, status, err)
    assert.are.equal(("3 papers: 3 added, 0 replaced, 0 unchanged, 0 not read; 3 documents, 4 tokens in %s\n"):format(corpus), out)
    assert.are.equal("", err)
    write(papers .. "/a.txt", "one two five")
    write(papers .. "/d.txt", "six")
    assert.are.equal("1 added, 1 replaced, 2 unchanged, 0 not read", (index(corpus, papers)))
  end)

  it("names papers that cannot be read, keeps what was there of them, and ends with 1", function()
    local papers, corpus = place { ["a.txt"] = "one", ["b.html"] = "<p>two</p>" }
    index(corpus, papers)
    write(papers .. "/b.html", "%PDF-1.7 no page")
    os.remove(papers .. "/a.txt")
    write(papers .. "/a.docx", "no zip")
    local said, status, _, err = index(corpus, papers, "--prune")
    assert.are.equal(1, status)
    assert.are.equal("0 added, 0 replaced, 0 unchanged, 2 not read, 1 removed", said)
    assert.is_truthy(err:find("a.docx", 1, true), err)
    local _, out = entente("documents", corpus)
    assert.is_truthy(out:find("\nb.html\t", 1, true), out)
  end)

  it("removes what is not among the papers only with --prune", function()
    local papers, corpus = place { ["a.txt"] = "one", ["b.txt"] = "two" }
    index(corpus, papers)
    os.remove(papers .. "/b.txt")
    assert.are.equal("0 added, 0 replaced, 1 unchanged, 0 not read", (index(corpus, papers)))
    assert.is_truthy(select(2, entente("documents", corpus)):find("b.txt", 1, true))
    assert.are.equal("0 added, 0 replaced, 1 unchanged, 0 not read, 1 removed", (index(corpus, papers, "--prune")))
    assert.is_nil(select(2, entente("documents", corpus)):find("b.txt", 1, true))
  end)

  it("makes the same bytes with any threads and memory when it merges", function()
    local _, corpus = place {}
    local other = corpus:gsub("c%.entente$", "d.entente")
    assert.are.equal(0, (select(2, index(corpus, PAPERS, "--merge"))))
    assert.are.equal(0, (select(2, index(other, PAPERS .. "/en-trust.html"))))
    assert.are.equal(0, (select(2, index(other, PAPERS, "--merge", "--threads", "2", "--memory", "16M"))))
    local segments = {}
    for _, path in ipairs { corpus, other } do
      for _, name in ipairs(system.list(path)) do
        if name:find("^segment%-") then segments[#segments + 1] = read(path .. "/" .. name) end
      end
    end
    assert.are.equal(2, #segments)
    assert.is_true(segments[1] == segments[2])
  end)

  it("shows papers, rate and time left on a terminal, and nothing in a pipe", function()
    local papers, corpus = place { ["a.txt"] = "one", ["b.html"] = "<p>two</p>", ["c.html"] = "<p>three</p>", ["d.html"] = "<p>4</p>" }
    local bin = folder .. "/slow"
    sh("mkdir -p " .. bin)
    write(bin .. "/pandoc", "#!/bin/sh\nsleep 0.7\nexec " .. select(2, sh "command -v pandoc"):gsub("\n", "") .. ' "$@"\n')
    sh("chmod +x " .. bin .. "/pandoc")
    local command = ("PATH=%s:$PATH %s index %s %s"):format(bin, ENTENTE, corpus, papers)
    local status, out = sh(("script -qec %s /dev/null </dev/null"):format(quoted(command)))
    assert.are.equal(0, status, out)
    assert.is_truthy(out:find("\r3 of 4 papers, %d+%.%d papers/s, %d+%.%d+ MB/s, 0:0%d left"), out)
    assert.is_truthy(out:find("4 papers: 4 added", 1, true))
    assert.are.equal("", (select(3, sh(command))))
  end)

  it("refuses wrong usage", function()
    local papers, corpus = place { ["a.txt"] = "one" }
    for _, wrong in ipairs { { "--memory", "lots" }, { "--threads", "0" }, { "--threads", "65" }, { "--no-repair", "spelling" },
      { "--commit-every", "0" } } do
      assert.are.equal(2, (entente("index", corpus, papers, wrong[1], wrong[2])), wrong[1])
    end
    assert.are.equal(2, (entente("index", corpus, papers .. "/none")))
    assert.is_nil(system.kind(corpus))
  end)

  it("writes to no folder that is no corpus", function()
    local papers = place { ["a.txt"] = "one" }
    local status, _, err = entente("index", papers, PAPERS .. "/en-mekong.txt")
    assert.are.equal(1, status)
    assert.is_truthy(err:find(papers, 1, true), err)
    assert.are.equal("one", read(papers .. "/a.txt"))
  end)

  it("says who writes", function()
    local papers, corpus = place { ["a.txt"] = "one" }
    index(corpus, papers)
    local writer = assert(require "entente.store".writer(corpus))
    local said, status = index(corpus, papers)
    writer:close()
    assert.are.equal(1, status)
    assert.is_truthy(said:find("lock", 1, true), said)
    assert.are.equal(0, (select(2, index(corpus, papers))))
  end)
end)

describe("the cache of entente index", function()
  --- What a second run reads is what it cannot know: so the files are made unreadable by taking their bytes away.
  local function hide(path)
    local state = system.stat(path)
    sh(("head -c %d /dev/zero | tr '\\0' '\\377' >%s; touch -d '2020-01-02 03:04:05.678' %s"):format(state.size, path, path))
  end

  it("keeps files from being read that are as they were", function()
    local papers, corpus = place { ["a.txt"] = "one", ["deep/b.txt"] = "two" }
    settle(papers)
    index(corpus, papers)
    hide(papers .. "/a.txt") -- same size, same time, same node
    assert.are.equal("0 added, 0 replaced, 2 unchanged, 0 not read", (index(corpus, papers)))
    sh("touch " .. papers .. "/a.txt")
    assert.are.equal("0 added, 1 replaced, 1 unchanged, 0 not read", (index(corpus, papers)))
  end)

  it("trusts no time that was not past", function()
    local papers, corpus = place { ["a.txt"] = "one" }
    index(corpus, papers)
    write(papers .. "/b.txt", "two")
    sh(("touch -r %s/a.txt %s/b.txt; cat %s/b.txt >%s/a.txt; touch -r %s/b.txt %s/a.txt"):format(papers, papers, papers, papers,
      papers, papers))
    os.remove(papers .. "/b.txt")
    assert.are.equal("0 added, 1 replaced, 0 unchanged, 0 not read", (index(corpus, papers)))
  end)

  it("asks the bytes where only the time changed", function()
    local papers, corpus, cache = place { ["a.txt"] = "one" }
    settle(papers)
    index(corpus, papers)
    local before = read(cache)
    sh("touch -d '2021-01-01' " .. papers .. "/a.txt")
    assert.are.equal("0 added, 0 replaced, 1 unchanged, 0 not read", (index(corpus, papers)))
    assert.is_true(before ~= read(cache))
  end)

  it("reads again for other options, and where metadata.csv says something else", function()
    local papers, corpus = place { ["a.txt"] = "one", ["b.txt"] = "two", ["metadata.csv"] = "file,year\na.txt,2019\nb.txt,2020\n" }
    settle(papers)
    index(corpus, papers)
    write(papers .. "/metadata.csv", "file,year\na.txt,2021\nb.txt,2020\n")
    assert.are.equal("0 added, 1 replaced, 1 unchanged, 0 not read", (index(corpus, papers)))
    assert.are.equal("0 added, 2 replaced, 0 unchanged, 0 not read", (index(corpus, papers, "--no-repair", "hyphens")))
  end)

  it("counts only while the corpus holds the very documents", function()
    local papers, corpus, cache = place { ["a.txt"] = "one", ["b.txt"] = "two" }
    settle(papers)
    index(corpus, papers)
    local other = require "entente".open(corpus)
    assert(other:remove("a.txt"))
    assert(other:add { id = "b.txt", text = "another" })
    assert(other:commit())
    other:close()
    assert.are.equal("1 added, 1 replaced, 0 unchanged, 0 not read", (index(corpus, papers)))
    sh("rm -rf " .. corpus)
    assert.are.equal("2 added, 0 replaced, 0 unchanged, 0 not read", (index(corpus, papers)))
    assert.are.equal("file", system.kind(cache))
  end)

  it("is none when it is damaged or of somebody else, and is then written anew", function()
    local papers, corpus, cache = place { ["a.txt"] = "one" }
    settle(papers)
    index(corpus, papers)
    local good = read(cache)
    for _, bad in ipairs { "", "x", good:sub(1, -2), good:gsub("one", "two"), good:gsub("a%.txt", "b.txt"), good .. good } do
      write(cache, bad)
      local said, status = index(corpus, papers)
      assert.are.equal(0, status)
      assert.are.equal("0 added, 0 replaced, 1 unchanged, 0 not read", said)
      assert.are.equal(good, read(cache))
    end
  end)

  it("lets documents go that a file has no more", function()
    local function vrt(...)
      local out = {}
      for i, word in ipairs { ... } do out[i] = ('<text id="%s">\n%s\n</text>\n'):format(word, word) end
      return table.concat(out)
    end
    local papers, corpus = place { ["a.vrt"] = vrt("one", "two") }
    assert.are.equal("2 added, 0 replaced, 0 unchanged, 0 not read", (index(corpus, papers)))
    write(papers .. "/a.vrt", vrt("two", "three"))
    assert.are.equal("1 added, 0 replaced, 1 unchanged, 0 not read", (index(corpus, papers)))
    local _, out = entente("documents", corpus)
    assert.is_nil(out:find("#one", 1, true))
    assert.is_truthy(out:find("#three", 1, true))
    write(papers .. "/a.vrt", "")
    index(corpus, papers, "--prune") -- not read: what was there of it stays
    assert.is_truthy(select(2, entente("documents", corpus)):find("#three", 1, true))
  end)

  it("stands outside the corpus", function()
    local papers, corpus, cache = place { ["a.txt"] = "one" }
    index(corpus, papers)
    assert.are.equal("file", system.kind(cache))
    for _, name in ipairs(system.list(corpus)) do
      assert.is_truthy(name == "lock" or name == "manifest" or name:find("^segment%-%d+$"), name)
    end
  end)
end)

describe("an interrupt of entente index", function()
  --- A pandoc that interrupts the command that runs it, `times` times, before it does its work.
  local function interrupting(times)
    local bin = folder .. "/bin" .. times
    sh("mkdir -p " .. bin)
    local pandoc = select(2, sh "command -v pandoc"):gsub("\n", "")
    write(bin .. "/pandoc", "#!/bin/sh\n" .. ("kill -INT $PPID; sleep 0.2\n"):rep(times) .. 'exec ' .. pandoc .. ' "$@"\n')
    sh("chmod +x " .. bin .. "/pandoc")
    return bin
  end

  local function interrupted(times, corpus, papers, ...)
    return sh(("PATH=%s:$PATH exec %s index %s %s %s"):format(interrupting(times), ENTENTE, corpus, papers, table.concat({ ... }, " ")))
  end

  local FILES = { ["a.txt"] = "one", ["b.txt"] = "two", ["m.html"] = "<p>three</p>", ["z.txt"] = "four" }

  it("leaves the last commit and says what is in it", function()
    local papers, corpus = place(FILES)
    local status, out, err = interrupted(1, corpus, papers, "--commit-every", "0.000001")
    assert.are.equal(130, status, err)
    assert.are.equal("", out)
    assert.is_truthy(err:find("interrupted: " .. corpus .. " is as of its last commit: 3 documents, 3 tokens", 1, true), err)
    assert.are.equal(0, (entente("verify", corpus)))
    assert.are.equal("1 added, 0 replaced, 3 unchanged, 0 not read", (index(corpus, papers)))
  end)

  it("drops what was not committed", function()
    local papers, corpus = place(FILES)
    local status, _, err = interrupted(1, corpus, papers)
    assert.are.equal(130, status, err)
    assert.is_truthy(err:find("0 documents, 0 tokens", 1, true), err)
    assert.are.equal("4 added, 0 replaced, 0 unchanged, 0 not read", (index(corpus, papers)))
  end)

  it("ends it at once when it comes twice", function()
    local papers, corpus = place(FILES)
    local status, _, err, how = interrupted(2, corpus, papers)
    assert.are.equal("signal", how)
    assert.are.equal(2, status)
    assert.is_nil(err:find("interrupted", 1, true))
    assert.are.equal("4 added, 0 replaced, 0 unchanged, 0 not read", (index(corpus, papers)))
  end)
end)

describe("verbs on a corpus", function()
  local corpus, papers, csv
  setup(function()
    local _
    _, corpus = place {}
    assert.are.equal(0, (select(2, index(corpus, PAPERS))))
    papers = place { ["a.txt"] = "The digital divide in Vietnam.", ["b.txt"] = "The digital divide in Laos.",
      ["c.txt"] = "No divide.", ["metadata.csv"] = "file,year,country\na.txt,2019,VN\nb.txt,2021,LA\nc.txt,2024,VN\n" }
    csv = papers:gsub("papers$", "c.entente")
    assert.are.equal(0, (select(2, index(csv, papers))))
  end)

  it("give the records of the papers themselves, byte for byte", function()
    for _, args in ipairs { { "code", "-c", "china_asean" }, { "code", "-c", "china_asean", "--format", "csv" },
      { "code", "-c", "china_asean", "--references" }, { "kwic", "-q", "digital*" }, { "documents" } } do
      local verb = table.remove(args, 1)
      local status, out, err = entente(verb, corpus, (table.unpack or unpack)(args)) -- luacheck: ignore
      assert.are.equal(0, status, err)
      assert.is_true(#out > 1000)
      assert.is_true(out == select(2, entente(verb, PAPERS, (table.unpack or unpack)(args))), verb) -- luacheck: ignore
    end
  end)

  it("give the report of the papers themselves", function()
    local one, other = folder .. "/one.html", folder .. "/other.html"
    assert.are.equal(0, (entente("report", corpus, "-c", "china_asean", "-o", one)))
    assert.are.equal(0, (entente("report", PAPERS, "-c", "china_asean", "-o", other)))
    assert.is_true(read(one) == read(other))
  end)

  it("take --where, on corpora and papers alike", function()
    for _, case in ipairs { { { "year=2019..2021" }, "a.txt b.txt" }, { { "year=2019..", "country=VN" }, "a.txt c.txt" },
      { { "country=LA,TH" }, "b.txt" }, { { "year=2030.." }, "" }, { { "file.format=txt", "year=2024" }, "c.txt" } } do
      for _, path in ipairs { csv, papers } do
        local args = { "documents", path }
        for _, condition in ipairs(case[1]) do
          args[#args + 1] = "--where"
          args[#args + 1] = condition
        end
        local status, out, err = entente((table.unpack or unpack)(args)) -- luacheck: ignore
        assert.are.equal(0, status, err)
        local found = {}
        for id in out:gmatch("\n([^\t\n]+)\t") do found[#found + 1] = id end
        assert.are.equal(case[2], table.concat(found, " "), path)
      end
    end
    for _, path in ipairs { csv, papers } do
      local _, out = entente("kwic", path, "-q", "digital divide", "--where", "country=LA")
      assert.is_truthy(out:find("^b%.txt\t[^\n]*\n$"), out)
      _, out = entente("report", path, "-c", "china_asean", "-o", folder .. "/w.csv", "--where", "country=VN")
      assert.is_truthy(out:find(" in 2 papers; 0 not read", 1, true), out)
    end
    assert.are.equal(2, (entente("documents", csv, "--where", "year")))
  end)

  it("count documents and tokens by a field", function()
    local wanted = "country\tdocuments\ttokens\nLA\t1\t5\nVN\t2\t7\n"
    assert.are.equal(wanted, (select(2, entente("documents", csv, "--group", "country"))))
    assert.are.equal(wanted, (select(2, entente("documents", papers, "--group", "country"))))
  end)

  it("put corpora and papers in one order, and refuse one id twice", function()
    local more = place { ["aa.txt"] = "x", ["d.txt"] = "y" }
    local _, out = entente("documents", more, csv)
    local found = {}
    for id in out:gmatch("\n([^\t\n]+)\t") do found[#found + 1] = id end
    assert.are.equal("a.txt aa.txt b.txt c.txt d.txt", table.concat(found, " "))
    local second = select(3, entente("documents", papers, csv))
    assert.is_truthy(second:find("two papers have the id a.txt", 1, true), second)
  end)

  it("refuse what only reading papers can do", function()
    local status, _, err = entente("code", csv, "-c", "china_asean", "--no-repair", "all")
    assert.are.equal(2, status)
    assert.is_truthy(err:find("--no-repair", 1, true), err)
  end)

  it("find a codebook beside the corpus", function()
    sh("mkdir -p " .. csv:gsub("/[^/]*$", "/codebooks"))
    write(csv:gsub("/[^/]*$", "/codebooks/own.lua"),
      [[return codebook "own" { version = "1", category "c" { any = { "laos" } } }]])
    local status, out, err = entente("code", csv, "-c", "own")
    assert.are.equal(0, status, err)
    assert.is_truthy(out:find('"doc":"b.txt"', 1, true))
  end)

  it("list types", function()
    local status, out = entente("types", csv, "--glob", "d*")
    assert.are.equal(0, status)
    assert.are.equal("form\ttokens\tdocuments\ndigital\t2\t2\ndivide\t3\t3\n", out)
    assert.are.equal("form\ttokens\nNo\t1\n", (select(2, entente("types", csv, "--layer", "raw", "--glob", "N*"))))
  end)

  it("merge corpora into a new one", function()
    local more, other = place { ["d.txt"] = "five words are in this" }
    index(other, more)
    local out_path = folder .. "/merged.entente"
    local status, out, err = entente("merge", out_path, csv, other)
    assert.are.equal(0, status, err)
    assert.are.equal(("4 documents, 17 tokens in %s\n"):format(out_path), out)
    assert.are.equal(0, (entente("verify", out_path)))
    status = entente("merge", out_path, csv)
    err = select(3, entente("merge", out_path, csv))
    assert.are.equal(2, status)
    assert.is_truthy(err:find(out_path, 1, true), err)
  end)

  it("verify: 0 when all is well, 1 and a line for each fault", function()
    local more, other = place { ["d.txt"] = "five words" }
    index(other, more)
    local status, out = entente("verify", other)
    assert.are.equal(0, status)
    assert.is_truthy(out:find("1 documents, 2 tokens", 1, true), out)
    local name = select(2, sh("ls " .. other .. " | grep segment")):gsub("\n", "")
    local bytes = read(other .. "/" .. name)
    write(other .. "/" .. name, bytes:sub(1, -2) .. "x")
    local err
    status, out, err = entente("verify", other)
    assert.are.equal(1, status)
    assert.is_truthy((out .. err):find(name, 1, true) or (out .. err):find(other, 1, true), out .. err)
    status = entente("verify", folder .. "/none.entente")
    err = select(3, entente("verify", folder .. "/none.entente"))
    assert.are.equal(1, status)
    assert.is_truthy(err:find("none.entente", 1, true), err)
  end)
end)

describe("a corpus in Lua", function()
  it("gives documents that are coded as the papers themselves, repairs, pages and furniture included", function()
    local lib, papers = require "entente", require "entente.corpus"
    local codebook = assert(lib.codebook([[return codebook "x" { version = "1", category "c" { any = {
      "digital*", "trust", "数字鸿沟", "ดิจิทัล" } } }]], "x"))
    local corpus, direct = assert(lib.open(folder .. "/coded.entente")), {}
    for _, document in assert(papers.documents({ "tests/data/papers" }, nil)) do
      direct[document.id] = assert(lib.coder(codebook):code(document))
      assert(corpus:add(document))
    end
    assert(corpus:commit())
    local coder, count = lib.coder(codebook), 0
    for document in assert(corpus:documents()) do
      local coded, other = assert(coder:code(document)), direct[document.id]
      assert.are.same(other.codings, coded.codings)
      assert.are.same(other.sections, coded.sections)
      assert.are.same(other.damage, coded.damage)
      assert.are.equal(other.tokens, coded.tokens)
      assert.are.equal(other.document.text, coded.document.text)
      assert.are.same(other.document.meta, document.meta)
      assert.are.equal(other.document.format, document.format)
      count = count + #coded.codings
    end
    assert.is_true(count > 100)
  end)

  it("gives vertical text with the tokens, annotations and elements that it came with", function()
    local papers, corpus = place { ["a.vrt"] = '<text id="t" year="2021">\n<s>\n<np type="x">\nPorts\tNNS\tport\n</np>\nopened\tVVD\topen\n</s>\n</text>\n' }
    index(corpus, papers)
    local opened = assert(require "entente".open(corpus))
    local id = "a.vrt#t"
    assert.are.equal(2021, opened:document(id).meta.year)
    local seen = {}
    for form, _, _, _, annotations in assert(opened:tokens(id, true)) do
      seen[#seen + 1] = form .. "/" .. annotations.pos .. "/" .. annotations.lemma
    end
    assert.are.same({ "Ports/NNS/port", "opened/VVD/open" }, seen)
    local spans = opened:structure(id, "span")
    assert.are.equal(1, #spans)
    assert.are.equal("np", spans[1].name)
    assert.are.same({ type = "x" }, spans[1].attributes)
    assert.are.equal("Ports", opened:text(id, spans[1].first, spans[1].last))
    assert.are.equal(1, #opened:structure(id, "sentence"))
  end)
end)
