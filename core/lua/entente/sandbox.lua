--- Evaluates a codebook's Lua source in a child process, and takes the value back as plain data.
--
-- A codebook comes from a stranger. The child (sandbox_child.lua) has limits on time, memory and output
-- and can make no system call but to write its answer; the parent reads the files that `include` and
-- `extend` name and hands them over, and believes nothing that comes back but that it is data.

local json = require "dkjson"
local system = require "entente.system"

local M = {}

local MEGABYTE = 1024 * 1024

-- `wall` is below 1.5 s so that the whole, with starting and killing the child, stays within it.
local DEFAULTS = {
  lua = "lua5.4",
  cpu = 1,
  wall = 1.4,
  memory = 256 * MEGABYTE,
  output = 64 * MEGABYTE,
  values = 1000000,
  depth = 200,
}
local OTHERS = { path = true, cpath = true, folder = true, resolve = true }

local MOST_FILES, MOST_BYTES = 200, 32 * MEGABYTE
local SIGNALS = { [9] = "SIGKILL", [11] = "SIGSEGV", [24] = "SIGXCPU", [31] = "SIGSYS" } -- Linux

-- ---- the files that a codebook names --------------------------------------------------------------

-- Why a name may not be looked up beside the codebook; nil when it may.
local function forbidden(name)
  if name == "" then return "a name is needed" end
  if name:find "[/\\%z]" or name:find("..", 1, true) then
    return "only a file beside the codebook may be named; no folders, no .."
  end
  if name:find "^%." then return "a name does not begin with a dot" end
end

-- Calls found(word, name) for each include "name" and extend "name" in a source. Comments are not told
-- from code: a name too many does no harm. Linear in the length, as the source is a stranger's.
local function scan(source, found)
  for _, word in ipairs { "include", "extend" } do
    local at = 1
    while true do
      local first, last = source:find(word, at, true)
      if not first then break end
      at = last + 1
      local next_at = source:match("^%s*()", at)
      if source:sub(next_at, next_at) == "(" then next_at = source:match("^%s*()", next_at + 1) end
      local quote = source:sub(next_at, next_at)
      if quote == '"' or quote == "'" then
        local close = source:find("[" .. quote .. "\n]", next_at + 1)
        if close and source:sub(close, close) == quote then found(word, source:sub(next_at + 1, close - 1)) end
        at = next_at + 1
      end
    end
  end
end

local function folder_of(path) return path:match "^(.*/)[^/]*$" or "" end

-- Reads a file beside the codebook. source, path; or nil, message.
local function read_beside(folder, name)
  if not folder then return nil, "a codebook that is no file has nothing beside it" end
  local path = folder .. name .. (name:find "%.lua$" and "" or ".lua")
  if not system.kind(path) then return nil, "there is no " .. path, true end
  local source, message = system.read(path, MOST_BYTES)
  if not source then return nil, message end
  return source, path
end

-- Finds what `extend` names: beside the codebook, else by the caller's function.
local function read_extended(folder, name, resolve)
  local reason = forbidden(name)
  if not reason then
    local source, path, absent = read_beside(folder, name)
    if source or not (absent or not folder) then return source, path end
    reason = path
  end
  if not resolve then return nil, reason end
  local source, path = resolve(name)
  if source then return source, path or name end
  return nil, path or reason .. ", and no codebook of that name is known"
end

local function strip_mark(source) return (source:gsub("^\239\187\191", "", 1)) end

