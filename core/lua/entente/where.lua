-- where: conditions on metadata, as `where` of a codebook has them, for the core and from the command line.
--
--   {year = {2019, 2024}, lang = "en", country = {"VN", "ID"}}     all are met; two numbers are a range
--   --where year=2019..2024 --where country=VN,ID                 a backslash before a comma or dot that is one

local M = {}

local HUGE = math.huge

-- A value as a document's is compared with, numbers in the shortest form: 2019.0 is 2019 in every Lua.
local function text_of(value)
  if type(value) ~= "number" then return tostring(value) end
  if value == math.floor(value) and math.abs(value) < 2 ^ 53 then return ("%d"):format(value) end
  for digits = 15, 17 do
    local text = ("%." .. digits .. "g"):format(value)
    if tonumber(text) == value or digits == 17 then return text end
  end
end

local function is_range(wanted)
  return #wanted == 2 and type(wanted[1]) == "number" and type(wanted[2]) == "number"
end

---The conditions as snapshot:documents takes them, sorted by their fields.
---@param where table|nil
---@return table[] conditions {field=, least=, most=} or {field=, values=}
function M.conditions(where)
  local list = {}
  if where ~= nil and type(where) ~= "table" then error("where: a table of fields and what they are to be", 3) end
  for field, wanted in pairs(where or {}) do
    if type(field) ~= "string" or field == "" then error("where: a field's name is a string", 3) end
    local condition = { field = field }
    if type(wanted) == "table" and is_range(wanted) then
      condition.least, condition.most = wanted[1], wanted[2]
    else
      condition.values = {}
      for i, value in ipairs(type(wanted) == "table" and wanted or { wanted }) do
        if type(value) == "table" then error(("where.%s: a value, a list of values, or two numbers"):format(field), 3) end
        condition.values[i] = text_of(value)
      end
      if not condition.values[1] then error(("where.%s: no value"):format(field), 3) end
    end
    list[#list + 1] = condition
  end
  table.sort(list, function(a, b) return a.field < b.field end)
  return list
end

local function number_or(text, default)
  if text == "" then return default end
  return tonumber(text)
end

-- The values between commas; a backslash takes the next byte as it is.
local function values_of(text)
  local values, value, at = {}, {}, 1
  while at <= #text do
    local byte = text:sub(at, at)
    if byte == "\\" and at < #text then
      at = at + 1
      value[#value + 1] = text:sub(at, at)
    elseif byte == "," then
      values[#values + 1], value = table.concat(value), {}
    else
      value[#value + 1] = byte
    end
    at = at + 1
  end
  values[#values + 1] = table.concat(value)
  return values
end

---The conditions that are written as FIELD=VALUE, FIELD=VALUE,VALUE, FIELD=LEAST..MOST, either of which may be left out.
---@param written string[]|nil
---@return table|nil where
---@return string|nil message
function M.parse(written)
  local where = {}
  for _, text in ipairs(written or {}) do
    local field, wanted = text:match("^%s*([^=]-)%s*=(.*)$")
    if not field or field == "" or wanted == "" then
      return nil, ("'%s' is no condition: write FIELD=VALUE, FIELD=VALUE,VALUE or FIELD=LEAST..MOST"):format(text)
    end
    if where[field] then return nil, ("two conditions on %s: write its values in one, parted by commas"):format(field) end
    local from, to = wanted:match("^([^,]-)%.%.([^,]*)$")
    if from and not wanted:find("\\", 1, true) then
      local least, most = number_or(from, -HUGE), number_or(to, HUGE)
      if not least or not most or from .. to == "" then
        return nil, ("'%s' is no range of numbers: write FIELD=LEAST..MOST, or \\.. for the dots themselves"):format(text)
      end
      where[field] = { least, most }
    else
      where[field] = values_of(wanted)
    end
  end
  return where
end

return M
