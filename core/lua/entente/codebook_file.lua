-- codebook_file: which file is a codebook that is named, and what is its value?
--
-- A name with a slash or a dot is a path; else it is looked for in codebooks/ beside the papers or the corpus, in ENTENTE_PATH, and among
-- the shipped ones. JSON is read; Lua is a stranger's, and is evaluated in a child process.

local json = require "dkjson"
local entente = require "entente"
local sandbox = require "entente.sandbox"
local system = require "entente.system"

local M = {}

local function candidates(name, paths, share)
  if name:find("[/.]") then return { name } end
  local folders = {}
  for _, path in ipairs(paths) do
    local inside = system.kind(path) == "folder" and not path:find("%.entente/*$")
    folders[#folders + 1] = (inside and path or path:match("^(.*)/[^/]+/*$") or ".") .. "/codebooks"
  end
  for folder in (os.getenv("ENTENTE_PATH") or ""):gmatch("[^:]+") do folders[#folders + 1] = folder end
  folders[#folders + 1] = share .. "/codebooks"
  local list = {}
  for _, folder in ipairs(folders) do
    list[#list + 1] = folder .. "/" .. name .. ".lua"
    list[#list + 1] = folder .. "/" .. name .. ".json"
  end
  return list
end

local function find(name, paths, share)
  local list = candidates(name, paths, share)
  for _, path in ipairs(list) do
    if system.kind(path) == "file" then return path end
  end
  return nil, ("there is no codebook '%s'; looked for %s"):format(name, table.concat(list, ", "))
end

--- The value of a codebook file: JSON is read, Lua is evaluated in a child process.
local function value_of(path, paths, share)
  local source, message = system.read(path)
  if not source then return nil, message end
  if path:find("%.json$") then
    local value, _, reason = json.decode(source, 1, nil)
    if value == nil then return nil, path .. ": " .. tostring(reason) end
    return value
  end
  local folder = path:match("^(.*)/[^/]*$") or "."
  return sandbox.evaluate(source, path, { folder = folder, resolve = function(name)
    local found = find(name, paths or {}, share)
    return found and system.read(found)
  end })
end

---Finds, reads and compiles a codebook.
---@param name string a name or a path
---@param paths string[] the papers, beside which it may stand
---@param share string the folder that holds the shipped codebooks/
---@param options table|nil of `entente.codebook`
---@return table|nil codebook compiled
---@return string path of its file; the message, where there is no codebook
---@return table|nil value plain data, as `entente codebook compile` writes it
function M.load(name, paths, share, options)
  local path, message = find(name, paths, share)
  if not path then return nil, message end
  local value, compiled
  value, message = value_of(path, paths, share)
  if not value then return nil, message end
  compiled, message = entente.codebook(value, path, options)
  if not compiled then return nil, message end
  return compiled, path, value
end

return M
