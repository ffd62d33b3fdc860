-- sandbox_child: the script that entente.sandbox runs: lua sandbox_child.lua PACKAGE_PATH PACKAGE_CPATH
--
-- Standard input: a line of JSON {units = {{length =, include = {name = unit or message}, extend = …}, …},
--   files =, depth =, values =, bytes =}, then the units' sources, one behind the other
-- Standard output: JSON {value =, confined =}, {error =, code =}, or {wants = {{unit =, word =, name =}, …}}:
--   files that it was not given; the parent finds them, or why not, and starts again
--
-- It loads what it needs, confines itself, and only then looks at the codebook. What a codebook does here
-- is believed by nobody: the parent reads the answer as data from a stranger. Chunks are named entente:N,
-- N being the unit; the parent puts the file's name there.

package.path, package.cpath = ...
if rawget(_G, "jit") then rawget(_G, "jit").off() end -- it would make memory executable, and die of that
local json = require "dkjson"
local system = require "entente.system"
local words = require "entente.words"

local request = json.decode(io.read "*l", 1, nil, nil, nil)
local units = request.units
for _, unit in ipairs(units) do unit.source = io.read(unit.length) or "" end
local wants = {}

-- ---- what is said ---------------------------------------------------------------------------------

-- The place in a codebook that is being run: "entente:1:12: ", or "".
local function place()
  for level = 2, 60 do
    local info = debug.getinfo(level, "Sl")
    if not info then return "" end
    if info.source:find "^=entente:%d+$" then return info.source:sub(2) .. ":" .. info.currentline .. ": " end
  end
  return ""
end

-- An error's message, with its place in the codebook, not with ours.
local function told(message)
  if type(message) ~= "string" then
    return place() .. "error called with a " .. type(message) .. ", not with a message"
  end
  message = message:sub(1, 2000):match "^[^\n]*"
  if message:find "^entente:%d+:%d+:" then return message end
  return place() .. message:gsub("^[^%s:]+%.lua:%d+: ", "", 1)
end

-- ---- the words of a codebook ----------------------------------------------------------------------

-- Without addresses: they would be different in each run.
local function plain_tostring(value)
  local kind = type(value)
  if kind == "string" or kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
  return kind
end

local format, unpack = string.format, table.unpack or rawget(_G, "unpack")
local function plain_format(pattern, ...)
  local values = { ... }
  for i = 1, select("#", ...) do
    local kind = type(values[i])
    if kind == "table" or kind == "function" then values[i] = kind end
  end
  if type(pattern) == "string" and pattern:gsub("%%%%", ""):find "%%[^%a]*p" then
    error("string.format has no %p here", 2)
  end
  return format(pattern, unpack(values, 1, select("#", ...)))
end

local rank = { number = 1, string = 2, boolean = 3 }
local function before(a, b)
  local kind, other = type(a), type(b)
  if kind ~= other then return (rank[kind] or 4) < (rank[other] or 4) end
  if kind == "number" or kind == "string" then return a < b end
  return kind == "boolean" and not a and b
end

-- The keys of a table in an order that does not change from run to run.
local function sorted_keys(object)
  local keys, count, strings = {}, 0, true
  for key in next, object do
    count = count + 1
    keys[count] = key
    strings = strings and type(key) == "string"
  end
  table.sort(keys, not strings and before or nil) -- without a function of ours five times as fast
  return keys
end

local function sorted_pairs(object)
  if type(object) ~= "table" then error("pairs needs a table, not a " .. type(object), 2) end
  local keys, at = sorted_keys(object), 0
  return function()
    repeat at = at + 1 until keys[at] == nil or object[keys[at]] ~= nil
    if keys[at] ~= nil then return keys[at], object[keys[at]] end
  end, object
end

-- Strings reach this table through their metatable, so what must not be there is taken out of it.
string.format, string.dump = plain_format, nil -- luacheck: ignore 122
getmetatable("").__metatable = false
math.randomseed(0)

