--- What a report script receives (scripts/reports/README.md), made of coded documents.
local core = require "entente.core"
local codebook_room = require "entente.codebook"
local damage = require "entente.damage"
local measure = require "entente.measure"

local M = {}

local function categories_of(codebook, lang)
  local list = {}
  for i, category in ipairs(codebook.categories) do
    list[i] = { path = category.path, name = category.name, label = codebook_room.label(category.label, lang),
      definition = category.definition, parent = category.parent, depth = category.depth, leaf = category.leaf,
      color = category.color }
  end
  return list
end

--- The text around a quote inside its unit, at most `most` bytes a side, cut between characters.
local function around(text, coding, most)
  local from, to = coding.unit_first, coding.unit_last
  local before, after = text:sub(from, coding.first - 1), text:sub(coding.last + 1, to)
  if #before > most then before = "…" .. before:sub(-most):gsub("^[\128-\191]+", "") end
  if #after > most then after = after:sub(1, most):gsub("[\192-\255][\128-\191]*$", "") .. "…" end
  return before, after
end

--- The languages that a codebook has entries in; nil where some entries stand for every language.
local function languages_of(codebook)
  local languages = {}
  for _, category in ipairs(codebook.categories) do
    local entries = category.value.any
    if type(entries) == "string" or entries and (entries.op or entries[1] ~= nil) then return nil end
    for lang in pairs(entries or {}) do languages[lang:lower():match("^%a+")] = true end
  end
  return next(languages) and languages
end

--- What is to be said of a paper: import's notes, and that the codebook does not speak its language.
local function notes_of(coded, languages)
  local notes = {}
  for i, note in ipairs(coded.document.notes or {}) do notes[i] = note end
  local lang = coded.lang and coded.lang:match("^%a+")
  if languages and lang and not languages[lang] then
    notes[#notes + 1] = ("the codebook has no entries in this language (%s): few or no codings do not mean that nothing is said")
      :format(lang)
  end
  return notes
end

--- @param codebook table compiled
--- @param all table[] coded documents, sorted by id
--- @param failed table[] {id, message}
--- @param options table {title, lang, command, css, left, right}
--- @return table input
function M.input(codebook, all, failed, options)
  local lang = options.lang or "en"
  local input = { title = options.title or "Coded evidence", lang = lang, failed = failed, codings = {}, documents = {},
    versions = core.version(), command = options.command, css = options.css, excluded = 0,
    codebook = { name = codebook.name, version = codebook.version, label = codebook_room.label(codebook.label, lang),
      description = codebook.description, unit = codebook.unit, overlap = codebook.overlap,
      categories = categories_of(codebook, lang) } }
  local languages = languages_of(codebook)
  for i, coded in ipairs(all) do
    local document, meta = coded.document, coded.document.meta or {}
    local pages = document.pages
    if type(pages) == "table" then pages = #pages end -- else it is of a corpus, which says how many there are
    input.documents[i] = { id = document.id, title = meta.title, authors = meta.authors or {}, year = meta.year,
      lang = coded.lang, format = document.format, pages = pages, tokens = coded.tokens,
      sentences = coded.sentences, notes = notes_of(coded, languages), repaired = damage.rows(coded.damage),
      coded_sentences = coded.coded_sentences, counts = measure.counts(coded.codings) }
    input.excluded = input.excluded + coded.excluded
    for _, coding in ipairs(coded.codings) do
      local shown = {}
      for key, value in pairs(coding) do shown[key] = value end
      shown.before, shown.after = around(document.text, coding, 400)
      shown.number = #input.codings + 1
      input.codings[shown.number] = shown
    end
  end
  local left, right = options.left or "challenge", options.right or "countermeasure"
  if codebook.by_path[left] and codebook.by_path[right] then
    input.pairs = { left = left, right = right }
    input.answers = measure.answers(codebook, all, left, right)
  end
  return input
end

return M
