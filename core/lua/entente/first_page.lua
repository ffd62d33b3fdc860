-- first_page: what do the first lines of a paper tell about it?
--
-- A guess, for papers whose file says nothing of itself. The head of a paper is what stands before the
-- abstract, the keywords, a heading or a long paragraph: the title comes first, then the names, and a year
-- may stand in any other line. Head and keywords are no argument: `front` says where they stand.

local metadata = require "entente.metadata"

local M = {}

local ABSTRACTS = { "abstract", "summary", "摘要", "摘 要", "内容提要", "abstrak", "tóm tắt", "บทคัดย่อ", "introduction",
                    "引言", "pendahuluan", "mở đầu", "บทนำ" }
local KEYWORDS = { "keywords", "key words", "keyword", "index terms", "关键词", "关键字", "關鍵詞", "關鍵字", "kata kunci",
                   "kata-kata kunci", "từ khóa", "từ khoá", "TỪ KHÓA", "คำสำคัญ" }
local HEAD_LINES, LONG_LINE, PAGE = 30, 300, 8192

-- A line without marks of Markdown.
local function bare(line)
  line = line:gsub("[%*_]+", ""):match("^%s*(.*%S)") or ""
  return (line:gsub("^#+%s+", ""):gsub(" +#+$", ""))
end

