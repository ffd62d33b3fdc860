-- metadata: what is known of a paper beside its text: title, authors, year, lang, keywords, further columns.
--
-- Three sources, each fills what the one before left open: a row of metadata.csv, what the file says of
-- itself (YAML front matter, properties), and what its first page shows. `tidy` brings the values of all of
-- them into one form: year an integer, lang a code ("zh"), authors and keywords lists.

local core = require "entente.core"

local M = {}

local function trim(text)
  return text:match("^%s*(.*%S)") or ""
end

-- ---- one form for values ---------------------------------------------------------------------

local LANGUAGES = {
  english = "en", chinese = "zh", mandarin = "zh", indonesian = "id", malay = "ms", vietnamese = "vi", thai = "th",
  japanese = "ja", korean = "ko", french = "fr", german = "de", khmer = "km", lao = "lo", burmese = "my",
  filipino = "tl", ["中文"] = "zh", ["英文"] = "en",
}

---The language code of a tag or English name: "zh-Hans" gives "zh", "Thai" gives "th".
---@param value string
---@return string|nil
function M.language(value)
  local lower = trim(value):lower()
  local code = lower:match("^(%l%l%l?)$") or lower:match("^(%l%l%l?)[%-_]%w")
  return code or LANGUAGES[lower]
end

---The first year from 1800 to 2099 in a value; years of the Buddhist era are converted.
---@param value string|number
---@return integer|nil
function M.year(value)
  for digits in tostring(value):gmatch("%f[%d](%d%d%d%d)%f[%D]") do
    local year = tonumber(digits)
    if year >= 2400 and year < 2700 then year = year - 543 end -- Buddhist era
    if year >= 1800 and year < 2100 then return year end
  end
end

