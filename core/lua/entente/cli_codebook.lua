-- cli_codebook: the verbs that work on codebooks.

local entente = require "entente"
local json = require "dkjson"
local output = require "entente.cli_output"

local M = {}

--- Runs the examples and counterexamples of every category; gives what is not as it should be.
local function test_codebook(codebook)
  local coder, problems, run = entente.coder(codebook), {}, 0
  local function fires(text, category)
    local coded = assert(coder:code({ id = "example", text = text }))
    for _, coding in ipairs(coded.codings) do
      if coding.category == category.path or coding.category:sub(1, #category.path + 1) == category.path .. "/" then
        return coding
      end
    end
  end
  for _, category in ipairs(codebook.categories) do
    for _, field in ipairs({ "examples", "counterexamples" }) do
      for i, text in ipairs(category.value[field] or {}) do
        local found = fires(text, category)
        run = run + 1
        if (found ~= nil) ~= (field == "examples") then
          problems[#problems + 1] = ("%s.%s[%d]: %s: %s"):format(category.path, field, i,
            found and ("coded by " .. found.rule .. " (" .. found.quote .. ")") or "not coded", text)
        end
      end
    end
  end
  return problems, run
end

---Runs the examples and counterexamples of codebooks.
---@param args table the command's arguments
---@param share string the folder that holds codebooks/ and reports/
---@return integer status
function M.test(args, share)
  local status = 0
  for _, name in ipairs(args.files) do
    local codebook, path = output.load_codebook(name, {}, share)
    local problems, run = test_codebook(codebook)
    for _, problem in ipairs(problems) do output.show(path, ": ", problem, "\n") end
    output.show(("%s: %d of %d examples as they should be\n"):format(path, run - #problems, run))
    if #problems > 0 then status = 1 end
  end
  return status
end

---Writes the JSON that hosts load.
---@param args table the command's arguments
---@param share string the folder that holds codebooks/ and reports/
---@return integer status
function M.compile(args, share)
  -- The layers of plugins are given where the JSON is loaded: here any name stands for words as they fold.
  local layers = setmetatable({}, { __index = function() return function(fold) return fold end end })
  local _, _, value = output.load_codebook(args.file, {}, share, { layers = layers })
  local function order(t)
    local keys = {}
    for key in pairs(t) do
      if type(key) == "string" then keys[#keys + 1] = key end
    end
    table.sort(keys)
    return keys
  end
  local function ordered(t)
    if type(t) ~= "table" then return t end
    local made = setmetatable({}, { __jsonorder = order(t) })
    for key, inner in pairs(t) do made[key] = ordered(inner) end
    return made
  end
  output.put(args.output, json.encode(ordered(value), { indent = false }) .. "\n")
  return 0
end

return M
