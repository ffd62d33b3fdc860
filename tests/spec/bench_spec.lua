-- The text bench on a little text: its table can be read by a program, its texts are what they say, and the normal
-- form that it times is ICU's. How fast anything is, is no test.

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
local function run(args)
  local out, tsv = folder .. "/out", folder .. "/text.tsv"
  os.remove(tsv)
  local _, _, status = os.execute(("%s -o %s %s >%s 2>&1"):format(BENCH, tsv, args, out))
  return status, read(out), read(tsv)
end

--- The rows by "kernel data", the last line, and how often each name occurs.
local function parse(tsv)
  local lines, rows, times = {}, {}, {}
  for line in tsv:gmatch("([^\n]*)\n") do lines[#lines + 1] = line end
  assert.are.equal(HEADER, lines[1])
  for i = 2, #lines - 1 do
    local fields = {}
    for field in (lines[i] .. "\t"):gmatch("([^\t]*)\t") do fields[#fields + 1] = field end
    assert.are.equal(7, #fields, lines[i])
    local name = fields[1] .. " " .. fields[2]
    times[name] = (times[name] or 0) + 1
    rows[name] = { unit = fields[3], ours = tonumber(fields[4]), peer = fields[5], theirs = tonumber(fields[6]),
      ratio = tonumber(fields[7]) }
  end
  return rows, lines[#lines], times
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
