-- encoding_guess: which encoding gives text, not just characters?
--
-- A sample of the file's head is decoded in each encoding that its bytes allow, and what comes out is judged by
-- what is common where people write: frequent Han characters, Thai letters in an order that Thai has, Vietnamese
-- vowels with tones, accented letters inside Latin words. A wrong encoding gives rare characters in no order.

local core = require "entente.core"
local system = require "entente.system"

local M = {}

---How many bytes are judged.
M.SAMPLE = 16384

local CHARACTER = "[^\128-\191][\128-\191]*"

-- The 420 most frequent Han characters of Chinese papers and news, in Simplified form: four of five in such texts.
local FREQUENT = [[
的和在中国一为有是学发用人研对了性大以理病于要行与方化究生科会作不能进可分数体年成出现新建个智工重实制库设者地技时据其展关家高机业多
合过动同上提度这系应到基等定主程全来力法经术政型计模间及面量文部通本所信种社因毒开管统而产相并后测务图自策目式利期结如构或公内需创前区果源
也平下状资月情加物日将组息例从员使感效传心此特之流外我题入影表他报们知位调施保标更点共集决最确问类些识代患响院项论教具变供服接域得验包明态指
向立专已由治护导当持各美水求但规染强存析件然比界取安网检手世长意校民三联形采济事市该较交馆府试布际还解海无子道评书环复处至疫样质正育受被领境
推常医率括战价层次防认核议疗观起维口任引证症织都第两值器单增少名总致权略活控改支转参就示运天场础划步小疾准球素协别冠金预很低整着播原约监团路
门义断选段户造空络完则告离非达品斯好卫队限广放视思未容线考土获字显助语台版况北积优级均二才功范查直西血案算注细群近根备势续速农诊且互带临越除
每河严措局]]

local frequent, marks = {}, {}
for c in FREQUENT:gmatch(CHARACTER) do frequent[c] = true end
for c in ("。，、；：？！“”‘’（）《》〈〉【】「」『』〔〕—…·　％"):gmatch(CHARACTER) do marks[c] = true end

-- Whether a Han character is frequent, Traditional forms by their Simplified one; asked once for each.
local function is_frequent(c)
  local known = frequent[c]
  if known == nil then
    known = frequent[core.normalize(c, "hans")] or false
    frequent[c] = known
  end
  return known
end

-- A set of the characters of a string.
local function set(characters)
  local all = {}
  for c in characters:gmatch(CHARACTER) do all[c] = true end
  return all
end

-- What languages need that are written in Windows-1252, each in one of these: Polish or Czech, read in it, has letters of all.
local WESTERN = {
  set "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ",
  set "áàâãçéêèëíìîïñóòôõúùûüÁÀÂÃÇÉÊÈËÍÌÎÏÑÓÒÔÕÚÙÛÜ",
  set "äöüßåæøéèêëïàáóšžÄÖÜÅÆØÉÈÊËÏÀÁÓŠŽ",
}
local WESTERN_CAPITAL = set "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŸŒŠŽ"
local WESTERN_MARK = set "“”‘’„‚«»‹›–—…•·¿¡§°ªº€£©®™±×½¼¾²³\194\160\194\173"
local SIGN = set "•§°ªº€£©®™±×½¼¾²³" -- stand among ASCII
local JOINS = set "’·–—\194\173" -- stand inside words, too
local VIETNAMESE = set "àáâãèéêìíòóôõùúýăđĩũơưÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ"
local TONE = set "\204\128\204\129\204\131\204\137\204\163"
local VOWEL = set "aeiouyâêôăơưAEIOUYÂÊÔĂƠƯ"

-- ---- scores: the share of what is not ASCII that is as it should be ------------------------------------------------

local function han(list)
  local good, all = 0, 0
  for _, c in ipairs(list) do
    if #c > 1 then
      all = all + 1
      if marks[c] or is_frequent(c) then good = good + 1 end
    end
  end
  return all >= 4 and good / all or 0
end

-- Thai: vowels and tones behind, above and below follow a consonant or each other, a leading vowel comes before a
-- consonant.
local function thai_class(c)
  if not c or #c ~= 3 then return nil end
  local a, b, d = c:byte(1, 3)
  if a ~= 0xE0 then return nil end
  local code = (b % 64) * 64 + d % 64 -- U+0E00 is 0xE00
  if code >= 0xE01 and code <= 0xE2E then return "consonant" end
  if code >= 0xE30 and code <= 0xE3A or code >= 0xE47 and code <= 0xE4E then return "mark" end
  if code >= 0xE40 and code <= 0xE44 then return "leading" end
  if code >= 0xE2F and code <= 0xE5B then return "sign" end
end

-- No consonant makes a quarter of Thai: one that does is the first byte of a row of kana.
local function thai(list)
  local good, all, letters, most, before = 0, 0, 0, 0, nil
  local counts = {}
  for i, c in ipairs(list) do
    local class = thai_class(c)
    if #c > 1 then
      all = all + 1
      if class == "mark" then
        if before == "consonant" or before == "mark" then good = good + 1 end
      elseif class == "leading" then
        if thai_class(list[i + 1]) == "consonant" then good = good + 1 end
      elseif class == "consonant" or WESTERN_MARK[c] then
        good = good + 1
      end
      if class and before then letters = letters + 1 end
      counts[c] = (counts[c] or 0) + 1
      most = math.max(most, counts[c])
    end
    before = class
  end
  return all >= 24 and letters * 2 > all and most * 4 < all and good / all or 0 -- Thai letters stand in runs
end

