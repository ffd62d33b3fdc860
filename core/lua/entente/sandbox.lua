--- Evaluates a codebook's Lua source in a child process, and takes the value back as plain data.
--
-- A codebook comes from a stranger. The child (sandbox_child.lua) has limits on time, memory and output
-- and can make no system call but to write its answer; the parent reads the files that `include` and
-- `extend` name and hands them over, and believes nothing of what comes back but that it is data. What
-- the parent does for a codebook is bounded too: by bytes of source, by values and bytes of the answer.

local json = require "dkjson"
local system = require "entente.system"

local M = {}

local MEGABYTE = 1024 * 1024

-- `wall` is below 1.5 s so that the whole, with starting and ending the child, stays within it.
local DEFAULTS = {
  lua = "lua5.4",
  cpu = 1,
  wall = 1.4,
  memory = 256 * MEGABYTE,
  output = 64 * MEGABYTE,
  source = 8 * MEGABYTE,
  bytes = 16 * MEGABYTE,
  values = 400000,
  files = 200,
  depth = 200,
}
local OTHERS = { path = true, cpath = true, folder = true, resolve = true }

local SIGNALS = { [9] = "SIGKILL", [11] = "SIGSEGV", [24] = "SIGXCPU", [31] = "SIGSYS" } -- Linux

-- ---- the files that a codebook names --------------------------------------------------------------

-- Why a name may not be looked up; nil when it may.
local function forbidden(name)
  if name == "" then return "a name is needed" end
  if name:find "[/\\%c]" or name:find("..", 1, true) then
    return "only a file beside the codebook may be named; no folders, no .."
  end
  if name:find "^%." then return "a name does not begin with a dot" end
end

local function folder_of(path) return path:match "^(.*/)[^/]*$" or "" end

-- Reads NAME.lua in a folder: source, path; or nil, message, and true where there is no such file.
local function read_beside(folder, name, limits)
  if not folder then return nil, "what is no file has nothing beside it", true end
  local path = folder .. name .. (name:find "%.lua$" and "" or ".lua")
  if not system.kind(path) then return nil, "there is no " .. path, true end
  local source, message = system.read(path, limits.source)
  if not source then return nil, message end
  return source, path
end

-- What a file wants: source, path, folder of what is beside it; or nil, message. A file that extends
-- another of its own name means the one that the caller knows.
local function find_wanted(unit, word, name, limits)
  local reason = forbidden(name)
  if reason then return nil, reason end
  local source, path, absent = read_beside(unit.folder, name, limits)
  if word == "include" or not limits.resolve or not (absent or path == unit.known_as) then
    return source, path, unit.folder
  end
  local known, known_path = limits.resolve(name)
  if known then return known, known_path or name, known_path and folder_of(known_path) or false end
  local beside = absent and path or "this is " .. path .. " itself"
  return nil, beside .. ", and " .. (known_path or "no codebook of that name is known")
end

