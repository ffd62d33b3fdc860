-- pdf_paragraphs: which lines of a PDF make a paragraph, and which paragraphs are headings?
--
-- Whether two lines belong together is judged by the size of their type, by the white space between them, by
-- indents, and by whether the first word of the lower line would still have fitted into the upper one. A
-- paragraph goes on in the next column or on the next page if the line before has not come to its end.
--
-- Headings are the paragraphs set larger than the body, once the body has begun; before, the largest is the
-- paper's title. A number tells a heading's depth ("2.1", "二、", "（二）"), else the rank of its size does.
--
-- Lines are those of pdf_lines, in the order of the text, without furniture, with page and size (to the body).

local M = {}

local LONG = 200 -- bytes that no heading has

-- ---- type and distances ----------------------------------------------------------------------

-- Sizes compared within one kind of script, else by what each is to the body (line.size).
local function same_size(a, b)
  local ratio = a.size / b.size
  if a.han and b.han then ratio = a.han / b.han elseif a.other and b.other then ratio = a.other / b.other end
  return ratio < 1.06 and ratio > 1 / 1.06
end

local function height_of(line)
  return line.han or line.other
end

-- B stands below A in the same column.
local function below(a, b)
  return a.page == b.page and b.y1 + b.y2 > a.y1 + a.y2 + 0.6 * math.min(height_of(a), height_of(b))
    and math.min(a.x2, b.x2) > math.max(a.x1, b.x1)
end

-- The usual distance of lines for each size of type, a low quantile: paragraphs stand further apart.
---@param lines table[]
---@return table leadings by the height of type, in whole points
function M.leadings(lines)
  local distances, out = {}, {}
  for i = 2, #lines do
    local a, b = lines[i - 1], lines[i]
    if below(a, b) and same_size(a, b) then
      local key = math.floor(height_of(a) + 0.5)
      distances[key] = distances[key] or {}
      table.insert(distances[key], b.y2 - a.y2)
    end
  end
  for key, list in pairs(distances) do
    table.sort(list)
    if #list >= 3 then out[key] = list[math.ceil(#list / 4)] end
  end
  return out
end

local function leading_of(all, line)
  return all[math.floor(height_of(line) + 0.5)] or 1.2 * height_of(line)
end

-- ---- blocks ----------------------------------------------------------------------------------