-- The codebook and all that it names: {{source, name, include = {name = unit or message}, extend = …}, …};
-- or nil, message, code.
local function gather(source, name, options)
  local units, by_path, bytes = {}, {}, 0
  local function add(text, path, folder)
    units[#units + 1] = { source = strip_mark(text), name = path, folder = folder, include = {}, extend = {} }
    by_path[path] = #units
    bytes = bytes + #text
  end
  local folder = options.folder
  if folder == nil then folder = folder_of(name) end
  if folder and folder ~= "" and not folder:find "/$" then folder = folder .. "/" end
  add(source, name, folder)
  local at = 1
  while units[at] do
    local unit = units[at]
    if unit.source:byte(1) == 27 then return nil, unit.name .. ": is compiled Lua; give its source", "pattern" end
    scan(unit.source, function(word, wanted)
      if unit[word][wanted] or #units > MOST_FILES or bytes > MOST_BYTES then return end
      local text, path
      if word == "extend" then text, path = read_extended(unit.folder, wanted, options.resolve)
      elseif forbidden(wanted) then path = forbidden(wanted)
      else text, path = read_beside(unit.folder, wanted) end
      if not text then
        unit[word][wanted] = word .. ' "' .. wanted .. '": ' .. path
      else
        if not by_path[path] then add(text, path, path:find "/" and folder_of(path) or unit.folder) end
        unit[word][wanted] = by_path[path]
      end
    end)
    if #units > MOST_FILES then return nil, name .. ": names more than " .. MOST_FILES .. " files; join some", "limit" end
    if bytes > MOST_BYTES then
      return nil, name .. ": is, with the files that it names, larger than " .. MOST_BYTES / MEGABYTE .. " MiB; part it", "limit"
    end
    at = at + 1
  end
  return units
end

-- ---- what came back -------------------------------------------------------------------------------

-- One line that a terminal can show: no control characters, valid UTF-8, not too long.
local function one_line(text)
  text = text:gsub("[%s]+", " "):gsub("%c", "?"):gsub("\194[\128-\159]", "?"):gsub("\226\128[\170-\174]", "?")
    :gsub("\226\129[\166-\169]", "?")
  if #text > 600 then text = text:sub(1, 600):gsub("[\192-\255][\128-\191]*$", "") .. " …" end
  return (text:gsub("[\128-\255]+", function(bytes)
    local rest = bytes:gsub("[\194-\223][\128-\191]", ""):gsub("[\224-\239][\128-\191][\128-\191]", "")
      :gsub("[\240-\244][\128-\191][\128-\191][\128-\191]", "")
    return rest == "" and bytes or "?"
  end))
end

-- The child's message with the files' names for the units' numbers.
local function with_names(message, units)
  return (message:gsub("entente:(%d+):", function(number)
    local unit = units[tonumber(number)]
    return unit and unit.name .. ":"
  end))
end

local function megabytes(bytes) return string.format("%.4g MiB", bytes / MEGABYTE) end

local function too_much_memory(name, limits)
  return nil, name .. ": the codebook needs more than " .. megabytes(limits.memory or 0) .. " of memory; make it smaller", "limit"
end

-- What a child that did not answer died of.
local function obituary(ran, name, limits)
  local signal = SIGNALS[ran.code]
  if ran["end"] == "time" then
    return nil, string.format("%s: the codebook loops: stopped after %g s; look for a loop that does not end", name, limits.wall), "time"
  elseif ran["end"] == "output" then
    return nil, name .. ": the codebook's value is larger than " .. megabytes(limits.output) .. "; make it smaller", "limit"
  elseif ran["end"] == "signal" and signal == "SIGXCPU" then
    return nil, string.format("%s: the codebook loops: stopped after %g s of processor time; look for a loop that does not end",
      name, math.ceil(limits.cpu)), "time"
  elseif ran["end"] == "signal" and signal == "SIGSYS" then
    return nil, name .. ": the codebook asked the system for something that no codebook may have; do not use it", "pattern"
  elseif ran["end"] == "signal" then
    return nil, name .. ": the codebook made Lua crash (" .. (signal or "signal " .. ran.code) .. "); do not use it", "pattern"
  elseif ran.err:find("not enough memory", 1, true) then
    return too_much_memory(name, limits)
  end
  local said = one_line(ran.err:match "[^\n]+" or "it says nothing; exit status " .. ran.code)
  return nil, name .. ": cannot evaluate codebooks with " .. limits.lua .. ": " .. said, "io"
end

local function read_answer(ran, units, limits)
  local name = units[1].name
  if ran["end"] ~= "exit" or ran.code ~= 0 then return obituary(ran, name, limits) end
  local fine, answer = pcall(json.decode, ran.out, 1, nil, nil, nil)
  if not fine or type(answer) ~= "table" then return obituary(ran, name, limits) end
  if type(answer.value) == "table" then return answer.value, answer.confined == true end
  local message = type(answer.error) == "string" and answer.error or "the codebook gives no value"
  if message:find "not enough memory$" then return too_much_memory(name, limits) end
  message = one_line(with_names(message, units))
  if message:sub(1, #name + 1) ~= name .. ":" and not message:find "^[^%s:]+:%d+:" then message = name .. ": " .. message end
  return nil, message, "pattern"
end

-- ---- the one function -----------------------------------------------------------------------------

local function check_options(options)
  local limits = {}
  for key in pairs(options or {}) do
    if DEFAULTS[key] == nil and not OTHERS[key] then error("sandbox.evaluate: unknown option '" .. tostring(key) .. "'", 3) end
  end
  for key, value in pairs(DEFAULTS) do limits[key] = value end
  for key, value in pairs(options or {}) do limits[key] = value end
  return limits
end

--- Evaluates a codebook. An unreadable or hostile one gives one line that names its file.
--- options: `lua` (the interpreter of the version that runs this, "lua5.4"), `path` and `cpath` (its package.path
--- and package.cpath, else ours), `folder` (where siblings are, else the folder of `name`; false: nowhere),
--- `resolve` (function(name) -> source, path or nil, message: for `extend`), and the limits `cpu` and `wall` (seconds),
--- `memory` and `output` (bytes; memory = false: no limit), `values` and `depth` of what comes back.
---@param source string the Lua source of the codebook
---@param name string the path that messages show
---@param options table|nil
---@return table|nil value plain data: tables, strings, numbers, booleans
---@return boolean|string confined whether the child had a system call filter, or the message when value is nil
---@return string|nil code "time", "limit", "pattern" (the codebook is at fault) or "io"
function M.evaluate(source, name, options)
  if type(source) ~= "string" then error("sandbox.evaluate: source must be a string", 2) end
  if type(name) ~= "string" then error("sandbox.evaluate: name must be a string", 2) end
  local limits = check_options(options)
  local units, message, code = gather(source, name, limits)
  if not units then return nil, message, code end
  local path = limits.path or package.path
  local script = package.searchpath("entente.sandbox_child", path)
  if not script then return nil, name .. ": cannot find entente/sandbox_child.lua in package.path; install entente again", "io" end
  local handed = {}
  for i, unit in ipairs(units) do handed[i] = { source = unit.source, include = unit.include, extend = unit.extend } end
  local ran, why, kind = system.run {
    argv = { limits.lua, "-E", script, path, limits.cpath or package.cpath },
    input = json.encode { units = handed, values = limits.values, depth = limits.depth },
    cpu = limits.cpu,
    wall = limits.wall,
    -- A sanitizer's shadow is larger than any sensible limit.
    memory = not system.sanitized and limits.memory or nil,
    output = limits.output,
    file_size = 1,
  }
  if not ran then return nil, name .. ": " .. why, kind end
  return read_answer(ran, units, limits)
end

return M