local function split(text, separator)
  local out = {}
  for part in (text .. separator):gmatch("(.-)" .. separator) do
    part = trim(part)
    if part ~= "" then out[#out + 1] = part end
  end
  return out
end

local function one_separator(text, others)
  for _, other in ipairs(others) do text = text:gsub(other, ";") end
  return text
end

local PARTICLES = { de = true, van = true, von = true, der = true, bin = true, binti = true, al = true, la = true }
local NO_NAMES = { "universit", "institut", "school", "journal", "department", "college", "centre", "center", "vol",
                   "abstract", "research", "review", "大学", "大學", "研究", "学院", "學院", "มหาวิทยาลัย", "สถาบัน" }

---Whether a text could be one person's name: some words with capitals, or two to four Han characters.
---@param text string
---@return boolean
function M.is_name(text)
  text = text:gsub("[%d%*]+$", "")
  local lower = text:lower()
  for _, word in ipairs(NO_NAMES) do
    if lower:find(word, 1, true) then return false end
  end
  if text:find("^[\227-\233]") and not text:find("[%w%s]") then return #text >= 6 and #text <= 12 end
  local count = 0
  for word in text:gmatch("%S+") do
    if not PARTICLES[word:lower()] and not word:find("^[%u\128-\255][^%d:;!?()]*$") then return false end
    count = count + 1
  end
  return count >= 2 and count <= 6
end

---The names in one string: parted by ; or "and", or by commas if each part is a whole name.
---@param text string
---@return string[]
function M.names(text)
  text = one_separator(text, { "；", "、", " and ", " & ", " dan ", " và " })
  local out = {}
  for _, part in ipairs(split(text, ";")) do
    local pieces = split((part:gsub("，", ",")), ",")
    local whole = #pieces > 1
    for _, piece in ipairs(pieces) do whole = whole and M.is_name(piece) end
    for _, name in ipairs(whole and pieces or { part }) do out[#out + 1] = name end
  end
  return out
end

local function keywords_of(text)
  text = one_separator(text, { "；" })
  if not text:find(";", 1, true) then text = one_separator(text, { ",", "，", "、" }) end
  if not text:find(";", 1, true) and text:find("^[\227-\233]") then text = text:gsub("%s+", ";") end
  local out = split(text, ";")
  for i, word in ipairs(out) do out[i] = trim((word:gsub("^[%*_]+", ""):gsub("[%*_%.]+$", ""):gsub("。$", ""))) end
  return out
end

local function list_of(value, parts)
  if type(value) == "table" then
    if #value ~= 1 then return value end
    value = value[1]
  end
  return parts(value)
end

-- Front matter may have a list where one value belongs: the first counts.
local function one_of(value)
  if type(value) == "table" then return value[1] end
  return value
end

---Brings values as they stand in a file into one form. Empty values are left out.
---@param raw table title, author(s), year or date, lang(uage), keyword(s), and further columns
---@param notes string[]|nil takes what cannot be read
---@return table meta
function M.tidy(raw, notes)
  local meta = {}
  local function note(text) if notes then notes[#notes + 1] = text end end
  for key, value in pairs(raw) do
    if type(value) == "string" and trim(value) ~= "" then meta[key] = trim(value) end
  end
  local authors = raw.authors or raw.author
  local keywords = raw.keywords or raw.keyword
  local when, lang = one_of(raw.year or raw.date), one_of(raw.lang or raw.language)
  meta.author, meta.keyword, meta.language, meta.year, meta.lang, meta.date = nil, nil, nil, nil, nil, nil
  meta.authors = authors and authors ~= "" and list_of(authors, M.names) or nil
  meta.keywords = keywords and keywords ~= "" and list_of(keywords, keywords_of) or nil
  if meta.authors and not meta.authors[1] then meta.authors = nil end
  if meta.keywords and not meta.keywords[1] then meta.keywords = nil end
  if when and when ~= "" then
    meta.year = M.year(when)
    if not meta.year then note(("no year in %q"):format(tostring(when))) end
  end
  if lang and lang ~= "" then
    meta.lang = M.language(lang)
    if not meta.lang then note(("%q is no language code"):format(lang)) end
  end
  return meta
end

---Fills what `meta` leaves open from another source.
---@param meta table changed
---@param other table
---@return table meta
function M.fill(meta, other)
  for key, value in pairs(other) do
    if meta[key] == nil then meta[key] = value end
  end
  return meta
end

local JUNK = { "^[Mm]icrosoft ", "^[Uu]ntitled", "%.%a%a%a%a?$", "^[Tt]itle$", "^[%d%s%p]*$", "^[Aa]dmin", "^[Uu]ser$" }

---Whether a title or author in a file's properties says nothing ("Microsoft Word - draft3.doc").
---@param value string|nil
---@return boolean
function M.is_junk(value)
  if not value or #value < 2 then return true end
  for _, pattern in ipairs(JUNK) do
    if value:find(pattern) then return true end
  end
  return false
end

-- ---- metadata.csv ----------------------------------------------------------------------------

-- The records of a CSV text (RFC 4180): {line=, …fields}; nil, line, message for a malformed one.
local function records_of(text, comma)
  local records, at, line = {}, 1, 1
  while at <= #text do
    local record = { line = line }
    repeat
      local field, behind
      if text:sub(at, at) == '"' then
        local from, opened, parts = at + 1, line, {}
        while true do
          local quote = text:find('"', from, true)
          if not quote then return nil, opened, "a quotation mark is never closed" end
          parts[#parts + 1] = text:sub(from, quote - 1)
          from = quote + 1
          if text:sub(from, from) ~= '"' then break end
          parts[#parts + 1], from = '"', from + 1
        end
        field, behind = table.concat(parts), from
        local _, breaks = field:gsub("\r\n", "\n"):gsub("[\r\n]", "")
        line = line + breaks
      else
        behind = text:find("[" .. comma .. "\r\n]", at) or #text + 1
        field = text:sub(at, behind - 1)
        if field:find('"', 1, true) then
          return nil, line, 'a quotation mark inside a field: quote the field and write ""'
        end
      end
      record[#record + 1] = trim(field)
      at = behind + 1
      local mark = text:sub(behind, behind)
      if mark == "\r" and text:sub(at, at) == "\n" then at = at + 1 end
      if mark ~= comma and mark ~= "\r" and mark ~= "\n" and mark ~= "" then
        return nil, line, "text behind a closing quotation mark"
      end
    until mark ~= comma
    line = line + 1
    if #record > 1 or record[1] ~= "" then records[#records + 1] = record end
  end
  return records
end

local SAME = { filename = "file", path = "file", author = "authors", language = "lang", keyword = "keywords",
               date = "year" }

local function columns_of(record)
  local columns, have = {}, {}
  for i, name in ipairs(record) do
    name = name:lower():gsub("%s+", "_")
    name = SAME[name] or name
    if name == "" then return nil, ("column %d has no name"):format(i) end
    if have[name] then return nil, ("two columns are named %s"):format(name) end
    columns[i], have[name] = name, i
  end
  local key = have.file or have.id
  if not key then return nil, "no column is named file or id" end
  return columns, key
end

---@class entente.Metadata
---@field name string
---@field rows table<string, table> by the path that the file column gives
---@field notes string[] values that cannot be read

---Reads the text of a metadata.csv. Columns are parted by commas (or by ; or tabs, if the first line has no
---comma).
---@param text string
---@param name string for messages
---@return entente.Metadata|nil
---@return string|nil message
---@return string|nil code
function M.read(text, name)
  local function fail(line, message, code)
    return nil, ("%s:%d: %s"):format(name, line, message), code or "argument"
  end
  local valid, where = core.valid(text)
  if not valid then
    local _, before = text:sub(1, where):gsub("\n", "")
    return fail(before + 1, "this is not UTF-8; save the file as CSV UTF-8", "utf8")
  end
  if text:sub(1, 3) == "\239\187\191" then text = text:sub(4) end
  local head = text:match("^[^\r\n]*")
  local comma = (head:find(",", 1, true) and ",") or (head:find(";", 1, true) and ";")
    or (head:find("\t", 1, true) and "\t") or ","
  local records, line, message = records_of(text, comma)
  if not records then return fail(line, message) end
  if not records[1] then return fail(1, "it is empty; its first line names the columns") end
  local columns, key = columns_of(records[1])
  if not columns then return fail(records[1].line, key) end
  local self = { name = name, rows = {}, notes = {} }
  for i = 2, #records do
    local record, raw = records[i], {}
    if #record ~= #columns then
      return fail(record.line, ("%d fields, but %d columns"):format(#record, #columns))
    end
    for c, column in ipairs(columns) do
      if c ~= key and record[c] ~= "" then raw[column] = record[c] end
    end
    local file = record[key]:gsub("\\", "/"):gsub("^%./", "")
    if file == "" then return fail(record.line, "the file is not named") end
    if self.rows[file] then
      return fail(record.line, ("%s has a row already, in line %d"):format(file, self.rows[file].line))
    end
    local notes = {}
    self.rows[file] = { line = record.line, meta = M.tidy(raw, notes) }
    for _, note in ipairs(notes) do
      self.notes[#self.notes + 1] = ("%s:%d: %s"):format(name, record.line, note)
    end
  end
  return self
end

---The metadata for a paper by its path below the folder, or by its bare name; the row counts as used.
---@param self entente.Metadata
---@param path string
---@return table|nil meta
function M.find(self, path)
  local row = self.rows[path] or self.rows[path:match("[^/]*$")]
  if not row then return nil end
  row.used = true
  return row.meta
end

---One line for each row that no paper has used.
---@param self entente.Metadata
---@return string[]
function M.unused(self)
  local rows, out = {}, {}
  for file, row in pairs(self.rows) do
    if not row.used then rows[#rows + 1] = { file = file, line = row.line } end
  end
  table.sort(rows, function(a, b) return a.line < b.line end)
  for i, row in ipairs(rows) do
    out[i] = ("%s:%d: there is no paper %s"):format(self.name, row.line, row.file)
  end
  return out
end

-- ---- YAML front matter -----------------------------------------------------------------------

local LONGEST_YAML = 65536

local function scalar(value)
  if type(value) == "string" and value ~= "" and value ~= "~" and value ~= "null" then return value end
end

---The values of a Markdown file's YAML front matter: strings and lists of strings, nothing else.
---@param text string
---@return table|nil raw for `tidy`; nil without front matter
---@return string|nil note why it cannot be read
function M.front_matter(text)
  local body = text:sub(1, LONGEST_YAML) .. "\n"
  local from = body:match("^\239?\187?\191?%-%-%-[ \t]*\r?\n()")
  if not from then return nil end
  local stop = body:find("\n%-%-%-[ \t]*\r?\n", from - 1)
  local dots = body:find("\n%.%.%.[ \t]*\r?\n", from - 1)
  stop = stop and dots and math.min(stop, dots) or stop or dots
  if not stop then return nil end
  local yaml = body:sub(from, stop)
  local ok, value = pcall(function()
    return require "lyaml".load(yaml, { implicit_scalar = function(as_written) return as_written end })
  end)
  if not ok then return {}, "front matter: " .. tostring(value):gsub("^[^:]*:%d+: ", ""):gsub("%s+", " ") end
  if type(value) ~= "table" then return {}, "front matter: no keys in it" end
  local raw = {}
  for key, entry in pairs(value) do
    if type(key) == "string" and key ~= "abstract" then
      raw[key] = scalar(entry)
      if type(entry) == "table" then
        local list = {}
        for _, item in ipairs(entry) do list[#list + 1] = scalar(type(item) == "table" and item.name or item) end
        raw[key] = list[1] and list or nil
      end
    end
  end
  return raw
end

return M
