--- The words of the codebook language (DESIGN 6): each makes a piece of plain data.
-- A codebook is a value of tables, strings, numbers and booleans; what it means is for codebook.lua.
local M = {}

--- `level` as in error(), seen from the function that calls fail: 3 is who called that one.
local function fail(word, message, level) error(word .. ": " .. message, level or 3) end

local function is_expression(value)
  return type(value) == "string" or (type(value) == "table" and type(value.op) == "string")
end

local function operands(word, ...)
  local list = {}
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if not is_expression(value) then fail(word, "operand " .. i .. " is a " .. type(value) .. ", not a term or operator", 4) end
    list[i] = value
  end
  return list
end

local function distance(word, n)
  if type(n) ~= "number" or n < 0 or n ~= math.floor(n) then fail(word, "the first argument is a number of tokens", 4) end
  return n
end

--- Splits {fields…, categories…}: names stay fields, positions become the list `categories`.
local function node(kind, name, fields, word)
  if type(fields) ~= "table" then fail(word, "what follows the name '" .. name .. "' must be a table") end
  local made = { kind = kind, name = name, categories = {} }
  for key, value in pairs(fields) do
    if type(key) == "string" then made[key] = value end
  end
  for i = 1, #fields do
    local value = fields[i]
    if type(value) == "table" and value.kind == "category" then
      made.categories[#made.categories + 1] = value
    elseif type(value) == "table" and value.kind == nil and value.op == nil and #value > 0 then
      for _, inner in ipairs(value) do made.categories[#made.categories + 1] = inner end -- from include
    else
      fail(word, "item " .. i .. " of '" .. name .. "' is no category; entries stand in any = { … }")
    end
  end
  return made
end

local function named(kind)
  return function(name)
    if type(name) ~= "string" or name == "" then fail(kind, "needs a name, as in " .. kind .. ' "name" { … }') end
    return function(fields) return node(kind, name, fields, kind) end
  end
end

local function as_list(value)
  if value == nil then return {} end
  if is_expression(value) then return { value } end
  return value
end

--- Entries of two fields together: per language where either has languages.
local function merge_entries(base, more)
  if base == nil then return more end
  base, more = as_list(base), as_list(more)
  local function by_language(t) return next(t) ~= nil and t[1] == nil end
  if by_language(base) ~= by_language(more) and next(base) and next(more) then
    error("extend: entries of one field stand either per language or for all languages, not both", 0)
  end
  local merged = {}
  for _, source in ipairs({ base, more }) do
    if by_language(source) then
      for lang, list in pairs(source) do
        merged[lang] = merged[lang] or {}
        for _, entry in ipairs(as_list(list)) do merged[lang][#merged[lang] + 1] = entry end
      end
    else
      for _, entry in ipairs(source) do merged[#merged + 1] = entry end
    end
  end
  return merged
end

local ENTRIES = { any = true, none = true, guard = true }

local function merge_node(base, more)
  local made = { categories = {} }
  for key, value in pairs(base) do
    if key ~= "categories" then made[key] = value end
  end
  for key, value in pairs(more) do
    if ENTRIES[key] then
      made[key] = merge_entries(made[key], value)
    elseif key ~= "categories" and key ~= "name" and key ~= "kind" then
      made[key] = value
    end
  end
  local place = {}
  for i, category in ipairs(base.categories or {}) do
    made.categories[i] = category
    place[category.name] = i
  end
  for _, category in ipairs(more.categories or {}) do
    local i = place[category.name]
    if i then
      made.categories[i] = merge_node(made.categories[i], category)
    else
      made.categories[#made.categories + 1] = category
    end
  end
  return made
end

--- The table of words. `options.include(name)` and `options.extend(name)` give the values of other
--- files; without them the two words are refused.
---@param options? {include: fun(name: string): table, extend: fun(name: string): table}
---@return table<string, any> environment
function M.environment(options)
  options = options or {}
  local env = {
    codebook = named("codebook"),
    category = named("category"),
    near = function(n, ...) return { op = "near", n = distance("near", n), of = operands("near", ...) } end,
    seq = function(n, ...) return { op = "seq", n = distance("seq", n), of = operands("seq", ...) } end,
    all = function(...) return { op = "all", of = operands("all", ...) } end,
    any = function(...) return { op = "any", of = operands("any", ...) } end,
    except = function(...) return { op = "except", of = operands("except", ...) } end,
    unless = function(n, ...) return { op = "unless", n = distance("unless", n), of = operands("unless", ...) } end,
    within = function(unit, ...)
      if type(unit) ~= "string" then fail("within", "the first argument is a unit, as in within(\"paragraph\", …)") end
      return { op = "within", unit = unit, of = operands("within", ...) }
    end,
    include = function(name)
      if not options.include then fail("include", "there are no other files here") end
      return options.include(name)
    end,
    extend = function(name)
      if not options.extend then fail("extend", "there are no other codebooks here") end
      return function(fields)
        return merge_node(options.extend(name), node("codebook", name, fields, "extend"))
      end
    end,
  }
  for _, word in ipairs({ "exact", "bare", "stem" }) do
    env[word] = function(text)
      if type(text) ~= "string" then fail(word, "takes a string") end
      return { op = word, text = text }
    end
  end
  env.layer = function(name, text)
    if type(name) ~= "string" or type(text) ~= "string" then
      fail("layer", "takes the name of a layer and a term, as in layer(\"american\", \"organisation\")")
    end
    return { op = "layer", layer = name, text = text }
  end
  env.ref = function(path)
    if type(path) ~= "string" then fail("ref", "takes the path of a category") end
    return { op = "ref", path = path }
  end
  env.where = function(conditions, ...)
    if type(conditions) ~= "table" then fail("where", "the first argument is a table of conditions") end
    return { op = "where", where = conditions, of = operands("where", ...) }
  end
  for _, name in ipairs({ "string", "table", "math" }) do env[name] = _G[name] end
  env.utf8 = rawget(_G, "utf8")
  for _, name in ipairs({ "pairs", "ipairs", "select", "type", "tostring", "tonumber", "error" }) do env[name] = _G[name] end
  return setmetatable(env, {
    __index = function(_, word) error("unknown word '" .. tostring(word) .. "'", 2) end,
    __metatable = false,
  })
end

--- Evaluates source that is trusted, in this process. The command does not: see sandbox.lua.
---@param source string
---@param name string for messages
---@param options? table as in environment
---@return table|nil value
---@return string|nil message
function M.evaluate(source, name, options)
  local env = M.environment(options)
  local chunk, message
  if rawget(_G, "setfenv") then
    if source:sub(1, 1) == "\27" then return nil, name .. ": bytecode is refused" end
    chunk, message = loadstring(source, "=" .. name) -- luacheck: ignore
    if chunk then setfenv(chunk, env) end -- luacheck: ignore
  else
    chunk, message = load(source, "=" .. name, "t", env)
  end
  if not chunk then return nil, message end
  local ok, value = pcall(chunk)
  if not ok then
    value = tostring(value)
    if value:sub(1, #name + 1) ~= name .. ":" then value = name .. ": " .. value end -- a tail call has no line
    return nil, value
  end
  if type(value) ~= "table" or value.kind == nil then
    return nil, name .. ': returns no codebook; it ends with return codebook "name" { … }'
  end
  return value
end

return M