-- A unit is known by the path that read_beside would find it at; `path` is what messages show.
local function add_unit(units, source, path, folder, known_as)
  source = source:gsub("^\239\187\191", "", 1) -- a byte order mark
  units[#units + 1] = { source = source, path = path, known_as = known_as, folder = folder, include = {}, extend = {} }
  units.bytes = units.bytes + #source
  units.at[known_as] = #units
end

-- Adds the units that the child asked for, or why there are none. true; or nil, message, code.
local function add_wanted(units, wants, limits)
  for _, want in ipairs(wants) do
    local unit, links = units[want.unit], nil
    if want.word == "include" or want.word == "extend" then links = unit and unit[want.word] end
    if not links or type(want.name) ~= "string" or links[want.name] then
      return nil, units[1].path .. ": the answer of the codebook's process cannot be read; do not use it", "pattern"
    end
    local source, path, folder = find_wanted(unit, want.word, want.name, limits)
    if not source then
      links[want.name] = want.word .. ' "' .. want.name .. '": ' .. path
    else
      if not units.at[path] then add_unit(units, source, path, folder, path) end
      links[want.name] = units.at[path]
    end
    units.names = units.names + 1
  end
  if units.names > limits.files then
    return nil, units[1].path .. ": names more than " .. limits.files .. " files; join some", "limit"
  end
  return true
end

-- ---- the answer -----------------------------------------------------------------------------------

local unescape = { n = "\n", t = "\t", ['"'] = '"', ["\\"] = "\\" }
local function unescaped(letter, digits)
  if letter == "u" and #digits == 4 then
    local number = tonumber(digits, 16)
    return number < 128 and string.char(number) or "?"
  end
  return (unescape[letter] or "?") .. digits
end

-- A string behind its first quotation mark: text, and where it goes on.
local function read_string(text, at)
  local _, last, plain = text:find('^([^"\\]*)"', at)
  if last then return plain, last + 1 end
  local stop = at
  repeat
    stop = text:find('["\\]', stop) or error("a string without end", 0)
    local ends = text:byte(stop) == 34
    stop = stop + (ends and 1 or 2)
  until ends
  return text:sub(at, stop - 2):gsub("\\(.)(%x?%x?%x?%x?)", unescaped), stop
end

-- Reads the JSON that the child writes: no blanks, no null. Four times as fast as dkjson, which matters,
-- as it runs in the parent, without the limits. Raises where it is something else.
local function read_json(text, at, depth)
  local first = text:byte(at)
  if first == 34 then return read_string(text, at + 1) end -- "
  if first == 123 or first == 91 then -- { or [
    if depth == 0 then error("nested too deep", 0) end
    local made, count, close = {}, 0, first + 2
    at = at + 1
    if text:byte(at) == close then return made, at + 1 end
    while true do
      local key
      if first == 91 then
        count = count + 1
        key = count
      else
        if text:byte(at) ~= 34 then error("no name", 0) end
        key, at = read_string(text, at + 1)
        if text:byte(at) ~= 58 then error("no colon", 0) end -- :
        at = at + 1
      end
      made[key], at = read_json(text, at, depth - 1)
      local mark = text:byte(at)
      if mark == close then return made, at + 1 end
      if mark ~= 44 then error("no comma", 0) end -- ,
      at = at + 1
    end
  end
  local number = text:match("^-?%d[%d.e+-]*", at)
  if number then return tonumber(number) or error("no number", 0), at + #number end
  if text:sub(at, at + 3) == "true" then return true, at + 4 end
  if text:sub(at, at + 4) == "false" then return false, at + 5 end
  error("no value", 0)
end

-- ---- what is said ---------------------------------------------------------------------------------

-- One line that a terminal can show: no control characters, valid UTF-8, not too long.
local function one_line(text)
  local cut = #text > 600
  text = text:sub(1, 600):gsub("%s+", " "):gsub("%c", "?")
  if cut then text = text:gsub("[\192-\255][\128-\191]*$", "") .. " …" end
  text = text:gsub("[\128-\255]+", function(bytes)
    local rest = bytes:gsub("[\194-\223][\128-\191]", ""):gsub("[\224-\239][\128-\191][\128-\191]", "")
      :gsub("[\240-\244][\128-\191][\128-\191][\128-\191]", "")
    return rest ~= "" and "?" or nil
  end)
  -- C1 controls and the marks that turn a line around
  return (text:gsub("\194[\128-\159]", "?"):gsub("\226\128[\142\143\168-\174]", "?"):gsub("\226\129[\166-\169]", "?"))
end

-- The child's message with the files' paths for the units' numbers.
local function with_paths(message, units)
  local path = units[1].path
  message = message:gsub("entente:(%d+):", function(number)
    local unit = units[tonumber(number)]
    return unit and unit.path .. ":"
  end)
  for _, unit in ipairs(units) do
    if message:sub(1, #unit.path + 1) == unit.path .. ":" then return one_line(message) end
  end
  return one_line(path .. ": " .. message)
end

local function megabytes(bytes) return string.format("%.4g MiB", bytes / MEGABYTE) end

local function too_slow(units, limits)
  return nil, string.format("%s: the codebook loops: stopped after %g s; look for a loop that does not end",
    units[1].path, limits.wall), "time"
end

local function too_much_memory(units, limits)
  local most = limits.memory and megabytes(limits.memory) or "all there is"
  return nil, units[1].path .. ": the codebook needs more than " .. most .. " of memory; make it smaller", "limit"
end

-- What a child that did not answer died of.
local function obituary(ran, units, limits)
  local path, signal = units[1].path, SIGNALS[ran.code]
  if ran["end"] == "time" then return too_slow(units, limits) end
  if ran["end"] == "output" then
    return nil, path .. ": the codebook's value is larger than " .. megabytes(limits.output) .. "; make it smaller", "limit"
  elseif ran["end"] == "signal" and signal == "SIGXCPU" then
    return nil, string.format("%s: the codebook loops: stopped after %d s of processor time; look for a loop that " ..
      "does not end", path, math.ceil(limits.cpu)), "time"
  elseif ran["end"] == "signal" and signal == "SIGSYS" then
    return nil, path .. ": the codebook asked the system for what no codebook may have; do not use it", "pattern"
  elseif ran["end"] == "signal" then
    signal = signal or "signal " .. ran.code
    return nil, path .. ": the codebook made Lua crash (" .. signal .. "); do not use it", "pattern"
  elseif ran.err:find("not enough memory", 1, true) then
    return too_much_memory(units, limits)
  end
  local said = ran.err:match "[^\n]+" or "it says nothing and ends with status " .. ran.code
  return nil, one_line(path .. ": cannot evaluate codebooks with " .. limits.lua .. ": " .. said), "io"
end

-- ---- the one function -----------------------------------------------------------------------------

local function check_options(options)
  local limits = {}
  for key, value in pairs(DEFAULTS) do limits[key] = value end
  for key, value in pairs(options or {}) do
    if DEFAULTS[key] == nil and not OTHERS[key] then
      error("sandbox.evaluate: unknown option '" .. tostring(key) .. "'", 3)
    end
    limits[key] = value
  end
  limits.path, limits.cpath = limits.path or package.path, limits.cpath or package.cpath
  return limits
end

local function request(units, limits)
  local handed, sources = {}, {}
  for i, unit in ipairs(units) do
    handed[i] = { length = #unit.source, include = unit.include, extend = unit.extend }
    sources[i] = unit.source
  end
  local head = { units = handed }
  for _, key in ipairs { "files", "depth", "values", "bytes" } do head[key] = limits[key] end
  return json.encode(head) .. "\n" .. table.concat(sources)
end

-- Runs the child once. Its answer, a table; or nil, message, code.
local function ask(units, script, limits, wall)
  for _, unit in ipairs(units) do
    if unit.source:byte(1) == 27 then return nil, unit.path .. ": is compiled Lua; give its source", "pattern" end
  end
  if units.bytes > limits.source then
    return nil, units[1].path .. ": is, with the files that it names, larger than " .. megabytes(limits.source) ..
      "; part it", "limit"
  end
  local ran, message, code = system.run {
    argv = { limits.lua, "-E", script, limits.path, limits.cpath },
    input = request(units, limits),
    cpu = limits.cpu,
    wall = wall,
    memory = not system.sanitized and limits.memory or nil, -- a sanitizer's shadow passes any sensible limit
    output = limits.output,
    file_size = 1,
  }
  if not ran then return nil, units[1].path .. ": " .. message, code end
  if ran["end"] ~= "exit" or ran.code ~= 0 then return obituary(ran, units, limits) end
  local fine, answer, at = pcall(read_json, ran.out, 2, limits.depth + 50) -- behind a line end
  if not fine or type(answer) ~= "table" or at ~= #ran.out + 1 then return obituary(ran, units, limits) end
  return answer
end

--- Evaluates a codebook. A broken or hostile one gives one line that names its file.
--- options: `lua` (the interpreter, else "lua5.4"), `path` and `cpath` (its package.path and package.cpath, else
--- ours), `folder` (where siblings are, else the folder of `name`; false: nowhere), `resolve` (function(name) ->
--- source, path or nil, message: for `extend`, after the siblings), and the limits: `cpu` and `wall` (seconds),
--- `memory` (bytes, false: none), `output` (bytes of the answer), `source` (bytes of all files), `files` (how many
--- are named), `values`, `bytes` and `depth` of the value.
---@param source string the Lua source of the codebook
---@param name string its path: messages show it, and siblings are beside it
---@param options table|nil
---@return table|nil value plain data: tables, strings, numbers, booleans
---@return boolean|string confined whether the child had a system call filter; the message when value is nil
---@return string|nil code "time", "limit", "pattern" (the codebook is at fault) or "io"
function M.evaluate(source, name, options)
  if type(source) ~= "string" then error("sandbox.evaluate: source must be a string", 2) end
  if type(name) ~= "string" then error("sandbox.evaluate: name must be a string", 2) end
  local limits = check_options(options)
  local script = package.searchpath("entente.sandbox_child", limits.path)
  if not script then return nil, name .. ": no entente/sandbox_child.lua in package.path; install entente again", "io" end
  local folder = limits.folder
  if folder == nil then folder = folder_of(name) end
  if folder == "." then folder = "" end
  if folder and folder ~= "" and not folder:find "/$" then folder = folder .. "/" end
  local units, started = { at = {}, bytes = 0, names = 0 }, system.clock()
  add_unit(units, source, name, folder, folder and folder .. name:match "[^/]*$" or name)
  while true do
    local wall = limits.wall - (system.clock() - started)
    if wall <= 0 then return too_slow(units, limits) end
    local answer, message, code = ask(units, script, limits, wall)
    if not answer then return nil, message, code end
    if type(answer.value) == "table" then return answer.value, answer.confined == true end
    if type(answer.wants) ~= "table" then
      local said = type(answer.error) == "string" and answer.error or "the codebook gives no value"
      if said:find("not enough memory", 1, true) then return too_much_memory(units, limits) end
      return nil, with_paths(said, units), answer.code == "limit" and "limit" or "pattern"
    end
    local fine
    fine, message, code = add_wanted(units, answer.wants, limits)
    if not fine then return nil, message, code end
  end
end

return M