-- What stands behind one of the words at the line's beginning; nil without one.
local function behind(line, words)
  local text = bare(line):gsub("^【", ""):gsub("^%[", "")
  local lower = text:lower()
  for _, word in ipairs(words) do
    if lower:sub(1, #word) == word or text:sub(1, #word) == word then return text:sub(#word + 1) end
  end
end

local function is_numbered(line)
  return line:find("^%d[%d%.]*%s+%S") ~= nil and not line:find("^%d%d%d%d") or line:find("^[IVX]+%. ") ~= nil
    or line:find("^一、") ~= nil
end

-- The lines of the first page that are no furniture: {text= its beginning, first=, last=, paragraph= a number,
-- heading= whether it is known to be one}.
local function lines_of(document)
  local out, at, paragraph, heads, headings = {}, 1, 1, {}, {}
  local text = document.text:sub(1, 65536 + PAGE)
  if text:find("^\239?\187?\191?%-%-%-[ \t]*\r?\n") and document.layout == "markdown" then
    at = (select(2, text:find("\n[%-%.][%-%.][%-%.][ \t]*\r?\n", 4)) or 0) + 1
  end
  local last = math.min(#text, at + PAGE, document.pages and document.pages[1] and document.pages[1].last or #text)
  for _, range in ipairs(document.furniture or {}) do heads[range.first] = true end
  for _, heading in ipairs(document.headings or {}) do headings[heading.first] = true end
  while at <= last do
    local stop = text:find("[\r\n\f]", at) or #text + 1
    local line = text:sub(at, math.min(stop - 1, at + LONG_LINE)):gsub("^\239\187\191", "")
    if line:find("^%s*$") then
      paragraph = paragraph + 1
    elseif not heads[at] then
      out[#out + 1] = { text = line, first = at, last = stop - 1, paragraph = paragraph,
                        heading = headings[at] or document.layout == "markdown" and line:find("^%s*#+%s") ~= nil }
    end
    at = stop + (text:sub(stop, stop + 1) == "\r\n" and 2 or 1)
  end
  return out
end

-- The lines of the head, and whether it ends where an abstract, keywords or a heading begin.
local function head_of(lines, title)
  local head = {}
  for i, line in ipairs(lines) do
    local text = bare(line.text)
    if i > HEAD_LINES or #line.text > LONG_LINE then return head, false end
    local abstract = behind(line.text, ABSTRACTS)
    if behind(line.text, KEYWORDS) or abstract and not abstract:find("^%w") or is_numbered(text) and text ~= title
      or line.heading and i > 1 and text ~= title then
      return head, true
    end
    head[#head + 1] = line
  end
  return head, false
end

-- The names in a line that holds nothing but names; nil otherwise.
local function people_of(line)
  local names = metadata.names(bare(line.text))
  if not names[1] or #line.text > 200 then return nil end
  for i, name in ipairs(names) do
    names[i] = name:gsub("†", ""):gsub("‡", ""):gsub("[%d%*,]+$", "")
    if not metadata.is_name(names[i]) then return nil end
  end
  return names
end

-- The first paragraph, up to the names, if they stand in it and not below.
local function title_of(head)
  if not head[1] or not bare(head[1].text):find("[%a\128-\255]") then return nil end
  local words, below = {}, nil
  for _, line in ipairs(head) do
    if line.paragraph ~= head[1].paragraph then
      below = people_of(line)
      break
    end
  end
  for i, line in ipairs(head) do
    if line.paragraph ~= head[1].paragraph then break end
    if i > 3 then return nil end -- a paragraph of the text
    if i > 1 and (not below and people_of(line) or line.text:find("^%d%d%d%d$")) then break end
    words[#words + 1] = bare(line.text)
    if line.text:find("^%s*#") then break end
  end
  local title = table.concat(words, " ")
  if #title > LONG_LINE or title:find("[%.,;]$") or title:find("。$") then return nil end
  return title, #words
end

-- The head's line on which the title ends; nil when it is not there.
local function lines_of_title(head, title)
  local wanted = title:gsub("%s", "")
  for i = 1, #head do
    local text = ""
    for j = i, math.min(i + 3, #head) do
      text = text .. bare(head[j].text):gsub("%s", "")
      if text == wanted then return j end
    end
  end
end

local function authors_of(head, from)
  for i = from, math.min(from + 3, #head) do
    local names = people_of(head[i])
    if names then return names end
  end
end

local function year_of(head, from, lines)
  local found
  for i = from, #head do
    local year = metadata.year(head[i].text)
    if year and bare(head[i].text):find("^%D?%D?%d%d%d%d%D?$") then return year end
    found = found or year
  end
  for i = 1, found and 0 or #lines do
    local text = lines[i].text
    local at = text:find("©") or text:find("[Pp]ublished") or text:find("[Aa]ccepted") or text:find("[Rr]eceived")
      or text:find("收稿日期") or text:find("พ.ศ.", 1, true)
    if at then found = found or metadata.year(text:sub(at, at + 60)) end
  end
  return found
end

-- The keywords that begin on the i-th line, and the last line that holds some; nil when none begin there.
local function keywords_at(lines, i)
  local words = behind(lines[i].text, KEYWORDS)
  local mark = words and (words:match("^%s*[:%]]%s*(.*)") or words:match("^%s*：%s*(.*)")
    or words:match("^】[:%s]*(.*)") or words:match("^%s*[—–%-]+%s+(.*)") or words:match("^%s*$") and "")
  if not mark then return nil end
  local last, paragraph = i, lines[i].paragraph
  mark = mark:gsub("^：%s*", "")
  for j = i + 1, math.min(i + 6, #lines) do
    if lines[j].paragraph ~= paragraph then
      if mark ~= "" then break end
      paragraph = lines[j].paragraph -- the label stands alone
    end
    local next_line = bare(lines[j].text)
    local joint = mark:find("%l%-$") and next_line:find("^%l") and "" or " "
    if joint == "" then mark = mark:sub(1, -2) end
    if mark:find("[\227-\233][\128-\191][\128-\191]$") then joint = "" end
    mark, last = mark == "" and next_line or mark .. joint .. next_line, j
  end
  if #mark < 1000 then return mark, last end
end

local function keywords_of(lines)
  for i = 1, #lines do
    local keywords = keywords_at(lines, i)
    if keywords then return keywords end
  end
end

---What the first page of a document shows, as it stands there, for `metadata.tidy`.
---@param document table text, layout, pages, furniture, and meta.title where it is known
---@return table raw title, authors, year, keywords
function M.guess(document)
  local lines = lines_of(document)
  local known = document.meta and document.meta.title
  local head = head_of(lines, known)
  local raw, from = {}, known and lines_of_title(head, known)
  if not known then raw.title, from = title_of(head) end
  if from then raw.authors = authors_of(head, from + 1) end
  raw.year = year_of(head, (from or 0) + 1, lines)
  raw.keywords = keywords_of(lines)
  return raw
end

-- The last line of the head that is no argument: behind the title and the names stand an institution, an
-- address, a date, in short paragraphs that do not end as sentences do.
local function end_of_front(head, closed, from)
  local last = from
  for i = from + 1, math.min(from + 4, #head) do
    if people_of(head[i]) then last = i end
  end
  local i = last + 1
  while closed and i <= #head do
    local j, length = i, #head[i].text
    while head[j + 1] and head[j + 1].paragraph == head[i].paragraph do
      j = j + 1
      length = length + #head[j].text
    end
    local text = bare(head[j].text)
    if length > LONG_LINE or text:find("[%.!?:;]$") or text:find("。$") or text:find("！$") or text:find("？$")
      or text:find("：$") or text:find("；$") then
      break
    end
    last, i = j, j + 1
  end
  return last
end

---Where the head and the keywords of a document stand: title, names, institutions and dates, which are metadata
---and no argument. The abstract and all that follows are argument. None where they would be the whole text.
---@param document table text, layout, pages, furniture, headings
---@param title string|nil what the file itself gives as its title; else the first page is read for one
---@return table[] ranges {first=, last=, kind="front"}, a line each, in order
function M.front(document, title)
  local lines = lines_of(document)
  local head, closed = head_of(lines, title)
  local from, _
  if title then from = lines_of_title(head, title) or 0 else _, from = title_of(head) end
  local last = from and end_of_front(head, closed, from) or 0
  local is_front = {}
  for i = 1, last do is_front[i] = true end
  for i = 1, #lines do
    local keywords, stop = keywords_at(lines, i)
    for j = i, keywords and stop or 0 do is_front[j] = true end
  end
  local ranges, whole = {}, true
  for i, line in ipairs(lines) do
    if is_front[i] then ranges[#ranges + 1] = { first = line.first, last = line.last, kind = "front" } end
    whole = whole and is_front[i]
  end
  local behind_lines = lines[1] and document.text:find("%S", lines[#lines].last + 1)
  return (whole and not behind_lines) and {} or ranges
end

return M
