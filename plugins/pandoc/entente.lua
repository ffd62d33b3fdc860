--- entente in pandoc: codes the document that is being converted and marks the codings as spans.
--   pandoc paper.docx -L entente.lua -M entente-codebook=china_asean -o paper.html
-- The folder is self-contained (make builds it as build/plugins/pandoc): C module for each Lua, library, codebooks.
local dir = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local version = _VERSION:match("%d+%.%d+")
package.path = dir .. "/?/init.lua;" .. dir .. "/?.lua;" .. package.path -- in this order: the filter is entente.lua too
package.cpath = dir .. "/clib/" .. version .. "/?.so;" .. package.cpath

local json = require "dkjson"
local entente = require "entente"
local codebooks = require "entente.codebook"
local first_page = require "entente.first_page"
local tree = require "entente.pandoc_tree"

local function read_codebook(name)
  local path = name:find("[/.]") and name or (dir .. "/codebooks/" .. name .. ".json")
  local file, message = io.open(path, "rb")
  if not file then error("entente-codebook: " .. message .. "; entente codebook compile makes the JSON", 0) end
  local source = file:read("*a")
  file:close()
  local value = source
  if path:find("%.json$") then
    local _
    value, _, message = json.decode(source, 1, nil)
    if value == nil then error(path .. ": " .. tostring(message), 0) end
  end
  local codebook, problem = entente.codebook(value, path)
  if not codebook then error(problem, 0) end
  return codebook
end

--- One span a coding: class the category, title its label, and where the rule stands.
local function span_of(coding, number, codebook, lang)
  return { first = coding.first, last = coding.last, identifier = "entente-" .. number, classes = { coding.category },
    attributes = { { "title", codebooks.label(codebook.by_path[coding.category].label, lang) },
      { "data-entente-rule", coding.rule } } }
end

function Pandoc(doc) -- luacheck: ignore
  local asked = doc.meta["entente-codebook"]
  if not asked then error("entente: say which codebook: -M entente-codebook=NAME", 0) end
  local codebook = read_codebook(pandoc.utils.stringify(asked))
  local decoded = json.decode(pandoc.write(doc, "json"), 1, json.null)
  local read = tree.read(decoded)
  local document = { id = PANDOC_STATE.input_files[1] or "-", text = read.text, layout = "blocks", headings = read.headings,
    meta = read.meta }
  document.furniture = first_page.front(document, read.meta.title)
  local coded, message = entente.coder(codebook):code(document)
  if not coded then error("entente: " .. message, 0) end
  local spans = {}
  for i, coding in ipairs(coded.codings) do spans[i] = span_of(coding, i, codebook, read.meta.lang) end
  return pandoc.read(json.encode(tree.mark(decoded, read.leaves, spans)), "json")
end
