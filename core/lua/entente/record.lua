--- The coding record as JSON Lines and CSV: DESIGN 7, bytes 0-based and half-open.
local json = require "dkjson"

local M = {}

--- The fields in their order.
M.fields = { "doc", "lang", "category", "rule", "begin", "end", "quote", "unit", "unit_begin", "unit_end", "section",
  "page", "codebook", "coder" }

local function flat(coding)
  return { doc = coding.doc, lang = coding.lang, category = coding.category, rule = coding.rule,
    begin = coding.first - 1, ["end"] = coding.last, quote = coding.quote, unit = coding.unit,
    unit_begin = coding.unit_first - 1, unit_end = coding.unit_last, section = coding.section, page = coding.page,
    codebook = coding.codebook, coder = coding.coder }
end

local LINE = '{"' .. table.concat(M.fields, '":%s,"') .. '":%s}'

local function text(value)
  if value == nil then return "null" end
  if value:find('[^ !#-%[%]-~]') then return json.quotestring(value) end -- not plain ASCII
  return '"' .. value .. '"'
end

local function number(value) return value == nil and "null" or ("%d"):format(value) end

--- One line, without its line end. Absent fields are null.
---@param coding table
---@return string
function M.json(coding)
  return LINE:format(text(coding.doc), text(coding.lang), text(coding.category), text(coding.rule), number(coding.first - 1),
    number(coding.last), text(coding.quote), text(coding.unit), number(coding.unit_first - 1), number(coding.unit_last),
    text(coding.section), number(coding.page), text(coding.codebook), text(coding.coder))
end

--- A CSV field. A value that a spreadsheet would run as a formula gets a leading ' unless `raw`.
---@param value string|number|nil
---@param raw? boolean
---@return string
function M.csv_field(value, raw)
  if value == nil then return "" end
  if type(value) == "number" then return ("%d"):format(value) end
  if not raw and value:find("^[=+%-@\t\r]") then value = "'" .. value end
  if value:find('[",\r\n]') then return '"' .. value:gsub('"', '""') .. '"' end
  return value
end

--- One line of CSV, with its end, CR LF (RFC 4180).
---@param coding table
---@param raw? boolean
---@return string
function M.csv_line(coding, raw)
  local fields, line = flat(coding), {}
  for i, field in ipairs(M.fields) do line[i] = M.csv_field(fields[field], raw) end
  return table.concat(line, ",") .. "\r\n"
end

--- The header line, then a line a coding.
---@param codings table[]
---@param raw? boolean
---@return string
function M.csv(codings, raw)
  local out = { table.concat(M.fields, ",") .. "\r\n" }
  for _, coding in ipairs(codings) do out[#out + 1] = M.csv_line(coding, raw) end
  return table.concat(out)
end

return M
