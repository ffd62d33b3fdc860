-- Text files that are not UTF-8: declared, detected, mended or refused.
local core = require "entente.core"
local corpus = require "entente.corpus"
local guess = require "entente.encoding_guess"
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

local function refused(message, name, bytes, options)
  local document, why, code = read(name, bytes, options)
  assert.is_nil(document)
  assert.truthy(why:find(name .. ": " .. message, 1, true), why)
  return code
end

-- What the encoding cannot say is left out.
local function in_encoding(text, name)
  return assert(system.run { argv = { "iconv", "-c", "-f", "UTF-8", "-t", name }, input = text }).out
end

-- Each text in the encodings that its writers use: iconv's name, and ours where that is another.
local OURS = { ["BIG5-HKSCS"] = "Big5", CP874 = "Windows-874", CP1258 = "Windows-1258", CP1252 = "Windows-1252" }
local WRITTEN = {
  hans = { "GB18030", "UTF-16LE", "UTF-16BE" }, hant = { "BIG5-HKSCS", "GB18030", "UTF-16LE", "UTF-16BE" },
  thai = { "CP874", "UTF-16LE", "UTF-16BE" }, vietnamese = { "CP1258", "UTF-16LE", "UTF-16BE" },
  western = { "CP1252", "UTF-16LE", "UTF-16BE" }, plain = { "UTF-16LE", "UTF-16BE" },
}

local function paper(name)
  return assert(system.read("tests/data/sources/" .. name .. ".md"))
end

local TEXTS = {
  { "hans", paper "zh-hans-trust" }, { "hans", paper "zh-hans-talent" }, { "hant", paper "zh-hant-rivalry" },
  { "thai", paper "th-digital" }, { "vietnamese", paper "vi-bien-dong" }, { "plain", paper "id-infrastruktur" }, { "plain", paper "en-mekong" },
  { "western", ("Le numérique creuse l’écart : là où les câbles manquent, les élèves et leurs maîtres n’ont guère accès à Internet. "
    .. "Voilà pourquoi l’État a créé, près de la frontière, une école où l’on forme des ingénieurs.\n"):rep(60) },
  { "western", ("La cooperación digital entre China y la ASEAN creció más rápido de lo que se pensó. ¿Quién pagará los cables? "
    .. "Según la comisión, el año próximo habrá una señal más clara.\n"):rep(70) },
  { "western", ("Die Länder Südostasiens verfügen über sehr unterschiedliche Netze; größere Städte sind gut angeschlossen, Dörfer dagegen "
    .. "kaum. „Das müssen wir ändern“, sagt die Behörde.\n"):rep(70) },
  { "western", ("A cooperação digital não é só uma questão de cabos: são as pessoas que lhe dão vida. As nações já tomaram as suas decisões.\n"):rep(90) },
  { "western", ("“Nobody’s cables,” the minister said – and she did not smile – “are anybody’s friends.” We don’t know why.\n"):rep(100) },
}

-- A stretch of the encoded text that begins and ends where a character does.
local function stretch(bytes, at, size, name)
  if name:find("^UTF") then return bytes:sub(at - (at + 1) % 2, at - (at + 1) % 2 + size - 1) end
  local from = at == 1 and 1 or (bytes:find("\n", at, true) or 0) + 1
  return bytes:sub(from, from + size - 1):match("^(.*[\1-\47])") or ""
end