local function copied(library)
  if not library then return nil end
  local copy = {}
  for key, value in next, library do copy[key] = value end
  return copy
end

local evaluate

local code = "pattern"
local function too_many(message)
  code = "limit"
  error(message, 0)
end

-- The function behind include and extend, for one unit. What is not here yet is asked for, and something
-- empty stands in for it, so that one run finds all that is wanted.
local function opener(unit, word)
  local asked = {}
  return function(name)
    if type(name) ~= "string" then error(place() .. word .. " takes a name, such as " .. word .. ' "name"', 0) end
    local link = units[unit][word][name]
    if type(link) == "number" then return evaluate(link) end
    if link then error(place() .. link, 0) end
    if #name > 200 then error(place() .. word .. " of a name that is longer than 200 bytes; shorten it", 0) end
    if not asked[name] then
      if #wants >= request.files then too_many(place() .. "names more than " .. request.files .. " files; join some") end
      wants[#wants + 1] = { unit = unit, word = word, name = name }
      asked[name] = true
    end
    return { kind = word == "extend" and "codebook" or "category", name = name, categories = {} }
  end
end

-- A fresh environment for each file: what one file does to its words, no other sees.
local function environment(unit)
  local env = copied(words.environment { include = opener(unit, "include"), extend = opener(unit, "extend") })
  for _, name in ipairs { "string", "table", "math", "utf8" } do env[name] = copied(_G[name]) end
  for _, name in ipairs { "ipairs", "select", "type", "tonumber", "error" } do env[name] = _G[name] end
  env.pairs, env.tostring, env.math.randomseed = sorted_pairs, plain_tostring, nil
  return setmetatable(env, {
    __metatable = false,
    __index = function(_, name)
      error(place() .. "unknown word '" .. plain_tostring(name) .. "'; check its spelling, or quote it as a term", 0)
    end,
  })
end

local running = {}

function evaluate(number)
  local unit = units[number]
  if running[number] then
    error(place() .. "a circle: that file is being read already; take one include or extend out", 0)
  end
  running[number] = true
  local chunk, message = load(unit.source, "=entente:" .. number, "t", environment(number))
  if not chunk then
    error((message:gsub("^C stack overflow", "entente:" .. number .. ": nested too deep for Lua; flatten it")), 0)
  end
  local value = chunk()
  running[number] = nil
  return value
end

-- ---- the value as JSON ----------------------------------------------------------------------------

local pieces, count, values_left, bytes_left, inside = {}, 0, request.values, request.bytes, {}

local function add(piece)
  count = count + 1
  pieces[count] = piece
end

local function spend(values)
  values_left = values_left - values
  if values_left < 0 then too_many("more than " .. request.values .. " values; part the codebook") end
end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\127"] = "\\u007f" }
for byte = 0, 31 do escapes[string.char(byte)] = format("\\u%04x", byte) end

-- An escape counts as a value: to read it costs the parent as much.
local function quoted(text)
  bytes_left = bytes_left - #text
  if bytes_left < 0 then too_many("more than " .. request.bytes .. " bytes of text; part the codebook") end
  if text:find '[%c"\\]' then
    local escaped
    text, escaped = text:gsub('[%c"\\]', escapes)
    spend(escaped)
  end
  return '"' .. text .. '"'
end

-- The place of a value, by the names that the author gave: x/challenge.any.en[2]
local function at(path)
  local text = ""
  for i = 1, #path do
    local step = path[i]
    if i > 20 then return text .. "…: " end
    if type(step) == "table" then text = text .. (text == "" and "" or "/") .. step.name
    elseif type(step) == "number" then text = text .. "[" .. step .. "]"
    else text = text .. (text == "" and "" or ".") .. step end
  end
  return (text == "" and "the value" or text) .. ": "
end

local function refuse(path, message) error(at(path) .. message, 0) end

local function add_number(value, path)
  if value ~= value or value - value ~= 0 then refuse(path, "is no finite number") end
  if value % 1 == 0 and value > -2 ^ 53 and value < 2 ^ 53 then add(format("%.0f", value)) else add(format("%.17g", value)) end
end

local add_value

local function add_list(list, length, path)
  add "["
  for i = 1, length do
    if i > 1 then add "," end
    local name = type(list[i]) == "table" and rawget(list[i], "name")
    path[#path + 1] = type(name) == "string" and { name = name } or i
    add_value(list[i], path)
    path[#path] = nil
  end
  add "]"
end

local function add_fields(object, keys, path)
  add "{"
  for i = 1, #keys do
    local key = keys[i]
    spend(1)
    add(i > 1 and "," .. quoted(key) .. ":" or quoted(key) .. ":")
    path[#path + 1] = key
    add_value(object[key], path)
    path[#path] = nil
  end
  add "}"
end

local function is_list(object)
  local length, found = #object, 0
  for key in next, object do
    if type(key) ~= "number" or key % 1 ~= 0 or key < 1 or key > length then return false end
    found = found + 1
  end
  return found == length
end

local function add_table(object, path)
  if inside[object] then refuse(path, "contains itself; a codebook is a tree") end
  if #path >= request.depth then
    too_many(at(path) .. "is nested more than " .. request.depth .. " deep; flatten it")
  end
  inside[object] = true
  if is_list(object) then
    add_list(object, #object, path)
  else
    local keys = sorted_keys(object)
    for i = 1, #keys do
      local kind = type(keys[i])
      if kind ~= type(keys[#keys]) then refuse(path, "has both a list and named fields; part them") end
      if kind == "number" then refuse(path, "is a list with a hole; take the nil or the number out") end
      if kind ~= "string" then refuse(path, "has a " .. kind .. " for a name; names are strings") end
    end
    add_fields(object, keys, path)
  end
  inside[object] = nil
end

function add_value(value, path)
  spend(1)
  local kind = type(value)
  if kind == "string" then add(quoted(value))
  elseif kind == "number" then add_number(value, path)
  elseif kind == "boolean" then add(value and "true" or "false")
  elseif kind == "table" then add_table(value, path)
  else refuse(path, "is a " .. kind .. "; a codebook holds strings, numbers, booleans and tables") end
end

-- ---- from here on, only what is open --------------------------------------------------------------

-- The stream takes its buffer now: confined, it could not ask for the size that it should have.
io.stdout:setvbuf "full"
io.stdout:write "\n"
io.stdout:flush()
-- A sanitizer reads /proc at each error that is caught: its builds are for tests, and do without.
local confined, why, fault
if not system.sanitized then confined, why, fault = system.confine() end
if why and fault ~= "state" then error(why, 0) end -- "state": this system has no such thing

local function answer()
  local value = evaluate(1)
  if #wants > 0 then return end
  if type(value) ~= "table" or value.kind ~= "codebook" then
    local kind = value == nil and "nothing" or "a " .. type(value)
    error("entente:1: gives " .. kind .. (type(value) == "table" and " that is no codebook" or "") ..
      '; it must end with return codebook "name" { … }', 0)
  end
  add '{"value":'
  add_value(value, type(value.name) == "string" and { { name = value.name } } or {})
  add(',"confined":' .. tostring(confined == true) .. "}")
  return table.concat(pieces)
end

local fine, said = xpcall(answer, told)
if not fine or #wants > 0 then
  if not fine then said = tostring(said):sub(1, 2000) end
  pieces, count, units, inside = {}, 0, nil, {}
  collectgarbage() -- room to say that there was none
  values_left, bytes_left = math.huge, math.huge
  add_value(#wants > 0 and code ~= "limit" and { wants = wants } or { error = said, code = code }, {})
  said = table.concat(pieces)
end
io.stdout:write(said)
os.exit(0, false) -- flushes; no finalizer runs
