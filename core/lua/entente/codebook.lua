--- A codebook: a value of plain data, checked and compiled into the core's form.
-- Errors carry the path of the entry, the place inside the pattern, and a caret.
local core = require "entente.core"

local M = {}

local CODEBOOK = { kind = 1, name = 1, categories = 1, version = 1, label = 1, description = 1, language = 1,
  unit = 1, overlap = 1, match_language = 1, tests = 1 }
local CATEGORY = { kind = 1, name = 1, categories = 1, label = 1, definition = 1, include_note = 1, exclude_note = 1,
  any = 1, none = 1, guard = 1, unit = 1, match_language = 1, examples = 1, counterexamples = 1, color = 1 }
local UNITS = { sentence = 1, paragraph = 1, section = 1, page = 1, document = 1 }
local OVERLAPS = { all = 1, longest = 1, exclusive = 1 }
local ROLES = { "any", "none", "guard" }
local ANNOTATIONS = { "lemma", "pos" }
local LANGS = {}
for lang in ("en zh id ms vi th tl fil km lo my ta pt ja ko fr es de it nl ru uk pl ar he fa hi bn ur tr el jv su"):gmatch("%S+") do
  LANGS[lang] = true
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

local function refuse(path, message) error({ path = path, message = message }, 0) end

--- path: message, and under it the pattern with a caret at the byte.
local function refuse_pattern(path, message, pattern, offset)
  local width = 0
  local before = pattern:sub(1, (offset or 1) - 1)
  for _ in before:gmatch("[^\128-\191]") do width = width + 1 end
  refuse(path, ("%s, at character %d of \"%s\"\n    %s\n    %s^"):format(message, width + 1, pattern,
    pattern:gsub("%c", " "), (" "):rep(width)))
end

local function check_choice(path, field, value, list)
  if value ~= nil and not list[value] then
    refuse(path, ("%s = %s: it is one of %s"):format(field, tostring(value), table.concat(sorted_keys(list), ", ")))
  end
end

local function check_fields(path, value, known)
  for _, key in ipairs(sorted_keys(value)) do
    if not known[key] then
      refuse(path, ("unknown field '%s'; fields are %s"):format(tostring(key), table.concat(sorted_keys(known), ", ")))
    end
  end
end

local function is_expression(value)
  return type(value) == "string" or (type(value) == "table" and type(value.op) == "string")
end

-- ---- expressions ----

local function term(state, path, text, layer)
  if type(text) ~= "string" then refuse(path, "a term is a string, not a " .. type(text)) end
  local made, message, _, offset = state.core:term(text, layer)
  if not made then refuse_pattern(path, message, text, offset) end
  return made
end

local STEMMERS = {}
for _, lang in ipairs(core.stemmers()) do STEMMERS[lang] = true end

--- A term over the stems of the entry's language; an entry for all languages has the codebook's.
local function stem(state, path, value)
  local lang = state.lang or state.language
  if not STEMMERS[lang] then
    refuse(path, ("stem: there is no stemmer for '%s' (there is for %s); write the term without stem, with * for endings")
      :format(lang, table.concat(sorted_keys(STEMMERS), ", ")))
  end
  return term(state, path, value.text, "stem-" .. lang)
end

--- A term over the annotations that tokens came with.
local function annotated(state, path, value)
  local name = value.layer
  if not state.asked[name] then
    local ok, message = state.core:annotation(name)
    if not ok then refuse(path, message) end
    state.asked[name] = true
  end
  return term(state, path, value.text, name)
end

--- A term over a layer of a plugin's: first the codebook is told what the layer makes of the term's folded words.
local function layered(state, path, value)
  local name, form = value.layer, state.given[value.layer]
  if not form and state.annotations[name] then return annotated(state, path, value) end
  if not form then
    refuse(path, ("there is no layer '%s'; who calls entente.codebook gives it in options.layers, or, where it is a column of "
      .. "vertical text, names it in options.annotations (--columns)"):format(tostring(name)))
  end
  if type(value.text) ~= "string" then refuse(path, "a term is a string, not a " .. type(value.text)) end
  if not state.layers[name] then
    local ok, message = state.core:layer(name)
    if not ok then refuse(path, message) end
    state.layers[name] = form
  end
  if core.valid(value.text) then -- else the core says where it is not
    local index = core.index(core.vocab())
    local number = assert(index:add({ text = value.text, layout = "blocks", repairs = false }))
    for i = 1, index:token_count(number) do
      local fold = select(4, index:token(number, i))
      local made = form(fold)
      if type(made) ~= "string" then refuse(path, ("layer '%s' makes no string of '%s'"):format(name, fold)) end
      assert(state.core:set_form(name, fold, made))
    end
  end
  return term(state, path, value.text, name)
