-- pdf_lines: which words of a page make a line, and which lines are only furniture?
--
-- Reads what `pdftotext -bbox` prints: words with their boxes, page by page, in the order of the PDF's own
-- stream. Points, the origin at the top left. A box says nothing of bold or slanted type, but its height
-- grows with the size of the type; because each font has its own height for the same size, heights are
-- compared only within one kind of script ("han" or "other").
--
-- Furniture is a row at the top or bottom of the page whose words (digits masked) stand there on other
-- pages too, a row that holds but the page's number, and a row that stands apart at the same height on
-- most pages.

local lxp = require "lxp"

local M = {}

-- ---- words -----------------------------------------------------------------------------------

local ENTITIES = { lt = "<", gt = ">", amp = "&", quot = '"', apos = "'" }

local function plain(xml)
  return (xml:gsub("&(%a+);", ENTITIES):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

---The words of each page, and what the PDF says of itself. `xml` must be valid UTF-8.
---@param xml string what pdftotext -bbox printed
---@return table|nil pages {width=, height=, words={{x1, y1, x2, y2, text}, …}}
---@return table|string info title, author, keywords, date; or the message
function M.parse(xml)
  xml = xml:gsub("[\1-\8\11\12\14-\31\127]", ""):gsub("%z", ""):gsub("\239\191[\190\191]", "")
  local head = xml:sub(1, xml:find("<body>", 1, true) or 1)
  local info = { title = plain(head:match("<title>(.-)</title>") or "") }
  for name, content in head:gmatch('<meta name="(%a+)" content="([^\n]*)"/>') do
    info[name:lower()] = plain(content)
  end
  info.date = info.creationdate
  local from = xml:find("<doc>", 1, true)
  local _, to = xml:find("</doc>", math.max(1, #xml - 64), true)
  if not from or not to then return nil, "pdftotext gave no pages" end
  local pages, word, text = {}, nil, nil
  local parser = lxp.new {
    StartElement = function(_, name, a)
      if name == "page" then
        pages[#pages + 1] = { width = tonumber(a.width), height = tonumber(a.height), words = {} }
      elseif name == "word" then
        word = { tonumber(a.xMin), tonumber(a.yMin), tonumber(a.xMax), tonumber(a.yMax) }
        text = {}
      end
    end,
    CharacterData = function(_, data)
      if text then text[#text + 1] = data end
    end,
    EndElement = function(_, name)
      if name ~= "word" then return end
      word[5] = table.concat(text):gsub("%s+", "")
      local words = pages[#pages].words
      if word[5] ~= "" and word[4] and word[4] > word[2] then words[#words + 1] = word end
      text = nil
    end,
  }
  local ok, message, line = parser:parse(xml:sub(from, to))
  if ok then ok, message, line = parser:parse() end
  pcall(parser.close, parser)
  if not ok then return nil, ("pdftotext's line %s: %s"):format(tostring(line), tostring(message)) end
  return pages, info
end

-- ---- lines -----------------------------------------------------------------------------------

-- Whether a text begins with a character that Han text sets in a square.
local function is_han(text)
  return text:find("^[\227-\233]") or text:find("^\239[\188-\189]") or text:find("^\240[\160-\179]")
end

-- Marks that Han text sets as wide as its characters.
local WIDE = { ["“"] = true, ["”"] = true, ["‘"] = true, ["’"] = true, ["—"] = true, ["…"] = true }

local function characters(text)
  local _, count = text:gsub("[^\128-\191]", "")
  return count
end

-- What stands between two words of one line: a blank, or nothing where their boxes touch. A note's number
-- is a word of its own.
local function joint(line, word)
  local gap, size = word[1] - line.x2, word[4] - word[2]
  local before = line.words[#line.words]:match("[^\128-\191][\128-\191]*$")
  local behind = word[5]:match("^[^\128-\191][\128-\191]*")
  local han = is_han(before)
  if han and is_han(behind) then return gap < 0.6 * size and "" or " " end
  if han and WIDE[behind] or is_han(behind) and WIDE[before] then return gap < 0.35 * size and "" or " " end
  local note = word[5]:find("^[%d%*,]+$") and size < 0.85 * (line.y2 - line.y1) and word[4] < line.y2 - 0.1 * size
  return gap < 0.08 * math.min(size, line.y2 - line.y1) and not note and "" or " "
end

-- A word's box is as high as the font of its first character.
local function weigh(line, word)
  local kind = is_han(word[5]) and "han" or "other"
  local height = math.floor((word[4] - word[2]) * 10 + 0.5) / 10
  local entry = line.heights[kind][height]
  if not entry then
    entry = { weight = 0, y1 = word[2], y2 = word[4] }
    line.heights[kind][height] = entry
  end
  entry.weight = entry.weight + characters(word[5])
end

-- The height that most characters have, and their box.
local function heaviest(heights)
  local best, box
  for height, entry in pairs(heights) do
    if not box or entry.weight > box.weight or entry.weight == box.weight and height > best then
      best, box = height, entry
    end
  end
  return best, box
end

local function goes_on(line, word)
  local size = word[4] - word[2]
  local common = math.min(line.y2, word[4]) - math.max(line.y1, word[2])
  local smaller = math.min(size, line.y2 - line.y1)
  local gap = word[1] - line.x2
  return common >= 0.5 * smaller and gap > -0.6 * size and gap < 3 * math.max(size, line.y2 - line.y1)
end

---The lines of a page, in the order of its stream.
---@param page table of `parse`
---@return table[] lines {x1=, y1=, x2=, y2=, text=, first_width=, han=, other=}: the last two are type heights
function M.lines(page)
  local lines, line = {}, nil
  for _, word in ipairs(page.words) do
    if line and goes_on(line, word) then
      line.words[#line.words + 1] = joint(line, word)
      line.words[#line.words + 1] = word[5]
      if word[4] - word[2] > line.y2 - line.y1 then line.y1, line.y2 = word[2], word[4] end
      line.x2 = math.max(line.x2, word[3])
    else
      local beside = line and math.min(line.y2, word[4]) - math.max(line.y1, word[2])
        >= 0.5 * math.min(word[4] - word[2], line.y2 - line.y1)
      line = { x1 = word[1], y1 = word[2], x2 = word[3], y2 = word[4], words = { word[5] },
               heights = { han = {}, other = {} }, first_width = word[3] - word[1],
               cell = beside and word[1] > line.x2 }
      lines[#lines + 1] = line
    end
    weigh(line, word)
  end
  for _, each in ipairs(lines) do
    each.text = table.concat(each.words)
    local han, other
    each.han, han = heaviest(each.heights.han)
    each.other, other = heaviest(each.heights.other)
    each.y1, each.y2 = (han or other).y1, (han or other).y2
    each.words, each.heights = nil, nil
  end
  return lines
end

-- ---- furniture -------------------------------------------------------------------------------

-- Lines side by side, from the top of the page down.
local function rows_of(lines)
  local sorted, rows = {}, {}
  for i, line in ipairs(lines) do sorted[i] = line end
  table.sort(sorted, function(a, b)
    if a.y1 ~= b.y1 then return a.y1 < b.y1 end
    return a.x1 < b.x1
  end)
  for _, line in ipairs(sorted) do
    local row = rows[#rows]
    if row and math.min(row.y2, line.y2) - line.y1 > 0.5 * (line.y2 - line.y1) then
      row[#row + 1] = line
      row.y2 = math.max(row.y2, line.y2)
    else
      rows[#rows + 1] = { line, y1 = line.y1, y2 = line.y2 }
    end
  end
  return rows
end

local function mask(row)
  table.sort(row, function(a, b) return a.x1 < b.x1 end)
  local texts = {}
  for i, line in ipairs(row) do texts[i] = line.text:gsub("%d+", "#"):lower() end
  local text = table.concat(texts, " ")
  if text:find("^[ivxlc]+$") then return "#" end
  return text
end

local NUMBERS = { "^page#$", "^page#of#$", "^p%.#$", "^第?#页$", "^第?#頁$", "^第#页共#页$", "^第#頁共#頁$", "^halaman#$",
                  "^trang#$", "^หน้า#$" }

local function is_number(text)
  if not text:find("#", 1, true) then return false end
  local tight = text:gsub("%s", "")
  local bare = tight:gsub("[%-|/%.%[%]%(%)~]", ""):gsub("–", ""):gsub("—", ""):gsub("·", ""):gsub("•", "")
  if bare == "#" or bare == "##" and text:find("/", 1, true) then return true end
  for _, pattern in ipairs(NUMBERS) do
    if tight:find(pattern) then return true end
  end
  return false
end

-- The outer rows of a page, from its edges inwards; `outer`: the one between a row and the edge; `apart`:
-- white space divides it from the next row.
local function outer_rows(page, number, leading)
  local rows, out = rows_of(page.lines), {}
  local last
  local function take(i, step, zone)
    local row, inner = rows[i], rows[i + step]
    local middle = (row.y1 + row.y2) / 2 / page.height
    if zone == "head" and middle > 0.15 or zone == "foot" and middle < 0.85 then return end
    local gap = inner and (zone == "head" and inner.y1 - row.y1 or row.y2 - inner.y2) or page.height
    last = { row = row, zone = zone, mask = mask(row), page = number, y = row.y1, outer = last,
             apart = gap > 1.5 * leading }
    out[#out + 1] = last
  end
  for i = 1, math.min(2, #rows) do take(i, 1, "head") end
  last = nil
  for i = #rows, math.max(#rows - 1, 3), -1 do take(i, -1, "foot") end
  return out
end

-- For each candidate, on how many pages of the list one stands for which `same` holds.
local function pages_with(candidates, same)
  local seen, count = {}, 0
  for _, other in ipairs(candidates) do
    if not seen[other.page] and same(other) then
      seen[other.page] = true
      count = count + 1
    end
  end
  return count
end

---Gives furniture its kind: line.kind = "head", "foot" or "number".
---@param pages table[] {height=, lines=}
---@param leading number the usual distance of lines
---@param body_height number the height of most type
function M.furniture(pages, leading, body_height)
  local by_mask, by_zone, candidates, with_text = {}, { head = {}, foot = {} }, {}, 0
  for number, page in ipairs(pages) do
    if page.lines[1] then with_text = with_text + 1 end
    for _, candidate in ipairs(outer_rows(page, number, leading)) do
      candidates[#candidates + 1] = candidate
      by_mask[candidate.mask] = by_mask[candidate.mask] or {}
      table.insert(by_mask[candidate.mask], candidate)
      if not candidate.outer then table.insert(by_zone[candidate.zone], candidate) end
    end
  end
  local is_furniture = {}
  for _, candidate in ipairs(candidates) do
    local function here(other)
      return other.zone == candidate.zone and math.abs(other.y - candidate.y) < 0.02 * pages[other.page].height
    end
    local function level(other) return other.apart and math.abs(other.y - candidate.y) < 2 end
    local height = candidate.row.y2 - candidate.row.y1
    local outer = candidate.outer
    local number = is_number(candidate.mask)
    local is = number and not outer and candidate.apart or pages_with(by_mask[candidate.mask], here) >= 2
    if not is and not outer and candidate.apart and with_text >= 3 and height <= 1.05 * body_height then
      is = pages_with(by_zone[candidate.zone], level) >= math.max(3, with_text / 2)
    end
    if is and (not outer or is_furniture[outer]) then
      is_furniture[candidate] = true
      for _, line in ipairs(candidate.row) do line.kind = number and "number" or candidate.zone end
    end
  end
end

return M
