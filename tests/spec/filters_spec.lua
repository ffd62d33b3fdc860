-- The filters read in blocks: what they write does not depend on the blocks, and is what the whole text gives.
local core = require "entente.core"
local filters = require "entente.filters"
local system = require "entente.system"

local ENTENTE = "scripts/bin/entente"
local FORMS = { "nfc", "nfd", "nfkc", "nfkd", "fold", "bare", "hans" }

-- Runs a filter on a string.
local function through(filter, args, text, block)
  local input, output = assert(io.tmpfile()), assert(io.tmpfile())
  input:write(text)
  input:seek("set")
  assert.equal(0, filter(args, input, output, block))
  output:seek("set")
  local out = output:read("a")
  input:close()
  output:close()
  return out
end

local HEAD = "begin\tend\ttoken\tfold\tscript\tsentence\n"

-- The table by another way: the whole text as one document, token by token.
local function whole(text)
  local index = core.index(core.vocab())
  assert(index:add { text = text, repairs = { hyphens = false, paragraphs = false, furniture = false } })
  local sentences, at, rows = index:parts(1, "sentence"), 1, { HEAD }
  for i = 1, index:token_count(1) do
    local first, last, token, fold = index:token(1, i)
    while sentences[at + 1] and sentences[at + 1].token <= i do at = at + 1 end
    rows[#rows + 1] = ("%d\t%d\t%s\t%s\t%s\t%d\n"):format(first - 1, last, token, fold, core.script(token), at)
  end
  return table.concat(rows)
end

-- What texts are made of: words, marks and ends in many scripts, and what rules look at on both sides of an edge.
local PIECES = {
  "Digital", "gap", "U.S.", "et al.", "No.", "Fig.", "5", "1,234.5", "2.", "the", "The", "it’s", "win-win", "a.b", "e\204\129", "ASEAN's",
  "中国", "東盟", "。", "！", "；", "，", "「", "」", "ไทย", "กำ", "น้ำ", "ລາວ", "ខ្មែរ", "។", "မြန်မာ", "၊", "။", "Đường", "tiê\204\129ng",
  "한국어", "\225\132\146\225\133\161\225\134\171", "カタカナ", "ひらがな", "Россия", "ελληνικός", "עברית", "עָ", "العربية", "؟", "हिन्दी", "।", "தமிழ்",
  "🇨🇳", "👩\226\128\141👩", "\226\128\141", "\194\173", "\204\129", "\204\131\204\163", "\239\187\191", "ﬁ", "ｆｕｌｌ", "ß", "İ", "①",
  " ", " ", " ", " ", "  ", "\194\160", "\227\128\128", "\226\128\131", "\226\128\139", "\n", "\n", "\r\n", "\r", "\f", "\n\n", "\n \n", "\r\n\r\n", "\t", "\226\128\168",
  ".", ". ", "! ", "? ", ".) ", ".” ", "“", "”", "(", ")", "[J].2023,23(06):58-81.", ",", ";", ":", "-", "—", "/", "_", "*", "'", "...", "\239\191\189",
}

local function random_text(count)
  local list = {}
  for i = 1, math.random(count) do list[i] = PIECES[math.random(#PIECES)] end
  return table.concat(list)
end

describe("entente tokens", function()
  it("gives for random texts in any blocks what the whole gives", function()
    math.randomseed(20231101)
    for i = 1, 300 do
      local text = random_text(i % 10 == 0 and 400 or 60)
      local wanted = whole(text)
      for _, block in ipairs { 1, 7, 64 } do
        local got = through(filters.tokens, {}, text, block)
        if got ~= wanted then assert.equal(wanted, got, ("block %d: %q"):format(block, text)) end
      end
    end
  end)

  it("waits where the end of a sentence hangs on what follows, and where a word reaches over one", function()
    local text = "In the U.S. Theory rules. In the U.S. The rule is new. See No. 5. See No. Five. 1；2；3；4 is one word. "
      .. "“What is it?” asks Dr. Lee. “It is!” Then 甲。乙！丙 1.5. 2. Up to 3. Down.\n"
    text = text .. text:gsub("%. ", ".  ")
    local wanted = whole(text)
    for block = 1, 150 do assert.equal(wanted, through(filters.tokens, {}, text, block), "block " .. block) end
  end)

  it("counts the bytes of the input, mended or not, and mends over the edges of blocks", function()
    math.randomseed(7)
    local BAD = { "\255", "\226\130", "\240\159\152", "\228", "\237\160\128", "\192\175", "\128", "\244\144\128\128" }
    for _ = 1, 100 do
      local list = {}
      for j = 1, math.random(60) do
        list[j] = math.random(3) == 1 and BAD[math.random(#BAD)] or PIECES[math.random(#PIECES)]
      end
      local bytes = table.concat(list)
      local text = core.mend(bytes)
      local wanted, shift, at, tokens = {}, 0, 1, {}
      for first, last, row in whole(text):gmatch("(%d+)\t(%d+)\t([^\n]*)\n") do
        tokens[#tokens + 1] = { tonumber(first), tonumber(last), row }
      end
      for _, token in ipairs(tokens) do -- past each sequence that was replaced
        while at + shift <= token[1] do
          local valid, where = core.valid(bytes:sub(at))
          if valid or at + where - 1 + shift > token[1] then break end
          at = at + where - 1
          local size = 1
          while size < 3 and core.mend(bytes:sub(at, at + size)) == "\239\191\189" do size = size + 1 end
          at, shift = at + size, shift + 3 - size
        end
        assert.equal(token[3]:match("^[^\t]*"), bytes:sub(token[1] - shift + 1, token[2] - shift))
        wanted[#wanted + 1] = ("%d\t%d\t%s\n"):format(token[1] - shift, token[2] - shift, token[3])
      end
      for _, block in ipairs { 1, 5, 4096 } do
        assert.equal(HEAD .. table.concat(wanted), through(filters.tokens, {}, bytes, block))
      end
    end
  end)

  it("numbers the sentences of one line of 3 MB, and cuts a sentence without an end between two words", function()
    local sentence = "Levels of digital development differ widely, say Dr. Lee et al. in No. 5. "
    local text = sentence:rep(40000)
    local out = through(filters.tokens, {}, text)
    assert.equal(whole(text), out)
    text = ("digital gap "):rep(100000) .. "end. Then"
    out = through(filters.tokens, {}, text)
    assert.equal(whole(text), out)
    assert.equal("1200005\t1200009\tThen\tthen\tLatin\t2", out:match("([^\n]*)\n$"))
    text = ("数字鸿沟"):rep(100000)
    assert.equal(whole(text), through(filters.tokens, {}, text))
  end)

  it("joins divided words with --repair, wherever the other place is", function()
    local text = "The infra-\nstructure.\n\n" .. ("Words fill it.\n\n"):rep(40000) .. "The Infrastructure"
    local out = through(filters.tokens, { repair = true }, text)
    assert.truthy(out:find("\n4\t20\tinfrastructure\tinfrastructure\tLatin\t1\n", 1, true))
    assert.falsy(through(filters.tokens, {}, text):find("infrastructure\tinf", 1, true))
  end)

  it("gives the header alone for nothing", function()
    assert.equal(HEAD, through(filters.tokens, {}, ""))
    assert.equal(HEAD, through(filters.tokens, {}, "\255 \n\n …"))
  end)
end)

describe("entente normalize", function()
  it("gives for random texts in any blocks what the whole gives", function()
    math.randomseed(20231102)
    for i = 1, 300 do
      local text, form = random_text(i % 10 == 0 and 300 or 40), FORMS[i % #FORMS + 1]
      local wanted = core.normalize(text, form)
      for _, block in ipairs { 1, 7, 64 } do
        local got = through(filters.normalize, { form = form }, text, block)
        if got ~= wanted then assert.equal(wanted, got, ("%s, block %d: %q"):format(form, block, text)) end
      end
    end
  end)

  it("mends over the edges of blocks", function()
    for block = 1, 9 do
      assert.equal("a\239\191\189b 中\239\191\189\239\191\189c", through(filters.normalize, { form = "nfc" }, "a\226\130b 中\255\228\184", block):gsub("$", "c"))
    end
  end)
end)

describe("a full disk", function()
  it("is said, with status 1, by filters and other verbs", function()
    for _, command in ipairs({ "tokens", "normalize", "version", "code --format csv -c china_asean tests/data/papers/en-mekong.txt",
      "code -c china_asean tests/data/papers/en-mekong.txt" }) do
      local ran = assert(system.run { wall = 60, argv = { "sh", "-c", ("echo a | %s %s >/dev/full"):format(ENTENTE, command) } })
      assert.equal("exit 1", ran["end"] .. " " .. ran.code)
      assert.truthy(ran.err:find("entente: standard output: No space left on device", 1, true))
    end
  end)
end)

-- The command under a limit of address space, which holds the interpreter and its libraries, too.
describe("under a limit of 64 MiB of address space", function()
  if system.sanitized then return end
  local function limited(command, make, size)
    local ran = assert(system.run { wall = 600, argv = { "sh", "-c",
      ("%s | head -c %d | { ulimit -v 65536; %s %s | tail -c 100; }"):format(make, size * 1048576, ENTENTE, command) } })
    assert.equal("", ran.err)
    assert.equal("exit 0", ran["end"] .. " " .. ran.code)
    return ran.out
  end

  it("64 MiB become tokens and a normal form", function()
    local make = "yes 'The digital divide keeps widening, 數字鴻溝'"
    assert.truthy(limited("tokens", make, 64):find("%d+\t%d+\t[^\t\n]+\t[^\t\n]+\t%a+\t1\n$"))
    assert.truthy(limited("normalize --form fold", make, 64):find("the digital divide", 1, true))
  end)
  it("words that are all different, long words, marks alone and no blank line take no more", function()
    assert.truthy(limited("tokens", "seq -f 'w%.0f' 100000000", 24):find("\tw%d+\tLatin\t1\n$"))
    assert.truthy(limited("tokens", "seq -f 'w%.0f' 100000000 | tr '\\n' ' ' | fold -b -w 60000 | tr -d ' '", 24):find("\tLatin\t1\n$"))
    assert.truthy(limited("tokens", "yes '!a' | tr '\\n' '\\r'", 8):find("\ta\ta\tLatin\t%d+\n$"))
    assert.truthy(limited("tokens", "yes a | sed G", 8):find("\ta\ta\tLatin\t%d+\n$"))
    limited("tokens", "yes '\239\183\186' | tr -d '\\n'", 4) -- U+FDFA folds to 18 characters
    limited("tokens", "yes '\255' | tr -d '\\n'", 8)
    limited("normalize --form nfkd", "yes '\239\183\186' | tr -d '\\n'", 4)
    limited("normalize --form nfd", "yes '\204\129' | tr -d '\\n'", 4)
  end)
end)
