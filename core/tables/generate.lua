-- Writes core/src/text/unicode_tables.{c,h} and core/tables/hans_ambiguous.tsv from the Unicode Character Database.
--
--   lua5.4 core/tables/generate.lua /usr/share/unicode [OUT_FOLDER]
--
-- The folder is that of Debian's unicode-data (15.0.0). Files that end in .bz2 there go through
-- `bzip2 -dc`. The output depends on these files only: no clock, no host, no order of a hash table, so
-- that a test can write it again and compare bytes.
--
-- What utf8proc knows of a code point (combining class, decomposition, folding) is asked from utf8proc
-- (text/ucd.c). Here stand the properties that it lacks, the quick checks that let most text skip it,
-- and the composition pairs, because whole strings are composed by us.

local folder = arg[1] or error("usage: generate.lua UNICODE_FOLDER [OUT_FOLDER]")
local out_folder, table_folder = arg[2] or "core/src/text", arg[2] or "core/tables"
local LAST = 0x10FFFF

-- ---- reading ----------------------------------------------------------------------------------

local function lines_of(name)
  local path = folder .. "/" .. name
  local file = io.open(path, "r")
  if not file then
    assert(not path:find("'", 1, true), "a quote in the folder's name")
    file = assert(io.popen("bzip2 -dc '" .. path .. ".bz2'", "r"))
  end
  local lines = {}
  for line in file:lines() do lines[#lines + 1] = line end
  assert(file:close(), "cannot read " .. path)
  assert(#lines > 0, path .. " is empty")
  return lines
end

local version -- of the first file that names one; the others must agree
local function check_version(name, line)
  local found = line:match("^# %a+%-(%d+%.%d+%.%d+)%.txt")
  if not found then return end
  version = version or found
  assert(found == version, name .. " is of Unicode " .. found .. ", not " .. version)
end

-- Calls visit(first, last, field1, field2, …) for each line `XXXX..YYYY ; field1 ; field2 # comment`.
local function each_range(name, visit)
  local lines = lines_of(name)
  check_version(name, lines[1])
  for _, line in ipairs(lines) do
    local data = line:gsub("#.*", "")
    local first, last, rest = data:match("^(%x+)%.%.(%x+)%s*;(.*)$")
    if not first then
      first, rest = data:match("^(%x+)%s*;(.*)$")
      last = first
    end
    if first then
      local fields = {}
      for field in (rest .. ";"):gmatch("%s*([^;]-)%s*;") do fields[#fields + 1] = field end
      visit(tonumber(first, 16), tonumber(last, 16), table.unpack(fields))
    end
  end
end

-- ---- the record of a code point ---------------------------------------------------------------

-- Fields from the lowest bit up. The first value of each is the default.
local fields = {
  { name = "GCB", bits = 4, values = { "Other", "CR", "LF", "Control", "Extend", "ZWJ",
    "Regional_Indicator", "Prepend", "SpacingMark", "L", "V", "T", "LV", "LVT",
    "Extended_Pictographic" } },
  { name = "WB", bits = 5, values = { "Other", "CR", "LF", "Newline", "Extend", "ZWJ", "Format",
    "WSegSpace", "ALetter", "Hebrew_Letter", "Katakana", "Numeric", "ExtendNumLet", "MidLetter",
    "MidNum", "MidNumLet", "Single_Quote", "Double_Quote", "Regional_Indicator" } },
  { name = "SB", bits = 4, values = { "Other", "CR", "LF", "Sep", "Extend", "Format", "Sp", "Lower",
    "Upper", "OLetter", "Numeric", "ATerm", "STerm", "Close", "SContinue" } },
  { name = "SCRIPT", bits = 5, values = { "Other", "Common", "Inherited", "Latin", "Han", "Hiragana",
    "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar", "Tai_Tham", "New_Tai_Lue", "Tai_Le",
    "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Tamil" } },
  -- The order of utf8proc_category_t.
  { name = "CATEGORY", bits = 5, values = { "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd",
    "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp",
    "Cc", "Cf", "Cs", "Co" } },
}
local flags = {
  { name = "MARK", note = "combining class above 0" },
  { name = "JOINS", note = "NFC_QC=Maybe: may compose with what stands before it" },
  { name = "NFC_NO", note = "NFC_QC=No" },
  { name = "NFD_NO", note = "NFD_QC=No" },
  { name = "NFKC_NO", note = "NFKC_QC=No" },
  { name = "NFKD_NO", note = "NFKD_QC=No" },
  { name = "FOLDS", note = "Changes_When_NFKC_Casefolded" },
  { name = "UNIFIES", note = "a source of enti_unify_pairs" },
}

local shift = 0
for _, field in ipairs(fields) do
  field.shift, field.number = shift, {}
  for i, value in ipairs(field.values) do field.number[value] = i - 1 end
  assert(#field.values <= 1 << field.bits)
  fields[field.name] = field
  shift = shift + field.bits
end
for _, flag in ipairs(flags) do
  flags[flag.name] = 1 << shift
  flag.bit = shift
  shift = shift + 1
end
assert(shift <= 32, "a record is 32 bits")

local records = {}
for cp = 0, LAST do records[cp] = 0 end

local function set(first, last, field_name, value)
  local field = fields[field_name]
  local number = assert(field.number[value], field_name .. " has no value " .. tostring(value))
  local mask, bits = ~(((1 << field.bits) - 1) << field.shift), number << field.shift
  for cp = first, last do records[cp] = records[cp] & mask | bits end
end

local function raise(first, last, flag)
  for cp = first, last do records[cp] = records[cp] | flags[flag] end
end

-- ---- properties -------------------------------------------------------------------------------

each_range("auxiliary/GraphemeBreakProperty.txt", function(a, b, value) set(a, b, "GCB", value) end)
each_range("auxiliary/WordBreakProperty.txt", function(a, b, value) set(a, b, "WB", value) end)
each_range("auxiliary/SentenceBreakProperty.txt", function(a, b, value) set(a, b, "SB", value) end)
each_range("Scripts.txt", function(a, b, value)
  set(a, b, "SCRIPT", fields.SCRIPT.number[value] and value or "Other")
end)

-- The whole Script property does not fit into a record: it stands beside the records, so that two records
-- that differ in it alone are two. Numbered in the order of their names, but for Unknown, which is 0.
local scripts, script_names = {}, { "Unknown" }
do
  local number, ranges = {}, {}
  each_range("Scripts.txt", function(a, b, value)
    ranges[#ranges + 1] = { a, b, value }
    if not number[value] then
      number[value] = true
      script_names[#script_names + 1] = value
    end
  end)
  table.sort(script_names, function(x, y)
    if x == "Unknown" or y == "Unknown" then return x == "Unknown" and y ~= "Unknown" end
    return x < y
  end)
  assert(#script_names <= 256, "a script's number is 8 bits")
  for i, name in ipairs(script_names) do number[name] = i - 1 end
  for cp = 0, LAST do scripts[cp] = 0 end
  for _, range in ipairs(ranges) do
    for cp = range[1], range[2] do scripts[cp] = number[range[3]] end
  end
end
each_range("emoji/emoji-data.txt", function(a, b, value)
  if value ~= "Extended_Pictographic" then return end
  for cp = a, b do -- so that it can share the field of Grapheme_Cluster_Break
    assert(records[cp] & 15 == 0, "Extended_Pictographic with another Grapheme_Cluster_Break")
    set(cp, cp, "GCB", value)
  end
end)

local excluded = {} -- Full_Composition_Exclusion
each_range("DerivedNormalizationProps.txt", function(a, b, property, value)
  if property == "Full_Composition_Exclusion" then
    for cp = a, b do excluded[cp] = true end
  elseif property == "NFC_QC" then
    raise(a, b, value == "M" and "JOINS" or "NFC_NO")
  elseif property == "NFKC_QC" and value == "N" then
    raise(a, b, "NFKC_NO")
  elseif property == "NFD_QC" or property == "NFKD_QC" then
    raise(a, b, property == "NFD_QC" and "NFD_NO" or "NFKD_NO")
  elseif property == "Changes_When_NFKC_Casefolded" then
    raise(a, b, "FOLDS")
  end
end)

local decomposes, pairs_of = {}, {} -- any decomposition; {first, second, composite}
do
  local range_start
  for _, line in ipairs(lines_of("UnicodeData.txt")) do
    local hex, name, category, class, mapping =
      line:match("^(%x+);([^;]*);(%a+);(%d+);[^;]*;([^;]*);")
    local cp = tonumber(hex, 16)
    if name:find(", First>$") then
      range_start = cp
    else
      local first = name:find(", Last>$") and range_start or cp
      set(first, cp, "CATEGORY", category)
      if class ~= "0" then raise(first, cp, "MARK") end
    end
    if mapping ~= "" then
      decomposes[cp] = true
      local a, b = mapping:match("^(%x+) (%x+)$")
      if a and not excluded[cp] then
        pairs_of[#pairs_of + 1] = { tonumber(a, 16), tonumber(b, 16), cp }
      end
    end
  end
end

-- ---- what fold makes one ----------------------------------------------------------------------

local unify = {} -- of code points that compatibility decomposition leaves alone
do
  local function to(target, cp)
    if cp ~= target and not decomposes[cp] then unify[cp] = target end
  end
  each_range("PropList.txt", function(a, b, property)
    if property == "Quotation_Mark" then
      for cp = a, b do
        if cp ~= 0x27 then to(0x22, cp) end
      end
    end
  end)
  to(0x22, 0x05F4) -- Hebrew gershayim
  -- Single quotation marks serve as apostrophes; the modifier letters, the Armenian apostrophe, the
  -- Hebrew geresh and the prime are typed for one.
  for _, cp in ipairs { 0x02BB, 0x02BC, 0x055A, 0x05F3, 0x2018, 0x2019, 0x201A, 0x201B, 0x2032 } do
    to(0x27, cp)
  end
  local category = fields.CATEGORY
  for cp = 0, LAST do
    local value = category.values[(records[cp] >> category.shift & 31) + 1]
    if value == "Zs" then to(0x20, cp) end
    if value == "Pd" or cp == 0x2212 then to(0x2D, cp) end
  end
end
for cp in pairs(unify) do raise(cp, cp, "UNIFIES") end

-- ---- Traditional to Simplified ----------------------------------------------------------------

-- A layer is a map, so each source has one target or stays: one-to-one. Where Unihan names several targets, the only
-- one of them in GB 2312 is taken (戰: 战, not 𢧐; 線: 线, not 缐), for simplified text is written in that set and
-- the others are rare forms of the same word. Where GB 2312 holds several (乾: 乾, 干; 著: 着, 著) the reader must
-- know which word is meant, so the source stays. Each of these decisions is a line of hans_ambiguous.tsv.
local decisions = {}
local function decide(source, list, taken, why)
  local names = {}
  for i, target in ipairs(list) do names[i] = utf8.char(target) end
  decisions[#decisions + 1] = ("%s\tU+%04X\t%s\t%s\t%s\n"):format(utf8.char(source), source, table.concat(names, " "),
    utf8.char(taken), why)
end
local hans, hans_chosen, hans_ambiguous, hans_chained = {}, 0, 0, 0
do
  local function unihan(name, property, visit)
    for _, line in ipairs(lines_of(name)) do
      local source, value = line:match("^U%+(%x+)\t" .. property .. "\t(.*)$")
      if source then visit(tonumber(source, 16), value) end
    end
  end
  local in_gb2312 = {}
  unihan("Unihan_OtherMappings.txt", "kGB0", function(cp) in_gb2312[cp] = true end)
  local targets, sources, is_target = {}, {}, {}
  unihan("Unihan_Variants.txt", "kSimplifiedVariant", function(source, value)
    local list = {}
    for target in value:gmatch("U%+(%x+)") do
      target = tonumber(target, 16)
      list[#list + 1] = target
      if target ~= source then is_target[target] = true end
    end
    sources[#sources + 1], targets[source] = source, list
  end)
  table.sort(sources)
  for _, source in ipairs(sources) do
    local list = targets[source]
    local target = list[1]
    if #list > 1 then
      local common = {}
      for _, candidate in ipairs(list) do
        if in_gb2312[candidate] then common[#common + 1] = candidate end
      end
      target = #common == 1 and common[1] or source
      if target == source then
        hans_ambiguous = hans_ambiguous + 1
        decide(source, list, source, #common == 0 and "stays: no target in GB 2312"
          or #common == 1 and "stays: the only target in GB 2312 is itself" or "stays: several targets in GB 2312")
      else
        hans_chosen = hans_chosen + 1
        decide(source, list, target, "the only target in GB 2312")
      end
    end
    if target ~= source and not decomposes[source] then
      if is_target[source] then -- itself the simplified form of another: it would make a chain
        hans_chained = hans_chained + 1
        decide(source, list, source, "stays: it is itself the simplified form of another")
      else
        assert(not decomposes[target], "a simplified form that is not normal")
        hans[source] = target
      end
    end
  end
end

local function sorted_pairs(map)
  local list = {}
  for from, to in pairs(map) do list[#list + 1] = { from, to } end
  table.sort(list, function(x, y) return x[1] < y[1] end)
  return list
end

-- ---- two-stage table --------------------------------------------------------------------------

local BLOCK_BITS = 7
local values, value_index = {}, {} -- the distinct records, in order of first occurrence
local value_scripts = {} -- the script of each
local blocks, block_index, stage1 = {}, {}, {}
for start = 0, LAST, 1 << BLOCK_BITS do
  local block = {}
  for cp = start, start + (1 << BLOCK_BITS) - 1 do
    local record = records[cp]
    local key = record | scripts[cp] << 32
    if not value_index[key] then
      values[#values + 1] = record
      value_scripts[#values] = scripts[cp]
      value_index[key] = #values - 1
    end
    block[#block + 1] = value_index[key]
  end
  local key = table.concat(block, ",")
  if not block_index[key] then
    blocks[#blocks + 1] = block
    block_index[key] = #blocks - 1
  end
  stage1[#stage1 + 1] = block_index[key]
end
local stage2 = {}
for _, block in ipairs(blocks) do table.move(block, 1, #block, #stage2 + 1, stage2) end

-- ---- composition hash -------------------------------------------------------------------------

local HASH_BITS = 11
table.sort(pairs_of, function(x, y)
  if x[1] ~= y[1] then return x[1] < y[1] end
  return x[2] < y[2]
end)
local slots, longest = {}, 0
assert(#pairs_of < 1 << HASH_BITS - 1, "the table would be more than half full")
for i = 0, (1 << HASH_BITS) - 1 do slots[i] = { 0, 0, 0 } end
for _, pair in ipairs(pairs_of) do -- the same function as in text/compose.c
  local hash = (pair[1] * 0x9E3779B1 ~ pair[2] * 0x85EBCA6B) & 0xFFFFFFFF
  local slot, steps = hash >> 32 - HASH_BITS, 1
  while slots[slot][3] ~= 0 do
    slot, steps = slot + 1 & (1 << HASH_BITS) - 1, steps + 1
  end
  slots[slot], longest = pair, math.max(longest, steps)
end

-- ---- writing ----------------------------------------------------------------------------------

local text = {}
local function write(...) text[#text + 1] = string.format(...) end
local function save(name, folder_of)
  local file = assert(io.open((folder_of or out_folder) .. "/" .. name, "wb"))
  assert(file:write(table.concat(text)))
  assert(file:close())
  text = {}
end

local function array(kind, name, list, format, first)
  write("\nconst %s %s[%d] = {", kind, name, #list + (first == 0 and 1 or 0))
  local width = 1000
  for i = first or 1, #list do
    local item = list[i]
    item = type(item) == "table" and string.format(format, table.unpack(item)) or string.format(format, item)
    if width + #item + 1 > 100 then
      write("\n ")
      width = 1
    end
    write(" %s", item)
    width = width + #item + 1
  end
  write("\n};\n")
end

local notice = "/* GENERATED by core/tables/generate.lua from Unicode " .. version .. "; do not edit.\n"
local sorted_hans, sorted_unify = sorted_pairs(hans), sorted_pairs(unify)
local stage1_type = #blocks <= 256 and "uint8_t" or "uint16_t"
local stage2_type = #values <= 256 and "uint8_t" or "uint16_t"

write("%s", notice)
write(" * One 32-bit record a code point: the fields below, then the flags. See enti_unicode_record. */\n")
write("#ifndef ENTI_UNICODE_TABLES_H\n#define ENTI_UNICODE_TABLES_H\n\n#include <stdint.h>\n\n")
write('#define ENTI_UNICODE_VERSION "%s"\n', version)
for _, field in ipairs(fields) do
  write("\nenum { /* %s */\n", field.name)
  for i, value in ipairs(field.values) do
    write("  ENTI_%s_%s = %d%s\n", field.name, value:upper(), i - 1,
      i < #field.values and "," or "")
  end
  write("};\n#define ENTI_%s_SHIFT %d\n#define ENTI_%s_MASK 0x%Xu\n", field.name, field.shift, field.name,
    (1 << field.bits) - 1)
end
write("\n")
for _, flag in ipairs(flags) do
  write("#define ENTI_HAS_%s 0x%08Xu /* %s */\n", flag.name, 1 << flag.bit, flag.note)
end
write("\n/* %d distinct records, %d distinct blocks of %d code points. */\n",
  #values, #blocks, 1 << BLOCK_BITS)
write("#define ENTI_UNICODE_BLOCK_BITS %d\n", BLOCK_BITS)
write("extern const %s enti_unicode_stage1[%d];\n", stage1_type, #stage1)
write("extern const %s enti_unicode_stage2[%d];\n", stage2_type, #stage2)
write("extern const uint32_t enti_unicode_records[%d];\n", #values)
write("\n/* The whole Script property, beside the records: a number for each, and its name in Scripts.txt. */\n")
write("#define ENTI_SCRIPT_COUNT %d\n", #script_names)
write("extern const uint8_t enti_unicode_scripts[%d];\n", #values)
write("extern const char *const enti_script_names[%d];\n", #script_names)
write([==[

/* The record of a code point, at most U+10FFFF. What 15.0 does not assign has category Cn and no flag
 * but those of reserved ranges, whatever utf8proc's Unicode version knows. */
static inline uint32_t enti_unicode_record(uint32_t cp) {
  uint32_t low = cp & ((1u << ENTI_UNICODE_BLOCK_BITS) - 1);
  uint32_t block = enti_unicode_stage1[cp >> ENTI_UNICODE_BLOCK_BITS];
  return enti_unicode_records[enti_unicode_stage2[block << ENTI_UNICODE_BLOCK_BITS | low]];
}

/* The number of a code point's script, below ENTI_SCRIPT_COUNT; ENTI_SCRIPT_… is a shorter list. */
static inline unsigned enti_unicode_full_script(uint32_t cp) {
  uint32_t low = cp & ((1u << ENTI_UNICODE_BLOCK_BITS) - 1);
  uint32_t block = enti_unicode_stage1[cp >> ENTI_UNICODE_BLOCK_BITS];
  return enti_unicode_scripts[enti_unicode_stage2[block << ENTI_UNICODE_BLOCK_BITS | low]];
}

/* A field of a record, and of a code point: a value of ENTI_GCB_…, ENTI_WB_… and so on. */
]==])
for _, field in ipairs(fields) do
  local lower = field.name:lower()
  write("static inline unsigned enti_record_%s(uint32_t record) {\n", lower)
  write("  return record >> ENTI_%s_SHIFT & ENTI_%s_MASK;\n}\n", field.name, field.name)
  write("static inline unsigned enti_unicode_%s(uint32_t cp) {\n", lower)
  write("  return enti_record_%s(enti_unicode_record(cp));\n}\n", lower)
end
write("\ntypedef struct enti_compose_triple {\n  uint32_t first, second, composite;\n")
write("} enti_compose_triple;\n")
write("\n/* Canonical composition: %d pairs without the full composition exclusions and Hangul; open\n",
  #pairs_of)
write(" * addressing, composite 0 is an empty slot, at most %d steps. */\n", longest)
write("#define ENTI_COMPOSE_BITS %d\n", HASH_BITS)
write("extern const enti_compose_triple enti_compose_slots[%d];\n", 1 << HASH_BITS)
write("\ntypedef struct enti_pair {\n  uint32_t from, to;\n} enti_pair;\n")
write("\n/* Apostrophes, quotation marks, dashes and spaces that fold makes one; sorted. */\n")
write("#define ENTI_UNIFY_COUNT %d\n", #sorted_unify)
write("extern const enti_pair enti_unify_pairs[%d];\n", #sorted_unify)
write("\n/* Traditional to Simplified (kSimplifiedVariant), sorted. Where there are several targets, the only\n")
write(" * one in GB 2312 (%d sources). Left out: %d sources for which there is no such one, %d that are\n",
  hans_chosen, hans_ambiguous, hans_chained)
write(" * themselves the simplified form of another character. */\n")
write("#define ENTI_HANS_COUNT %d\nextern const enti_pair enti_hans_pairs[%d];\n", #sorted_hans, #sorted_hans)
write("\n#endif\n")
save("unicode_tables.h")

write("%s *\n * See unicode_tables.h. */\n", notice)
write('#include "text/unicode_tables.h"\n')
array(stage1_type, "enti_unicode_stage1", stage1, "%d,")
array(stage2_type, "enti_unicode_stage2", stage2, "%d,")
array("uint32_t", "enti_unicode_records", values, "0x%08X,")
array("uint8_t", "enti_unicode_scripts", value_scripts, "%d,")
array("char *const", "enti_script_names", script_names, '"%s",')
array("enti_compose_triple", "enti_compose_slots", slots, "{0x%X, 0x%X, 0x%X},", 0)
array("enti_pair", "enti_unify_pairs", sorted_unify, "{0x%X, 0x%X},")
array("enti_pair", "enti_hans_pairs", sorted_hans, "{0x%X, 0x%X},")
save("unicode_tables.c")

write("# GENERATED by core/tables/generate.lua from Unihan %s: the characters with more than one simplified form.\n", version)
write("source\tcode\ttargets\ttaken\twhy\n%s", table.concat(decisions))
save("hans_ambiguous.tsv", table_folder)

-- ---- the quick tables -------------------------------------------------------------------------

local any_flag = 0
for _, flag in ipairs(flags) do any_flag = any_flag | 1 << flag.bit end
dofile((arg[0]:match("^(.*)/") or ".") .. "/quick.lua") {
  lines_of = lines_of, each_range = each_range, records = records, flags = flags, any_flag = any_flag,
  last = LAST, unify = unify, hans = hans, write = write, array = array, save = save, notice = notice,
}