-- Windows-1258 has vowels and tones apart; iconv composes what it can: the letters of U+1EA0 to U+1EF9, which no
-- single byte stands for.
local function vietnamese(list)
  local good, all, tones = 0, 0, 0
  for i, c in ipairs(list) do
    if #c > 1 then
      all = all + 1
      if TONE[c] then
        tones = tones + 1
        if VOWEL[list[i - 1]] then good = good + 1 end
      elseif c >= "\225\186\160" and c <= "\225\187\185" then
        tones, good = tones + 1, good + 1
      elseif VIETNAMESE[c] or WESTERN_MARK[c] then
        good = good + 1
      end
    end
  end
  return tones >= 3 and tones * 8 > all and good / all or 0
end

-- õ is Portuguese before e only; elsewhere it is most often the ő of another encoding.
local function western_letter(c, before, after)
  if #before > 1 and #after > 1 or WESTERN_CAPITAL[c] and before:find("^%l") then return false end
  return c ~= "õ" or after == "e"
end

local function western_mark(c, before, after)
  if SIGN[c] and (#before > 1 or #after > 1) then return false end
  return JOINS[c] or not (before:find("^%a") and after:find("^%a"))
end

local function western(list)
  local good, all, letters = 0, 0, { 0, 0, 0 }
  for i, c in ipairs(list) do
    if #c > 1 then
      local before, after = list[i - 1] or " ", list[i + 1] or " "
      all = all + 1
      if WESTERN_MARK[c] then
        if western_mark(c, before, after) then good = good + 1 end
      elseif western_letter(c, before, after) then
        for group, alphabet in ipairs(WESTERN) do
          if alphabet[c] then letters[group] = letters[group] + 1 end
        end
      end
    end
  end
  return all >= 4 and (good + math.max(letters[1], letters[2], letters[3])) / all or 0
end

-- UTF-16 holds any script: all characters count. Letters of other scripts than these are good where blanks part
-- words: Chinese in GB18030, taken for UTF-16, is Hangul without any.
local function any_script(list)
  local good, others, blanks, before = 0, 0, 0, nil
  for _, c in ipairs(list) do
    local class = thai_class(c)
    if #c == 1 then
      if c:find("[%g%s]") then good = good + 1 end
      if c:find("%s") then blanks = blanks + 1 end
    elseif marks[c] or WESTERN_MARK[c] or TONE[c] then
      good = good + 1
    elseif class then
      if class ~= "mark" or before == "consonant" or before == "mark" then good = good + 1 end
    else
      local script = core.script(c)
      if script == "Latin" or script == "Han" and is_frequent(c) then good = good + 1
      elseif script ~= "Common" and script ~= "Unknown" and script ~= "Han" then others = others + 1 end
    end
    before = class
  end
  if blanks * 25 > #list then good = good + others end
  return #list >= 8 and good / #list or 0
end

-- In the order in which they are tried; `least`: what a score must reach.
local CANDIDATES = {
  { name = "UTF-16LE", score = any_script, least = 0.6, wide = true },
  { name = "UTF-16BE", score = any_script, least = 0.6, wide = true },
  { name = "GB18030", score = han, least = 0.4 },
  { name = "Big5", iconv = "BIG5-HKSCS", score = han, least = 0.4 },
  { name = "Windows-874", iconv = "CP874", score = thai, least = 0.95 },
  { name = "Windows-1258", iconv = "CP1258", score = vietnamese, least = 0.9 },
  { name = "Windows-1252", iconv = "CP1252", score = western, least = 0.9 },
}
local MARGIN = 0.15

-- ---- the sample ---------------------------------------------------------------------------------

-- The file's head, cut where no encoding can have a character: behind a byte below '0', which is never the later
-- byte of one; in UTF-16 anywhere between two bytes that are not half a pair.
local function sample_of(bytes, wide)
  if #bytes <= M.SAMPLE then return bytes end
  local head = bytes:sub(1, M.SAMPLE)
  return wide and head or head:match("^(.*[\1-\47])") or head
end

-- The sample's characters, or nil when it is not in this encoding.
local function decoded(sample, whole, name)
  local ran = system.run { argv = { "iconv", "-f", name, "-t", "UTF-8" }, input = sample, wall = 30, output = 8 * #sample + 64 }
  if not ran or ran["end"] ~= "exit" then return nil end
  if ran.code ~= 0 and (whole or not ran.err:find("incomplete character", 1, true)) then return nil end
  local list = {}
  for c in ran.out:gmatch(CHARACTER) do list[#list + 1] = c end
  return list
end

---The encoding that wins clearly, or nil.
---@param bytes string a file's bytes, which are not UTF-8
---@param wide_only boolean|nil whether it must be UTF-16, because it looks binary
---@return string|nil name
function M.encoding(bytes, wide_only)
  local best, best_score, second = nil, 0, 0
  wide_only = wide_only or bytes:sub(1, M.SAMPLE):find("\0", 1, true)
  for _, candidate in ipairs(CANDIDATES) do
    local score = 0
    if candidate.wide and #bytes % 2 == 0 or not candidate.wide and not wide_only then
      local sample = sample_of(bytes, candidate.wide)
      local list = decoded(sample, #sample == #bytes, candidate.iconv or candidate.name)
      score = list and candidate.score(list) or 0
    end
    if score > best_score then
      best, best_score, second = candidate, score, best_score
    elseif score > second then
      second = score
    end
    -- Tones after vowels are Vietnamese; in Windows-1252 the same bytes are letters that it has, too.
    if candidate.score == vietnamese and score >= candidate.least then break end
  end
  return best and best_score >= best.least and best_score - second >= MARGIN and best.name or nil
end

return M
