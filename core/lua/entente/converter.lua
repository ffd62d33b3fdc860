-- converter: a program that reads a paper is run in a process of its own, under limits; and how a refusal is said:
-- one line: file, place, remedy.
--
-- A job: path, limits (wall and cpu in seconds, memory and output in bytes), and what its readers add.

local core = require "entente.core"
local system = require "entente.system"

local M = {}

---A path as it can stand in a message of one line: control characters and invalid UTF-8 replaced.
---@param path string
---@return string
function M.shown(path)
  return (core.mend(path):gsub("[%z\1-\31\127]", "?"))
end

---A refusal, to be returned as it is: the message with the file's name before it.
---@param job table
---@param message string
---@param code string|nil "io" where none is given
---@return nil
---@return string message
---@return string code
function M.fail(job, message, code)
  return nil, M.shown(job.path) .. ": " .. message, code or "io"
end

---The line of a program's complaint that says most, on one line.
---@param err string
---@return string
function M.complaint(err)
  for line in core.mend(err):gmatch("[^\r\n]+") do
    line = line:gsub("%c", " "):gsub("^pandoc: ", ""):gsub("%s+", " ")
    if not line:find("^%[WARNING%]") and line:find("%S") then
      return #line > 160 and core.mend(line:sub(1, 160)) .. "…" or line
    end
  end
  return "it does not say why"
end

local function mebibytes(bytes)
  return ("%.0f MiB"):format(bytes / 1048576)
end

---Runs a converter. Code "refused" comes with its bare complaint, every other with a whole message.
---@param job table
---@param argv string[]
---@param input string|nil what it reads
---@param package string the Debian package that it comes with
---@return string|nil out what it wrote
---@return string message its complaints; or why not
---@return string|nil code
function M.run(job, argv, input, package)
  local limits, name = job.limits, argv[1]
  local ran, message, code = system.run {
    argv = argv, input = input, wall = limits.wall, cpu = limits.cpu, memory = limits.memory, output = limits.output,
  }
  if not ran then
    if code ~= "io" then return M.fail(job, message, code) end
    return M.fail(job, ("%s; it comes with apt-get install %s"):format(message, package))
  end
  local how = ran["end"]
  if how == "exit" and ran.code == 0 then return ran.out, ran.err end
  if how == "time" then
    return M.fail(job, ("stopped after %g s; raise --limit-wall"):format(limits.wall), "time")
  elseif how == "output" then
    return M.fail(job, ("%s wrote more than %s; raise --limit-output"):format(name, mebibytes(limits.output)), "limit")
  elseif how == "signal" and (ran.code == 24 or ran.code == 9) then
    return M.fail(job, ("stopped after %g s of processor time; raise --limit-cpu"):format(limits.cpu), "time")
  elseif ran.code == 251 or ran.err:lower():find("out of memory", 1, true) or ran.err:find("annot allocate memory", 1, true)
    or ran.err:find("eap exhausted", 1, true) or ran.err:find("bad_alloc", 1, true) then
    return M.fail(job, ("%s needs more than %s; raise --limit-memory"):format(name, mebibytes(limits.memory)), "memory")
  end
  return nil, how == "signal" and ("signal %d"):format(ran.code) or M.complaint(ran.err), "refused"
end

return M