-- What is guessed of stretches of 1 kB and more must be right; of 200 bytes, right or nothing. Gives how many were right.
local function check(kind, text)
  local right, all = 0, 0
  for _, name in ipairs(WRITTEN[kind]) do
    local bytes, ours = in_encoding(text, name), OURS[name] or name
    assert.equal(ours, guess.encoding(bytes))
    for _, size in ipairs { 200, 1000, 10000 } do
      for _, at in ipairs { 1, math.floor(#bytes / 3) } do
        local part = stretch(bytes, at, size, name)
        if #part * 2 > size and (part:find("%z") or not core.valid(part)) then
          local guessed = guess.encoding(part)
          if size > 200 and #part > 800 or guessed then assert.equal(ours, guessed, ("%s, %d bytes at %d of %s"):format(kind, size, at, name)) end
          right, all = right + (guessed and 1 or 0), all + 1
        end
      end
    end
  end
  return right, all
end

describe("an encoding that is not declared", function()
  it("is told from the text, whole and in parts", function()
    local right, all = 0, 0
    for _, each in ipairs(TEXTS) do
      local r, a = check(each[1], each[2])
      right, all = right + r, all + a
    end
    assert.is_true(right >= 0.95 * all, right .. " of " .. all)
  end)

  it("is not told where there is no telling", function()
    assert.is_nil(guess.encoding("caf\233 and \224\128\128 more words of text\n"))
    local russian = ("Цифровой разрыв между странами остаётся большим, и мосты его не закроют.\n"):rep(60)
    for _, name in ipairs { "CP1251", "KOI8-R", "ISO-8859-5" } do assert.is_nil(guess.encoding(in_encoding(russian, name)), name) end
    local japanese = ("デジタル格差は広がっている。海底ケーブルだけでは橋にならない。\n"):rep(60)
    for _, name in ipairs { "CP932", "EUC-JP" } do assert.is_nil(guess.encoding(in_encoding(japanese, name)), name) end
    assert.is_nil(guess.encoding(in_encoding(("디지털 격차는 계속 커지고 있다.\n"):rep(80), "CP949")))
    assert.is_nil(guess.encoding(in_encoding(("Przepaść cyfrowa między państwami wciąż się pogłębia, źródła są różne.\n"):rep(60), "CP1250")))
    math.randomseed(3)
    local noise = {}
    for i = 1, 4000 do noise[i] = string.char(math.random(32, 255)) end
    assert.is_nil(guess.encoding(table.concat(noise)))
  end)

  it("is told of a long file by its head, and a character that the head would cut is left out", function()
    for shift = 0, 3 do
      local text = ("a"):rep(shift) .. ("数字鸿沟正在扩大，各国的情况不同。"):rep(2000)
      assert.equal("GB18030", guess.encoding(in_encoding(text, "GB18030")))
      assert.equal("UTF-16BE", guess.encoding(in_encoding(text, "UTF-16BE")))
    end
  end)
end)

describe("a text file", function()
  it("in a detected encoding is converted, and the document says so", function()
    local text = paper "zh-hans-trust"
    local document = assert(read("gb.txt", in_encoding(text, "GB18030")))
    assert.equal(text, document.text)
    assert.same({ name = "GB18030", how = "detected" }, document.encoding)
    assert.equal("converted from GB18030, which was detected, not declared; if that is wrong, name its encoding with --encoding",
      document.notes[1])
    assert.equal(0, document.replaced)
    document = assert(read("vi.txt", in_encoding(paper "vi-bien-dong", "CP1258")))
    assert.same({ name = "Windows-1258", how = "detected" }, document.encoding)
    assert.equal(core.normalize(paper "vi-bien-dong", "nfc"):sub(1, 400), core.normalize(document.text, "nfc"):sub(1, 400))
    assert.is_nil(assert(read("u.txt", text)).encoding)
  end)

  it("in UTF-16 without a mark is detected, ASCII too", function()
    local document = assert(read("w.txt", in_encoding("The gap is wide.\n", "UTF-16LE")))
    assert.equal("The gap is wide.\n", document.text)
    assert.same({ name = "UTF-16LE", how = "detected" }, document.encoding)
    refused("it is binary, not text", "b.txt", "ab\0cd\0\0\1\2\3zz\0\0")
  end)

  it("in UTF-16 or UTF-32 with a mark is converted, strict or not", function()
    for _, name in ipairs { "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE" } do
      local document = assert(read("w.txt", in_encoding("\239\187\191数字 gap", name), { strict = true }))
      assert.equal("数字 gap", document.text)
      assert.same({ name = name:sub(1, 6), how = "declared" }, document.encoding)
      assert.same({ "converted from " .. name:sub(1, 6) }, document.notes)
    end
    assert.equal("utf8", refused("it is not UTF-16", "w.txt", "\255\254a"))
  end)

  it("stays UTF-8 when a few of its bytes are bad, whatever could be guessed", function()
    local real = guess.encoding
    finally(function() guess.encoding = real end)
    guess.encoding = function() return "KOI8-R" end
    for _, name in ipairs { "zh-hans-trust", "th-digital", "vi-bien-dong" } do
      local text = paper(name)
      local document = assert(read("d.txt", text:sub(1, 1000) .. "\255\254 \233" .. text:sub(1001)))
      assert.is_nil(document.encoding)
      assert.is_true(document.replaced >= 3 and document.replaced <= 5)
    end
    guess.encoding = real
    local document = assert(read("bad.txt", "caf\233 \224\128\128 more words of text\n"))
    assert.equal(4, document.replaced)
  end)

  it("is refused when strict, or when nothing wins", function()
    assert.equal("utf8", refused("invalid UTF-8 at byte 4", "s.txt", "abc" .. in_encoding("数字鸿沟正在扩大。", "GB18030"), { strict = true }))
    local koi = in_encoding(("Цифровой разрыв между странами остаётся большим.\n"):rep(60), "KOI8-R")
    assert.equal("utf8", refused("not UTF-8: ", "k.txt", koi))
    assert.truthy(assert(read("k.txt", koi, { encoding = "KOI8-R" })).text:find("Цифровой", 1, true))
  end)

  it("is converted from a named encoding", function()
    local document = assert(read("l.txt", "caf\233 x", { encoding = "ISO-8859-1" }))
    assert.equal("café x", document.text)
    assert.equal("café", assert(read("l.vrt", "caf\233\tNN\tcaf\233\n", { encoding = "ISO-8859-1" })).text)
    assert.same({ name = "CP1252", how = "declared" }, document.encoding)
    assert.equal("é", assert(read("utf8.txt", "é", { encoding = "GB18030" })).text)
    assert.equal("ab", assert(read("w.txt", "a\0b\0", { encoding = "UTF-16LE" })).text)
    assert.equal("caf\239\191\189 x", assert(read("l.txt", "caf\233 x", { encoding = "utf-8" })).text)
    assert.equal("argument", refused("no encoding has such a name", "no.txt", "caf\233", { encoding = "-f x" }))
    refused("it is not US-ASCII", "no.txt", "caf\233 x", { encoding = "US-ASCII" })
  end)

  it("has its encoding from metadata.csv, before the option", function()
    assert(system.make_folder(folder .. "/c"))
    write("c/k.txt", in_encoding("Цифровой разрыв", "KOI8-R"))
    write("c/l.txt", "caf\233 x")
    write("c/metadata.csv", "file,encoding\nk.txt,KOI8-R\n")
    local texts = {}
    for entry, document in assert(corpus.documents({ folder .. "/c" }, { encoding = "ISO-8859-1" })) do texts[entry.id] = document.text end
    assert.same({ ["k.txt"] = "Цифровой разрыв", ["l.txt"] = "café x" }, texts)
  end)
end)

-- The same with texts from beside the project, where they are.
local UDHR = "../shared/data/udhr.tar.xz"
if system.kind(UDHR) == "file" then
  it("the encoding of the Declaration of Human Rights is told in twelve languages", function()
    local languages = { fra = "western", spa = "western", deu_1996 = "western", por_PT = "western", ita = "western", swe = "western",
      dan = "western", vie = "vietnamese", tha = "thai", cmn_hans = "hans", cmn_hant = "hant", ind = "plain" }
    local argv = { "tar", "-C", folder, "-xf", UDHR }
    for code in pairs(languages) do argv[#argv + 1] = "udhr/data/udhr/udhr_" .. code .. ".xml" end
    assert(system.run { argv = argv, wall = 120 }.code == 0)
    for code, kind in pairs(languages) do
      local xml = assert(system.read(folder .. "/udhr/data/udhr/udhr_" .. code .. ".xml"))
      check(kind, (xml:gsub("<[^>]*>", ""):gsub("\n%s+", "\n")))
    end
  end)
end

teardown(function() system.run { argv = { "rm", "-rf", folder } } end)
