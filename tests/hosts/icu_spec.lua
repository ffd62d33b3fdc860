-- ICU's words: from the module, as a segmenter of a coder, and from the command. Which words ICU's dictionaries
-- hold is its own affair; asserted is what any of its versions should say.
local json = require "dkjson"
local icu = require "entente.icu"
local entente = require "entente"

local folder = os.tmpname()
os.execute(("rm %s && mkdir %s"):format(folder, folder))
teardown(function() os.execute("rm -rf " .. folder) end)

--- The words of a text, parted by |.
local function cut(text)
  local spans, list = icu.words(text), {}
  for i = 1, #spans, 2 do list[#list + 1] = text:sub(spans[i], spans[i + 1]) end
  return table.concat(list, "|")
end

--- Spans are in order, do not overlap, and begin and end with characters.
local function check_spans(text, spans)
  local before = 0
  assert.are.equal(0, #spans % 2)
  for i = 1, #spans, 2 do
    local first, last = spans[i], spans[i + 1]
    assert.is_true(first > before and last >= first and last <= #text)
    assert.is_nil(text:find("^[\128-\191]", first))
    assert.is_nil(text:find("^[\128-\191]", last + 1))
    before = last
  end
end

local SENTENCES = { -- a sentence, and words that must stand in it
  zh = { "数字经济的发展改变了企业和国家。", { "数字", "经济", "发展", "企业", "国家" } },
  ja = { "日本語を勉強しています。", { "日本語", "勉強" } },
  th = { "รัฐบาลพัฒนาเศรษฐกิจของประเทศ", { "รัฐบาล", "พัฒนา", "เศรษฐกิจ", "ของ", "ประเทศ" } },
  lo = { "ປະເທດລາວມີຄວາມສຳພັນກັບຈີນ", { "ປະເທດ", "ລາວ", "ກັບ", "ຈີນ" } },
  km = { "ប្រទេសកម្ពុជាមានទំនាក់ទំនងជាមួយចិន", { "ប្រទេស", "កម្ពុជា", "ជាមួយ", "ចិន" } },
  my = { "မြန်မာနိုင်ငံသည်အဖွဲ့ဝင်ဖြစ်သည်", { "သည်", "အဖွဲ့" } },
}

describe("icu.words", function()
  for lang, case in pairs(SENTENCES) do
    it("finds words of " .. lang .. " and leaves nothing out", function()
      local text = case[1]
      local words = "|" .. cut(text) .. "|"
      for _, word in ipairs(case[2]) do assert.truthy(words:find("|" .. word .. "|", 1, true), word .. " in " .. words) end
      assert.are.equal((text:gsub("。", "")), (words:gsub("|", "")))
      check_spans(text, icu.words(text, lang))
    end)
  end

  it("passes over other scripts, marks and blanks, and parts words there", function()
    assert.are.equal("", cut("China and ASEAN: Việt Nam, Россия, 한국어 — 2023! 😀"))
    assert.are.equal("国家", cut("in 国家, and"))
    assert.are.equal("国|家", cut("国, 家"))
    assert.are.equal("国|家", cut("国x家"))
    assert.are.equal("ปี|ครับ", cut("ปี2023ครับ"))
    assert.are.same({}, icu.words(""))
  end)

  it("takes the digits of these scripts as words of their own", function()
    assert.are.equal("ปี|๒๕๖๖|ปี", cut("ปี๒๕๖๖ปี"))
  end)

  it("reads on over a line that wraps behind Han and Kana, and only there", function()
    assert.are.equal("コンピュ\nーター", cut("コンピュ\nーター"))
    assert.are.equal("กา|กา", cut("กา\nกา"))
    assert.are.equal("国|ประเทศ", cut("国\nประเทศ"))
    assert.are.equal("国|๑", cut("国\n๑"))
    assert.are.equal("国\n家", cut("国\n家"))
    assert.are.equal("国 \r\n  家", cut("国 \r\n  家"))
    assert.are.equal("国|家", cut("国\n\n家"))
    assert.are.equal("国|家", cut("国 家"))
    assert.are.equal("国", cut("国\n"))
    assert.are.equal("国", cut("国\na"))
  end)

  it("keeps marks and characters above U+FFFF whole", function()
    assert.are.equal("𠀀|国家|𠀁", cut("𠀀国家𠀁"))
    assert.are.equal("葛\u{E0100}", cut("葛\u{E0100}"))
    assert.are.equal("", cut("e\u{301}"))
  end)

  it("parts runs where bytes are not UTF-8", function()
    assert.are.equal("国|家", cut("国\xE5\x9B家"))
    assert.are.equal("国", cut("\xFF国\xE5"))
  end)

  it("finds in a long text what it finds in its sentences, wherever the buffer ends", function()
    local sentence = SENTENCES.zh[1]
    for _, lead in ipairs({ 0, 1, 2, 3 }) do
      local words = {}
      for i = 1, lead do words[i] = "国" end
      for i = 1, 1500 do words[#words + 1] = cut(sentence) end
      assert.are.equal(table.concat(words, "|"), cut(("国。"):rep(lead) .. sentence:rep(1500)))
    end
  end)

  it("breaks a run that is longer than the buffer as if it were short", function()
    for _, lang in ipairs({ "zh", "th", "km" }) do
      local run = SENTENCES[lang][1]:gsub("。", "")
      local text = run:rep(1500)
      local spans = icu.words(text)
      check_spans(text, spans)
      local pieces = {}
      for i = 1, 1500 do pieces[i] = cut(run) end
      assert.are.equal(table.concat(pieces, "|"), cut(text))
    end
  end)

  it("ends with a word that no buffer holds, in pieces", function()
    local digits = ("๑"):rep(40000)
    local spans = icu.words(digits)
    check_spans(digits, spans)
    assert.are.equal(#digits, spans[#spans])
    local marks = "กั" .. ("\u{E49}"):rep(40000) .. "国"
    spans = icu.words(marks)
    check_spans(marks, spans)
    assert.are.equal(#marks, spans[#spans])
  end)

  it("gives spans in order for random texts of all scripts, the same for the same text", function()
    math.randomseed(7)
    local pieces = { "国", "家", "电", "ก", "กำ", "ไ", "์", "ປ", "ខ្មែរ", "មា", "မြန်", "မာ", "あ", "カ", "ー", "a", "1", "๑", " ", "\n", "。", "\u{200B}",
      "\u{200D}", "\xFF", "𠀀", "😀" }
    for _ = 1, 2000 do
      local list = {}
      for i = 1, math.random(0, 40) do list[i] = pieces[math.random(#pieces)] end
      local text = table.concat(list)
      local spans = icu.words(text)
      check_spans(text, spans)
      assert.are.same(spans, icu.words(text))
    end
  end)

  it("names the version of ICU", function() assert.truthy(icu.version():find("^%d+%.%d+")) end)
end)

describe("a coder with ICU", function()
  it("finds what it finds without, but for what cuts a word", function()
    local book = assert(entente.codebook([[return codebook "z" { version = "1", overlap = "all",
      category "a" { any = { "研究生", "国家", "数字鸿沟", "เศรษฐ", "เศรษฐกิจ" } } }]], "z"))
    local text = "研究生命起源。国家的数字鸿沟在扩大。รัฐบาลพัฒนาเศรษฐกิจของประเทศ"
    local plain = assert(entente.coder(book):code({ text = text }))
    local coded = assert(entente.coder(book, { words = icu.words }):code({ text = text }))
    local function quotes(all)
      local list = {}
      for i, coding in ipairs(all.codings) do list[i] = coding.quote end
      return list
    end
    assert.are.same({ "研究生", "国家", "数字鸿沟", "เศรษฐ", "เศรษฐกิจ" }, quotes(plain))
    assert.are.same({ "国家", "数字鸿沟", "เศรษฐกิจ" }, quotes(coded))
    assert.are.equal(2, coded.guarded)
    assert.is_true(coded.words < coded.tokens)
  end)
end)

describe("the command with --words icu", function()
  local function write(name, bytes)
    local file = assert(io.open(folder .. "/" .. name, "wb"))
    file:write(bytes)
    file:close()
    return folder .. "/" .. name
  end
  local function run(arguments)
    local _, _, status = os.execute(("scripts/bin/entente %s >%s/out 2>%s/err"):format(arguments, folder, folder))
    local function read(name)
      local file = assert(io.open(folder .. "/" .. name, "rb"))
      local bytes = file:read("a")
      file:close()
      return bytes
    end
    return status, read("out"), read("err")
  end

  it("codes what it codes without, but for what cuts a word, and says how many", function()
    local paper = write("paper.txt", "研究生命起源。国家的数字鸿沟在扩大。\n")
    local book = write("z.lua", 'return codebook "z" { version = "1", category "a" { any = { "研究生", "国家", "数字鸿沟" } } }')
    local function quotes(options)
      local status, out, err = run(("code %s -c %s %s"):format(paper, book, options))
      assert.are.equal(0, status, err)
      local list = {}
      for line in out:gmatch("[^\n]+") do list[#list + 1] = json.decode(line).quote end
      return table.concat(list, "|"), err
    end
    assert.are.equal("研究生|国家|数字鸿沟", (quotes("")))
    local guarded, err = quotes("--words icu")
    assert.are.equal("国家|数字鸿沟", guarded)
    assert.are.equal("entente: hits left out because they cut a word of the segmenter icu: 1\n", err)
  end)

  it("numbers the words of tokens, which share it", function()
    local input = write("in.txt", "研究生命 of 1")
    local status, out, err = run("tokens --words icu <" .. input)
    assert.are.equal(0, status, err)
    local list = {}
    for token, word in out:gmatch("%d+\t%d+\t(%S+)\t%S+\t%S+\t%d+\t(%S+)\n") do list[#list + 1] = token .. word end
    assert.are.equal("研1|究1|生2|命2|of3|14", table.concat(list, "|"))
    assert.are.equal("begin\tend\ttoken\tfold\tscript\tsentence\tword\n", out:match("^[^\n]*\n"))
    status, out = run("tokens <" .. input)
    assert.are.equal(0, status)
    assert.are.equal("begin\tend\ttoken\tfold\tscript\tsentence\n0\t3\t研\t研\tHan\t1\n", out:match("^[^\n]*\n[^\n]*\n"))
  end)

  it("refuses a segmenter that is not there before any paper is read", function()
    local status, out, err = run("code nosuch.txt -c china_asean --words nosuch")
    assert.are.equal(2, status)
    assert.are.equal("", out)
    assert.are.equal("entente: there is no segmenter 'nosuch': its module entente.nosuch must give a function `words`\n", err)
  end)
end)
