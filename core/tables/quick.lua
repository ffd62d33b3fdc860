-- Writes core/src/text/quick_tables.{c,h}: what a normal form does to most code points, by their bytes.
--
-- Called by generate.lua with what it has read. For every code point and form there is a verdict:
--
--   0            plain: stays as it is, a starter that joins nothing before it
--   1 … 0x7F     a mark that stays as it is behind a starter, or behind a mark of no higher verdict
--   MACHINE      only the machine of text/rewrite knows
--   DIRECT       becomes a slot: some bytes that begin with a starter that joins nothing before it
--   GONE         becomes nothing
--
-- Code points with the same verdicts under all forms share a profile. Profiles are found by the bytes of
-- UTF-8: first two bytes -> block, third byte -> profile. So a block of four-byte code points has one
-- profile for 64 of them; where they differ under a form, that form asks the machine.

local MACHINE, DIRECT, GONE = 0x80, 0x81, 0x82
local FORMS = { "NFC", "NFD", "NFKC", "NFKD", "FOLD", "BARE", "HANS" } -- the order of ent_form
local SLOT = 7 -- bytes that a slot holds; the eighth has their number
local ONE = 0x10 -- added to it where they are one code point
local DIRECT_END = 0x30000

return function(gen)
  local records, flags, LAST = gen.records, gen.flags, gen.last

  -- ---- facts ------------------------------------------------------------------------------------

  local class, canonical, is_mn = {}, {}, {}
  for _, line in ipairs(gen.lines_of("UnicodeData.txt")) do
    local hex, category, ccc, mapping = line:match("^(%x+);[^;]*;(%a+);(%d+);[^;]*;([^;]*);")
    local cp = tonumber(hex, 16)
    if ccc ~= "0" then class[cp] = tonumber(ccc) end
    if category == "Mn" then is_mn[cp] = true end
    if mapping ~= "" and mapping:sub(1, 1) ~= "<" then
      canonical[cp] = {}
      for part in mapping:gmatch("%x+") do table.insert(canonical[cp], tonumber(part, 16)) end
    end
  end

  local folded = {} -- NFKC_Casefold, where it changes something
  for _, line in ipairs(gen.lines_of("DerivedNormalizationProps.txt")) do
    local range, value = line:match("^(%x+[.%x]*)%s*;%s*NFKC_CF;%s*([%x ]-)%s*#")
    if range then
      local first, last = range:match("^(%x+)%.%.(%x+)$")
      first, last = tonumber(first or range, 16), tonumber(last or range, 16)
      local list = {}
      for part in value:gmatch("%x+") do list[#list + 1] = tonumber(part, 16) end
      for cp = first, last do folded[cp] = list end
    end
  end

  local script = {}
  gen.each_range("Scripts.txt", function(a, b, value)
    for cp = a, b do script[cp] = value end
  end)

  -- ---- bare: the same rules as in text/mapping.c --------------------------------------------------

  local MARKED = { Latin = true, Greek = true, Cyrillic = true, Hebrew = true, Arabic = true }
  local SHARED = { { 0x0300, 0x036F }, { 0x0485, 0x0486 }, { 0x064B, 0x0655 }, { 0x0670, 0x0670 },
    { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { 0x20D0, 0x20FF }, { 0xFE20, 0xFE2F } }
  local BARE_LETTER = { [0x0111] = 0x64, [0x0131] = 0x69, [0x0142] = 0x6C, [0x00F8] = 0x6F }

  local function is_diacritic(cp)
    if not is_mn[cp] then return false end
    if MARKED[script[cp]] then return true end
    if script[cp] ~= "Inherited" then return false end
    for _, range in ipairs(SHARED) do
      if cp >= range[1] and cp <= range[2] then return true end
    end
    return false
  end

  -- ---- what a code point becomes ------------------------------------------------------------------

  local function has(cp, ...)
    for _, name in ipairs { ... } do
      if records[cp] & flags[name] ~= 0 then return true end
    end
    return false
  end

  local function decompose(cp, out)
    if not canonical[cp] then
      out[#out + 1] = cp
    else
      for _, part in ipairs(canonical[cp]) do decompose(part, out) end
    end
    return out
  end

  local function map(list, change)
    local out = {}
    for i, cp in ipairs(list) do out[i] = change[cp] or cp end
    return out
  end

  local function fold(cp) return map(folded[cp] or { cp }, gen.unify) end
  local function hans(cp) return map(fold(cp), gen.hans) end

  -- Without its marks; false where something is left that may have to be ordered or composed.
  local function bare(cp)
    local out, dropped, left = {}, false, false
    for _, one in ipairs(fold(cp)) do
      for _, part in ipairs(decompose(one, {})) do
        if is_diacritic(part) then
          dropped = true
        else
          out[#out + 1] = BARE_LETTER[part] or part
          dropped = dropped or BARE_LETTER[part] ~= nil
          left = left or has(part, "MARK", "JOINS")
        end
      end
    end
    if not dropped then return fold(cp) end -- Hangul, and letters with marks that stay
    return not left and out
  end

  local BECOMES = { FOLD = fold, BARE = bare, HANS = hans }

  -- ---- verdicts -----------------------------------------------------------------------------------

  local rank = {} -- of a combining class: only their order matters, and there are more classes than verdicts
  do
    local seen, list = {}, {}
    for _, value in pairs(class) do
      if not seen[value] then list[#list + 1], seen[value] = value, true end
    end
    table.sort(list)
    for i, value in ipairs(list) do rank[value] = i end
    assert(#list < 0x7F)
  end

  local CHANGES = {
    NFC = { "JOINS", "NFC_NO" }, NFD = { "NFD_NO" },
    NFKC = { "JOINS", "NFC_NO", "NFKC_NO" }, NFKD = { "NFKD_NO" },
    FOLD = { "JOINS", "NFC_NO", "FOLDS", "UNIFIES" },
  }
  CHANGES.BARE, CHANGES.HANS = CHANGES.FOLD, CHANGES.FOLD

  local function same(list, cp) return list and #list == 1 and list[1] == cp end

  local function slot_of(list)
    local bytes = utf8.char(table.unpack(list))
    if #bytes > SLOT then return nil end
    local number = (#list == 1 and ONE or 0) + #bytes << 56
    for i = 1, #bytes do number = number | bytes:byte(i) << 8 * (i - 1) end
    return number
  end

  -- The verdict, and the slot where it is DIRECT.
  local function judge(form, cp)
    local unchanged = rank[class[cp]] or 0
    local becomes = BECOMES[form]
    local changes = has(cp, table.unpack(CHANGES[form]))
    if not becomes then return changes and MACHINE or unchanged end
    -- A diacritic goes whether it would join or not; one that folds becomes something else first.
    if form == "BARE" and is_diacritic(cp) and not has(cp, "FOLDS", "UNIFIES") then return GONE end
    local list = becomes(cp)
    if same(list, cp) then return changes and MACHINE or unchanged end
    if not list or has(cp, "MARK", "JOINS") then return MACHINE end
    if #list == 0 then return GONE end
    if has(decompose(list[1], {})[1], "MARK", "JOINS") or has(list[1], "MARK", "JOINS") then return MACHINE end
    local slot = cp < DIRECT_END and slot_of(list)
    if slot then return DIRECT, slot end
    return MACHINE
  end

  -- ---- tables -------------------------------------------------------------------------------------

  local profiles, profile_index = {}, {} -- lists of verdicts; their number by their text
  local function profile_of(verdicts)
    local key = table.concat(verdicts, ",")
    if not profile_index[key] then
      profiles[#profiles + 1] = verdicts
      profile_index[key] = #profiles - 1
    end
    return profile_index[key]
  end

  local slots, slot_index = { 0 }, { [0] = 0 }
  local entries, entry_index = { { 0, 0, 0 } }, { ["0,0,0"] = 0 }
  local profile, entry_of = {}, {}
  local PLAIN = profile_of { 0, 0, 0, 0, 0, 0, 0 }
  for cp = 0, LAST do
    if records[cp] & gen.any_flag == 0 and not canonical[cp] and not is_mn[cp] and not gen.hans[cp]
      and not BARE_LETTER[cp] then
      profile[cp] = PLAIN
    else
      local verdicts, entry = {}, { 0, 0, 0 }
      for i, form in ipairs(FORMS) do
        local verdict, slot = judge(form, cp)
        verdicts[i] = verdict
        if slot then
          if not slot_index[slot] then
            slots[#slots + 1] = slot
            slot_index[slot] = #slots - 1
          end
          entry[i - 4] = slot_index[slot]
        end
      end
      profile[cp] = profile_of(verdicts)
      local key = table.concat(entry, ",")
      if not entry_index[key] then
        entries[#entries + 1] = entry
        entry_index[key] = #entries - 1
      end
      entry_of[cp] = entry_index[key]
    end
  end

  local function common(first, last) -- one profile for all of them
    local verdicts = {}
    for i = 1, #FORMS do
      local verdict = profiles[profile[first] + 1][i]
      for cp = first + 1, last do
        if profiles[profile[cp] + 1][i] ~= verdict then verdict = MACHINE end
      end
      verdicts[i] = verdict
    end
    return profile_of(verdicts)
  end

  local blocks, block_index, lead_blocks = {}, {}, {}
  local function block_of(block)
    local key = table.concat(block, ",")
    if not block_index[key] then
      for _, number in ipairs(block) do blocks[#blocks + 1] = number end
      block_index[key] = #blocks // 64 - 1
    end
    return block_index[key]
  end
  for lead = 0xC0, 0xFF do
    for second = 0, 0x3F do
      local block = {}
      for third = 0, 0x3F do
        local number = PLAIN
        if lead < 0xE0 then
          number = profile[(lead & 0x1F) << 6 | second]
        elseif lead < 0xF0 then
          number = profile[(lead & 0x0F) << 12 | second << 6 | third]
        else
          local first = (lead & 0x07) << 18 | second << 12 | third << 6
          if first + 63 <= LAST and lead < 0xF8 then number = common(first, first + 63) end
        end
        block[third + 1] = number
      end
      lead_blocks[#lead_blocks + 1] = block_of(block)
    end
  end
  assert(#profiles <= 256, "a profile is a byte")

  local entry_blocks, entry_stage1 = {}, {}
  block_index = {}
  for start = 0, DIRECT_END - 1, 64 do
    local block = {}
    for cp = start, start + 63 do block[#block + 1] = entry_of[cp] or 0 end
    local key = table.concat(block, ",")
    if not block_index[key] then
      table.move(block, 1, 64, #entry_blocks + 1, entry_blocks)
      block_index[key] = #entry_blocks // 64 - 1
    end
    entry_stage1[#entry_stage1 + 1] = block_index[key]
  end
  assert(#entries <= 0x10000 and #slots <= 0x10000)

  local verdict_rows, safe = {}, {}
  for i = 1, #FORMS do
    for number = 0, 255 do verdict_rows[#verdict_rows + 1] = (profiles[number + 1] or { 0, 0, 0, 0, 0, 0, 0 })[i] end
    local bits = 0
    for lead = 0xE0, 0xEF do
      local all = true
      for cp = math.max((lead & 15) << 12, 0x800), (lead & 15) << 12 | 0xFFF do
        all = all and profiles[profile[cp] + 1][i] == 0
      end
      if all then bits = bits | 1 << (lead & 15) end
    end
    safe[i] = bits
  end

  local write = gen.write
  write("%s", gen.notice)
  write(" * Verdicts of the forms on code points: text/quick.h. %d profiles, %d slots. */\n", #profiles, #slots)
  write("#ifndef ENTI_QUICK_TABLES_H\n#define ENTI_QUICK_TABLES_H\n\n#include <stdint.h>\n\n")
  write("enum { ENTI_QUICK_MACHINE = 0x%X, ENTI_QUICK_DIRECT = 0x%X, ENTI_QUICK_GONE = 0x%X };\n\n", MACHINE, DIRECT, GONE)
  write("/* First byte - 0xC0 and second byte - 0x80, six bits each, give a block; the third byte stands in it. */\n")
  write("extern const uint16_t enti_quick_leads[%d];\n", #lead_blocks)
  write("extern const uint8_t enti_quick_blocks[%d];\n", #blocks)
  write("/* Verdicts by profile, a row for each ent_form. */\n")
  write("extern const uint8_t enti_quick_verdicts[%d][256];\n", #FORMS)
  write("/* Bit n: all that begins with the byte 0xE0 + n is plain under the form. */\n")
  write("extern const uint16_t enti_quick_safe[%d];\n\n", #FORMS)
  write("/* What is DIRECT: a code point below ENTI_QUICK_END has an entry, with a slot for fold, bare and hans.\n")
  write(" * A slot is up to %d bytes from the lowest on; the highest has their number, and ENTI_QUICK_ONE where\n", SLOT)
  write(" * they are one code point. */\n")
  write("#define ENTI_QUICK_ONE 0x%X\n", ONE)
  write("#define ENTI_QUICK_END 0x%X\n", DIRECT_END)
  write("extern const uint16_t enti_quick_entry_stage1[%d];\n", #entry_stage1)
  write("extern const uint16_t enti_quick_entry_stage2[%d];\n", #entry_blocks)
  write("extern const uint16_t enti_quick_entries[%d][3];\n", #entries)
  write("extern const uint64_t enti_quick_slots[%d];\n\n#endif\n", #slots)
  gen.save("quick_tables.h")

  write('%s * See quick_tables.h. */\n#include "text/quick_tables.h"\n', gen.notice)
  gen.array("uint16_t", "enti_quick_leads", lead_blocks, "%d,")
  gen.array("uint8_t", "enti_quick_blocks", blocks, "%d,")
  write("\nconst uint8_t enti_quick_verdicts[%d][256] = {\n", #FORMS)
  for i = 1, #FORMS do
    write("  {")
    for number = 0, 255 do
      write("%s%d,", number % 32 == 0 and "\n    " or " ", verdict_rows[(i - 1) * 256 + number + 1])
    end
    write("\n  },\n")
  end
  write("};\n")
  gen.array("uint16_t", "enti_quick_safe", safe, "0x%04X,")
  gen.array("uint16_t", "enti_quick_entry_stage1", entry_stage1, "%d,")
  gen.array("uint16_t", "enti_quick_entry_stage2", entry_blocks, "%d,")
  write("\nconst uint16_t enti_quick_entries[%d][3] = {", #entries)
  for i, entry in ipairs(entries) do
    write("%s{%d, %d, %d},", i % 6 == 1 and "\n  " or " ", entry[1], entry[2], entry[3])
  end
  write("\n};\n")
  gen.array("uint64_t", "enti_quick_slots", slots, "0x%X,")
  gen.save("quick_tables.c")
end
