-- The benches on a little text: their tables can be read by a program, their texts are what they say, the normal form that
-- is timed is ICU's, and the documents that are found are the peers'. How fast anything is, is no test.

local BENCH = (os.getenv("ENTENTE_BUILD") or "build") .. "/bench/bench_text"
local HEADER = "kernel\tdata\tunit\tours\tpeer\ttheirs\tratio"
local DATA = { "English", "Vietnamese", "Chinese", "Thai" }

local folder = os.tmpname()
os.remove(folder)

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local bytes = file:read("a")
  file:close()
  return bytes
end

local function write(path, bytes)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
end

--- Status, standard output, and the file that was written.
local function run(args, bench)
  local out, tsv = folder .. "/out", folder .. "/table.tsv"
  os.remove(tsv)
  local _, _, status = os.execute(("%s -o %s %s >%s 2>&1"):format(bench or BENCH, tsv, args, out))
  return status, read(out), read(tsv)
end

--- The rows in their order, and the last line.
local function fields(tsv)
  local lines, rows = {}, {}
  for line in tsv:gmatch("([^\n]*)\n") do lines[#lines + 1] = line end
  assert.are.equal(HEADER, lines[1])
  for i = 2, #lines - 1 do
    local at = {}
    for field in (lines[i] .. "\t"):gmatch("([^\t]*)\t") do at[#at + 1] = field end
    assert.are.equal(7, #at, lines[i])
    rows[#rows + 1] = { kernel = at[1], data = at[2], unit = at[3], ours = tonumber(at[4]), peer = at[5],
      theirs = tonumber(at[6]), ratio = tonumber(at[7]) }
  end
  return rows, lines[#lines]
end

--- The rows by "kernel data", the last line, and how often each name occurs.
local function parse(tsv)
  local list, last = fields(tsv)
  local rows, times = {}, {}
  for _, row in ipairs(list) do
    local name = row.kernel .. " " .. row.data
    times[name] = (times[name] or 0) + 1
    rows[name] = row
  end
  return rows, last, times
end

setup(function() assert(os.execute("mkdir " .. folder)) end)
teardown(function() os.execute("rm -rf " .. folder) end)

describe("bench_text", function()
  it("writes a row for each kernel and text, and says what it ran on", function()
    local status, out, tsv = run("-m 0.2 -r 2 -s tests/data/sources")
    assert.are.equal(0, status, out)
    local rows, last, times = parse(tsv)
    for _, kernel in ipairs { "normalize", "words" } do
      for _, data in ipairs(DATA) do
        local name = kernel .. " " .. data
        local row = assert.is_table(rows[name], name) and rows[name]
        assert.are.equal(1, times[name], name)
        assert.are.equal("MB/s", row.unit)
        assert.is_truthy(row.peer:find("^ICU "), row.peer)
        assert.is_true(row.ours > 0 and row.theirs > 0, name)
        assert.is_true(math.abs(row.ratio - row.ours / row.theirs) <= 0.002 + row.ratio * 0.01, name)
      end
    end
    for name, n in pairs(times) do assert.are.equal(1, n, name) end
    assert.is_table(rows["normalize-utf8proc Mix"])
    assert.is_table(rows["words-icu-rules Thai"])
    assert.is_truthy(last:find("^# .*1 thread.*ICU %d+.*utf8proc %d.*libunistring.*English generated.*%d%d%d%d%-%d%d%-%d%d$"), last)
  end)

  it("names the fastest of ICU's ways by the kernel alone", function()
    local rows = parse(select(3, run("-m 0.2 -r 1 -k normalize -s tests/data/sources")))
    for _, data in ipairs(DATA) do
      for _, way in ipairs { "utf16", "pieces", "utf8" } do
        local other = rows[("normalize-icu-%s %s"):format(way, data)]
        assert.is_true(not other or other.theirs <= rows["normalize " .. data].theirs)
      end
    end
  end)

  it("compares normal forms that are the same", function()
    local _, out = run("-m 0.2 -r 1 -k normalize -s tests/data/sources")
    for _, data in ipairs { "English", "Vietnamese", "Chinese", "Thai", "Mix" } do
      assert.is_truthy(out:find("normalize, " .. data .. ": ours is ICU's but for what fold makes one", 1, true), out)
    end
  end)

  it("reads a folder's texts in order, mended, again from the first, cut at a character", function()
    local texts = folder .. "/texts"
    assert(os.execute("mkdir -p " .. texts .. "/b"))
    write(texts .. "/a.txt", "\239\187\191caf\195\169 \255\n") -- a mark of order, 2-byte letters, an invalid byte
    write(texts .. "/b/c.md", ("東南亞國家聯盟"):rep(30))
    write(texts .. "/d.pdf", "\0\1")
    local status, out, tsv = run("-m 0.01 -r 1 -k validate -s tests/data/sources English=" .. texts)
    assert.are.equal(0, status, out)
    local rows, last = parse(tsv) -- no row when the text were not valid
    assert.is_table(rows["validate English"])
    assert.is_truthy(last:find("English texts, Vietnamese generated", 1, true), last)
    local size = tonumber(out:match("validate +English[^\n]-(%d+), %d+ bytes"))
    assert.is_true(size > 9996 and size <= 10000, out)
  end)

  it("refuses what it does not know", function()
    local little = "-m 0.01 -r 1 -k validate "
    for _, args in ipairs { "", "-s tests/data/sources -m 0", "-s tests/data/sources -r 0", "-s tests/data/sources -k speed",
      "-s tests/data/sources Latin=tests" } do
      local status, out, tsv = run(little .. args)
      assert.are.equal(2, status, args)
      assert.is_truthy(out:find("usage: ", 1, true))
      assert.is_nil(tsv)
    end
  end)
end)

local INDEX = (os.getenv("ENTENTE_BUILD") or "build") .. "/bench/bench_index"
local SCALE = (os.getenv("ENTENTE_BUILD") or "build") .. "/bench/bench_scale"

describe("bench_index", function()
  local PEERS = { "SQLite FTS5", "Xapian", "Lucene" }
  local UNITS = { build = "MB/s", ["build-processor"] = "MB/s", disk = "B/B", ["build-memory"] = "MB", ["build-2-threads"] = "MB/s", open = "ms",
    ["rare-term"] = "us", ["frequent-term"] = "us", phrase = "us", ["prefix-glob"] = "us", near = "us" }
  local place = folder .. "/index"

  local function index(args) return run(args .. " -d " .. place, INDEX) end

  --- Which peers there are, by what the screen says is not.
  local function present(out)
    local here = {}
    for _, peer in ipairs(PEERS) do
      if not out:find(peer .. ": not here, left out\n", 1, true) then here[#here + 1] = peer end
    end
    return here
  end

  it("writes a row for each kernel and peer, and names the peers that are missing", function()
    local status, out, tsv = index("-m 0.3 -r 1")
    assert.are.equal(0, status, out)
    local here, rows, last = present(out), fields(tsv)
    assert.is_truthy(out:find("Lucene: not here, left out\n", 1, true), out) -- no class path was given
    assert.is_truthy(last:find("^# .*without [^;]*Lucene.* generated; %d%d%d%d%-%d%d%-%d%d$"), last)
    local times = {}
    for _, row in ipairs(rows) do
      local name = row.kernel
      times[name] = (times[name] or 0) + 1
      assert.are.equal("generated", row.data)
      assert.are.equal(UNITS[name], row.unit, name)
      assert.is_true(row.ours > 0, name)
      if row.theirs > 0 then assert.is_true(math.abs(row.ratio - row.ours / row.theirs) <= 0.002 + row.ratio * 0.02, name) end
      if name == "build-2-threads" then assert.is_truthy(row.peer:find("^entente %d.*, 1 thread$"), row.peer) end
    end
    for name in pairs(UNITS) do
      local expected = name == "build-2-threads" and 1 or math.max(#here, 1)
      assert.are.equal(expected, times[name], name)
      for _, peer in ipairs(name ~= "build-2-threads" and here or {}) do
        assert.is_truthy(tsv:find("\n" .. name:gsub("%-", "%%-") .. "\t[^\n]*\t" .. peer .. " %d"), name .. " " .. peer)
      end
    end
    if here[1] == "SQLite FTS5" then assert.is_truthy(tsv:match("\ndisk\t([^\n]*)"):find("SQLite FTS5", 1, true)) end
    assert.is_nil(read(place .. "/text")) -- nothing is left
    assert.is_nil(os.rename(place, place))
  end)

  it("gives every engine the same documents to find", function()
    local _, out = index("-m 0.5 -r 1")
    local compared = 0
    for _, kernel in ipairs { "rare-term", "frequent-term", "prefix-glob", "near" } do
      for ours, theirs in out:gmatch("\n" .. kernel:gsub("%-", "%%-") .. " [^\n]- (%d+), (%d+) documents") do
        assert.are.equal(theirs, ours, kernel .. "\n" .. out)
        assert.is_true(tonumber(ours) > 0)
        compared = compared + 1
      end
    end
    assert.are.equal(4 * #present(out), compared)
    for ours, theirs in out:gmatch("\nphrase [^\n]- (%d+), (%d+) documents") do -- theirs pass a full stop
      assert.is_true(tonumber(ours) > 0 and tonumber(ours) <= tonumber(theirs), out)
    end
  end)

  it("takes whole files, evenly chosen", function()
    local texts = folder .. "/speeches"
    assert(os.execute("mkdir -p " .. texts))
    for i = 10, 29 do write(("%s/%d.txt"):format(texts, i), ("speech%d and the others. "):format(i):rep(40) .. "\n") end
    write(texts .. "/30.pdf", "\0\1")
    local status, out, tsv = index("-m 0.01 -r 1 English=" .. texts)
    assert.are.equal(0, status, out)
    local rows, last = fields(tsv)
    assert.are.equal("English", rows[1].data)
    assert.is_truthy(last:find("in 10 documents: speeches; ", 1, true), last) -- of 20
    local asked = {}
    for class, question in out:gmatch("\n([a-z-]+) +([a-z* ]-) +%d[^%%\n]*%f[\n]") do asked[#asked + 1] = class .. ":" .. question end
    assert.are.same({ "frequent-term:and", "frequent-term:others", "frequent-term:the", "phrase:and the others" }, asked)
  end)

  it("refuses what it does not know", function()
    for _, args in ipairs { "-m 0", "-r 0", "-r 26", "-k build", "Latin=tests" } do
      local status, out, tsv = index("-m 0.01 -r 1 " .. args)
      assert.are.equal(2, status, args)
      assert.is_truthy(out:find("usage: ", 1, true))
      assert.is_nil(tsv)
    end
    assert.are.equal(2, (run("-m 0.01", INDEX))) -- no folder
  end)
end)

describe("bench_scale", function()
  it("says time, memory and size of each corpus, and takes it away", function()
    local place = folder .. "/scale"
    local out = folder .. "/out"
    local _, _, status = os.execute(("%s -b 16 -d %s 0.002 0.004 >%s 2>&1"):format(SCALE, place, out))
    local said = read(out)
    assert.are.equal(0, status, said)
    for _, size in ipairs { "0%.002", "0%.004" } do
      local documents, _, _, peak, disk = said:match("\n +" .. size .. " +(%d+) +([%d.]+) +([%d.]+) +([%d.]+) +([%d.]+) +[%d.]+\n")
      assert.is_truthy(documents, said)
      assert.is_true(tonumber(documents) > 90 and tonumber(peak) > 0, said)
      assert.is_true(tonumber(disk) > 0.05 and tonumber(disk) < 5, said)
    end
    assert.is_truthy(said:find("\ntime for a gigabyte, against that of 0.002 GB: %d"), said)
    assert.is_nil(os.rename(place, place))
  end)

  it("refuses what it does not know", function()
    for _, args in ipairs { "1", "-d x", "-d x 0", "-d x -b 8 1", "-d x much" } do
      local _, _, status = os.execute(("%s %s >/dev/null 2>&1"):format(SCALE, args))
      assert.are.equal(2, status, args)
    end
  end)
end)
