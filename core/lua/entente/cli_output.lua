-- cli_output: what the verbs of the command say, write and end with.

local codebook_file = require "entente.codebook_file"
local filters = require "entente.filters"
local system = require "entente.system"

local M = {}

---Says a line on standard error.
---@param message string
function M.say(message) io.stderr:write("entente: ", message, "\n") end

---Ends the verb: wrong usage, or a codebook or file without which nothing can be done.
---@param message string
---@param status integer|nil 2
function M.stop(message, status) error({ message = message, status = status or 2 }, 0) end

---Writes strings and numbers to standard output.
---@param ... string|number
function M.show(...) filters.write(io.stdout, ...) end

---Writes a whole file, or to standard output where the path is nil or "-".
---@param path string|nil
---@param text string
function M.put(path, text)
  if not path or path == "-" then
    M.show(text)
    return
  end
  local ok, message = system.write(path, text)
  if not ok then M.stop(message, 1) end
end

---Refuses an output whose folder is not there before any paper is read.
---@param path string|nil
function M.check_output(path)
  local folder = path and path:match("^(.+)/[^/]*$")
  if folder and system.kind(folder) ~= "folder" then M.stop(path .. ": there is no folder " .. folder .. "; make it first") end
end

---Finds, reads and compiles a codebook, or ends the verb.
---@param name string
---@param paths string[]
---@param share string
---@param options table|nil
---@return table codebook
---@return string path
---@return table value
function M.load_codebook(name, paths, share, options)
  local codebook, path, value = codebook_file.load(name, paths, share, options)
  if not codebook then M.stop(path) end
  return codebook, path, value
end

return M