end

local expression

local function operator(state, path, value, layer, unit)
  local op = value.op
  if op == "within" then
    check_choice(path, "within's unit", value.unit, UNITS)
    unit = value.unit
  end
  local n = value.n or 0
  if op == "where" then
    state.conditions[#state.conditions + 1] = value.where
    n = #state.conditions
  end
  if type(value.of) ~= "table" then refuse(path, "unknown operator '" .. tostring(op) .. "'") end
  local kids = {}
  for i, inner in ipairs(value.of) do kids[i] = expression(state, ("%s.%s[%d]"):format(path, op, i), inner, layer, unit) end
  if (op == "within" or op == "where") and #kids > 1 then kids = { state.core:op("any", 0, unit, kids) } end
  local ok, made, message = pcall(state.core.op, state.core, op, n, unit, kids)
  if not ok then refuse(path, (tostring(made):gsub("^.-:%d+: ", ""))) end
  if not made then refuse(path, op .. " " .. message) end
  return made
end

function expression(state, path, value, layer, unit)
  if type(value) == "string" then return term(state, path, value, layer) end
  if not is_expression(value) then refuse(path, "neither a term nor an operator") end
  if value.op == "bare" then return term(state, path, value.text, "bare") end
  if value.op == "stem" then return stem(state, path, value) end
  if value.op == "layer" then return layered(state, path, value) end
  if value.op == "exact" then
    local made, message, _, offset = state.core:exact(value.text)
    if not made then refuse_pattern(path, message, value.text, offset) end
    return made
  end
  if value.op == "ref" then
    local target = state.by_path[value.path]
    if not target then refuse(path, "ref \"" .. tostring(value.path) .. "\": there is no such category") end
    return (state.core:ref(target.number))
  end
  return operator(state, path, value, layer, unit)
end

-- ---- categories ----

--- Calls visit(entry, path, lang) for each entry of a field, in order: by language, then by position.
local function each_entry(path, field, visit)
  if field == nil then return end
  if is_expression(field) then field = { field } end
  if type(field) ~= "table" then refuse(path, "must be a list of entries") end
  if field[1] ~= nil or next(field) == nil then
    for i, entry in ipairs(field) do visit(entry, ("%s[%d]"):format(path, i), nil) end
    for key in pairs(field) do
      if type(key) == "string" then refuse(path, "has entries both for all languages and for '" .. key .. "'") end
    end
    return
  end
  for _, lang in ipairs(sorted_keys(field)) do
    local primary = type(lang) == "string" and lang:lower():match("^(%a%a%a?)")
    if not (primary and LANGS[primary]) then refuse(path, "unknown language '" .. tostring(lang) .. "'") end
    local list = field[lang]
    if is_expression(list) then list = { list } end
    if type(list) ~= "table" then refuse(path .. "." .. lang, "must be a list of entries") end
    for i, entry in ipairs(list) do visit(entry, ("%s.%s[%d]"):format(path, lang, i), primary) end
  end
end

local function check_text(path, value, field)
  local text = value[field]
  if text == nil or type(text) == "string" then return end
  if type(text) == "table" and field == "label" then return end
  refuse(path, field .. " must be a string")
end

local function collect(state, value, parent, depth)
  if type(value) ~= "table" or value.kind ~= "category" or type(value.name) ~= "string" then
    refuse(parent and parent.path or "(top)", "holds something that is no category")
  end
  local path = parent and (parent.path .. "/" .. value.name) or value.name
  if value.name:find("[/%c]") then refuse(path, "a name holds no / and no control characters") end
  if state.by_path[path] then refuse(path, "stands twice") end
  check_fields(path, value, CATEGORY)
  check_choice(path, "unit", value.unit, UNITS)
  for _, field in ipairs({ "label", "definition", "include_note", "exclude_note", "color" }) do check_text(path, value, field) end
  local unit = value.unit or (parent and parent.unit) or state.value.unit or "sentence"
  local category = { path = path, name = value.name, value = value, unit = unit, depth = depth,
    parent = parent and parent.path, leaf = #(value.categories or {}) == 0, label = value.label or value.name,
    definition = value.definition, color = value.color }
  category.number = assert(state.core:category(parent and parent.number, unit))
  state.categories[category.number] = category
  state.by_path[path] = category
  for _, child in ipairs(value.categories or {}) do collect(state, child, category, depth + 1) end
end

local function add_rules(state, category)
  local value = category.value
  local match_language = value.match_language
  if match_language == nil then match_language = state.value.match_language end
  for _, role in ipairs(ROLES) do
    each_entry(category.path .. "." .. role, value[role], function(entry, path, lang)
      state.lang = lang
      local node = expression(state, path, entry, lang == "zh" and "hans" or "fold", category.unit)
      local rule, message = state.core:rule(category.number, role, node, match_language and lang or nil)
      if not rule then refuse(path, message) end
      state.rules[rule] = path
    end)
  end
end

local function compile(value, options)
  if type(value) ~= "table" or value.kind ~= "codebook" then refuse("(top)", "is no codebook") end
  check_fields("(top)", value, CODEBOOK)
  if type(value.version) ~= "string" then refuse("(top)", "version is missing; give it as a string, \"1.0.0\"") end
  check_choice("(top)", "unit", value.unit, UNITS)
  check_choice("(top)", "overlap", value.overlap, OVERLAPS)
  local state = { value = value, core = core.codebook(value.overlap or "longest"), categories = {}, by_path = {},
    rules = {}, conditions = {}, given = options and options.layers or {}, layers = {},
    annotations = {}, asked = {},
    language = type(value.language) == "string" and value.language:lower():match("^%a+") or "en" }
  for _, name in ipairs(options and options.annotations or ANNOTATIONS) do state.annotations[name] = true end
  for _, category in ipairs(value.categories or {}) do collect(state, category, nil, 1) end
  if #state.categories == 0 then refuse("(top)", "has no category") end
  for _, category in ipairs(state.categories) do add_rules(state, category) end
  local ok, message, _, offset = state.core:freeze()
  if not ok then refuse(state.categories[offset] and state.categories[offset].path or "(top)", message) end
  return { name = value.name, version = value.version, id = value.name .. "@" .. value.version, value = value,
    unit = value.unit or "sentence", overlap = value.overlap or "longest", core = state.core,
    label = value.label or value.name, description = value.description,
    categories = state.categories, by_path = state.by_path, rules = state.rules, conditions = state.conditions,
    layers = state.layers, annotations = sorted_keys(state.asked) }
end

--- Compiles a codebook's value (as words.lua or a JSON file gives it).
---@param value table
---@param name? string for messages
---@param options? {layers: table<string, fun(fold: string): string>, annotations: string[]} layers: those that plugins
--- add, what each makes of a folded word, the same whenever it is asked. annotations: what tokens of vertical text may
--- bring, so that `layer` can ask for it; lemma and pos where it is not given
---@return table|nil codebook {name, version, id, unit, overlap, categories, by_path, rules, layers, annotations}; the last
--- are those that it asks for
---@return string|nil message "NAME: path: reason"
function M.compile(value, name, options)
  local ok, made = pcall(compile, value, options)
  if ok then return made end
  if type(made) ~= "table" then error(made, 0) end
  return nil, ("%s: %s: %s"):format(name or "codebook", made.path, made.message)
end

--- The text of a label or of any field that may stand per language.
---@param field string|table|nil
---@param lang? string
---@return string
function M.label(field, lang)
  if type(field) ~= "table" then return field or "" end
  return field[lang or "en"] or field.en or field[sorted_keys(field)[1]] or ""
end

return M