-- A block: lines of one size below each other without more white space than usual. line.block has
-- its edges, and whether its first lines stand out to the left (`hanging`).
local function put_blocks(lines, all)
  local block
  for i, line in ipairs(lines) do
    local before = lines[i - 1]
    local near = before and below(before, line) and same_size(before, line)
      and line.y2 - before.y2 < 1.2 * leading_of(all, line)
    if not near or line.cell then block = { left = line.x1, right = line.x2, lines = {} } end
    block.left, block.right = math.min(block.left, line.x1), math.max(block.right, line.x2)
    block.lines[#block.lines + 1] = line
    line.block = block
  end
end

local function room_behind(a, b, right)
  local needed = b.han and 2.5 * b.han or b.first_width + 0.35 * height_of(b)
  local room = right - a.x2
  return room > needed, room
end

local SENTENCE_ENDS = { ["."] = true, ["!"] = true, ["?"] = true, [":"] = true, ["。"] = true, ["！"] = true,
                        ["？"] = true, ["："] = true, ["；"] = true, ["…"] = true }
local CLOSERS = { ['"'] = true, ["'"] = true, [")"] = true, ["]"] = true, ["”"] = true, ["’"] = true,
                  ["」"] = true, ["』"] = true, ["）"] = true, ["》"] = true, ["»"] = true }

local GOES_ON = { ["-"] = true, [","] = true, ["，"] = true, ["、"] = true, ["\194\173"] = true, ["‐"] = true }
local NO_HEADING = { ["."] = true, [";"] = true, [","] = true, ["。"] = true, ["；"] = true, ["，"] = true }

local function last_character(text)
  return text:match("[^\128-\191][\128-\191]*$")
end

local function ends_sentence(text)
  text = text:gsub("[ %[]*%d+%]?$", "") -- a note's number
  while true do
    local last = last_character(text)
    if not last then return true end -- nothing but that
    if SENTENCE_ENDS[last] then return true end
    if not CLOSERS[last] then return false end
    text = text:sub(1, -#last - 1)
  end
end

local function goes_on(text)
  return GOES_ON[last_character(text)] ~= nil
end

local BULLETS = { "•", "◦", "▪", "‣", "●", "■", "–", "—", "-", "*", "➢", "✓" }

local function begins_item(text)
  for _, bullet in ipairs(BULLETS) do
    if text:sub(1, #bullet + 1) == bullet .. " " then return true end
  end
  return text:find("^%(?%d%d?[%.%)] ") or text:find("^%(?%l%) ")
end

-- Numbers that stand in the middle of a text as well.
local function begins_bracket(text)
  return text:find("^（%d+）") or text:find("^%[%d+%] ")
end

local function begins_float(text)
  return text:find("^Table %d") or text:find("^Figure %d") or text:find("^Fig%. %d") or text:find("^表 ?%d")
    or text:find("^图 ?%d") or text:find("^圖 ?%d")
end

-- Whether the block's entries hang: full lines are followed by indented ones, and these are many.
local function hangs(block)
  if block.hanging == nil then
    local hanging, first_lines, left = 0, 0, 0
    for i, b in ipairs(block.lines) do
      local a = block.lines[i - 1]
      if b.x1 < block.left + 0.7 * height_of(b) then left = left + 1 end
      if a and b.x1 - a.x1 > 0.7 * height_of(b) then
        if room_behind(a, b, block.right) then first_lines = first_lines + 1 else hanging = hanging + 1 end
      end
    end
    block.hanging = hanging > first_lines and left <= 2 * (#block.lines - left)
  end
  return block.hanging
end

-- Whether a paragraph begins with B, inside one block. `line_number`: of A in its paragraph.
local function parts_inside(a, b, line_number, is_body)
  local block, indent = b.block, 0.7 * height_of(b)
  if not is_body and goes_on(a.text) then return false end
  local fits, room = room_behind(a, b, block.right)
  if begins_item(b.text) and (fits or ends_sentence(a.text)) or begins_bracket(b.text) and fits then return true end
  if not is_body then return false end
  if hangs(block) then return b.x1 < block.left + indent end
  if b.x1 - math.max(a.x1, block.left) > indent then return fits or ends_sentence(a.text) end
  if a.x1 - b.x1 > indent and line_number > 1 then return true end
  return #block.lines > 2 and fits and (ends_sentence(a.text) or room > 0.3 * (block.right - block.left))
    and not goes_on(a.text)
end

-- The right edge of the column in which a line of a short block stands.
local function column_right(line, page_lines)
  if #line.block.lines > 2 then return line.block.right end
  local right = line.block.right
  for _, other in ipairs(page_lines) do
    if math.abs(other.x1 - line.block.left) < 3 and same_size(line, other) then right = math.max(right, other.x2) end
  end
  return right
end

-- Whether a paragraph begins with B, the first line of another column or page.
local function parts_across(a, b, pages)
  if not same_size(a, b) or a.cell or b.cell or begins_item(b.text) or begins_float(b.text) then return true end
  if hangs(b.block) then return b.x1 < b.block.left + 0.7 * height_of(b) and ends_sentence(a.text) end
  if not ends_sentence(a.text) then return not goes_on(a.text) and b.text:find("^%d[%d%.]* %u") ~= nil end
  local indented = #b.block.lines > 1 and b.x1 > b.block.left + 0.7 * height_of(b)
  return indented or (room_behind(a, b, column_right(a, pages[a.page].lines)))
end

local function parts(a, b, line_number, pages)
  if a.block == b.block then return parts_inside(a, b, line_number, a.size < 1.06) end
  return a.page == b.page and below(a, b) or parts_across(a, b, pages)
end

-- ---- paragraphs and headings -----------------------------------------------------------------

---Joins lines to paragraphs; each line gets its `paragraph`.
---@param lines table[]
---@param pages table[] {lines=} of each page
---@return table[] paragraphs lists of lines with length (bytes) and size
function M.join(lines, pages)
  local out, paragraph = {}, nil
  put_blocks(lines, M.leadings(lines))
  for i, line in ipairs(lines) do
    if i == 1 or parts(lines[i - 1], line, #paragraph, pages) then
      paragraph = { size = 0 }
      out[#out + 1] = paragraph
    end
    paragraph[#paragraph + 1] = line
    paragraph.length = (paragraph.length or 0) + #line.text
    paragraph.size = math.max(paragraph.size, line.size)
    line.paragraph = paragraph
  end
  return out
end

local HAN_DIGITS = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" }

-- The depth that a heading's number tells: 2 for "2.1 …", 1 for "二、…", 2 for "（二）…"; nil without number.
local function numbered_level(text)
  local number, behind = text:match("^(%d[%d%.]*)([^%d].*)")
  if number and not number:find("%d%d%d") and (behind:find("^ [%u\128-\255]") or behind:find("^[\227-\233]")) then
    local _, dots = number:gsub("%d+", "")
    return dots
  end
  if text:find("^[IVX]+%. ") then return 1 end
  local rest, count = text:gsub("^（", ""):gsub("^%(", ""), 0
  repeat
    local before = rest
    for _, digit in ipairs(HAN_DIGITS) do
      if rest:sub(1, #digit) == digit then rest, count = rest:sub(#digit + 1), count + 1 end
    end
  until rest == before
  if count == 0 then return nil end
  if rest:find("^）") or rest:find("^%)") then return 2 end
  return (rest:find("^、") or rest:find("^．") or rest:find("^[%. ]")) and 1 or nil
end

-- Steps of one hundredth: equal for paragraphs of one size.
local function size_key(paragraph)
  return math.floor(paragraph.size * 100 + 0.5)
end

-- Whether a paragraph that is short enough is a heading by its number: set apart in size, however little, or
-- on several lines (the core finds those on one) and no item of a list.
local function is_numbered_heading(paragraphs, i)
  local p = paragraphs[i]
  if p.size > 1.02 then return true end
  local function numbered(other) return other and numbered_level(other[1].text) ~= nil end
  return #p > 1 and p.size > 0.94 and not numbered(paragraphs[i - 1]) and not numbered(paragraphs[i + 1])
end

-- The level for each size: that of numbered headings of this size, else the size's rank among headings.
local function levels_of(paragraphs)
  local levels, sizes = {}, {}
  for _, p in ipairs(paragraphs) do
    local key = size_key(p)
    if p.level then
      if not levels[key] then sizes[#sizes + 1] = key end
      levels[key] = math.min(p.level, levels[key] or 6)
    end
  end
  table.sort(sizes, function(a, b) return a > b end)
  local rank = {}
  for i, key in ipairs(sizes) do rank[key] = levels[key] > 0 and levels[key] or math.min(i, 6) end
  return rank
end

---Marks the paragraphs that are headings with their level.
---@param paragraphs table[]
---@return table|nil title the paragraph that is the paper's title
function M.headings(paragraphs)
  local begun, title, like = false, nil, {}
  for i, p in ipairs(paragraphs) do
    local text = p[1].text
    local short = #p <= 3 and p.length < LONG and not NO_HEADING[last_character((p[#p].text:gsub(" ?↩.*$", "")))]
      and not text:find("%. ?%. ?%.") -- a line of a table of contents
      and text:find("[%a\128-\255]")
    local number = short and numbered_level(text)
    if number and is_numbered_heading(paragraphs, i) and (begun or p.size < 1.3) then
      p.level = number
    elseif short and begun and p.size > 1.06 then
      p.level = 0 -- its size will tell
    elseif short and begun and p.size > 1.02 then
      like[#like + 1] = p
    elseif short and not begun and p[1].page == 1 and p.size > 1.15 and (not title or p.size > title.size * 1.02) then
      title = p
    end
    if p.level or #p >= 3 and p.length >= LONG then begun = true end
  end
  local rank = levels_of(paragraphs)
  for _, p in ipairs(like) do p.level = rank[size_key(p)] end -- as large as headings that have a number
  for _, p in ipairs(paragraphs) do
    if p.level == 0 then p.level = rank[size_key(p)] end
  end
  return title
end

return M
