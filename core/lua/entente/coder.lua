--- From a document to its codings (the record of DESIGN 7).
local core = require "entente.core"
local damage = require "entente.damage"

local M = {}
local Coder = {}
Coder.__index = Coder

--- A coder keeps what it has learnt of words from document to document; make one per codebook.
---@param codebook table compiled, see codebook.compile
---@param options? {words: function} words: a segmenter (segmenters.lua says what that is). Words are then counted, and
--- a hit whose border cuts a word is left out
---@return table coder
function M.new(codebook, options)
  for key in pairs(options or {}) do
    if key ~= "words" then error("unknown option '" .. tostring(key) .. "' of a coder: there is words", 2) end
  end
  local vocab = core.vocab()
  for name in pairs(codebook.layers) do assert(vocab:layer(name)) end
  return setmetatable({ codebook = codebook, vocab = vocab, filled = {}, index = core.index(vocab),
    coder = core.coder(codebook.core, vocab), words = options and options.words }, Coder)
end

--- Gives the words that are new their forms on the layers of plugins.
local function fill_layers(self)
  for name, form in pairs(self.codebook.layers) do
    self.filled[name] = assert(self.vocab:fill(name, form, self.filled[name]))
  end
end

local function holds(value, wanted)
  if value == nil then return false end
  if type(value) == "table" then
    for _, one in ipairs(value) do
      if holds(one, wanted) then return true end
    end
    return false
  end
  if type(wanted) ~= "table" then return value == wanted or tostring(value) == tostring(wanted) end
  if #wanted == 2 and type(wanted[1]) == "number" and type(wanted[2]) == "number" then
    local number = tonumber(value)
    return number ~= nil and number >= wanted[1] and number <= wanted[2]
  end
  for _, one in ipairs(wanted) do
    if holds(value, one) then return true end
  end
  return false
end

--- Whether a document's metadata meet the conditions of `where`: each key equal to the value, in the list,
--- or in the range of two numbers. A list meets a condition when one of its texts does.
---@param meta table
---@param conditions table
---@return boolean
function M.meets(meta, conditions)
  for key, wanted in pairs(conditions) do
    if not holds(meta[key], wanted) then return false end
  end
  return true
end

--- The headings above and of each section, from the top, joined by " > ".
local function section_paths(text, sections)
  local paths, open = {}, {}
  for i, section in ipairs(sections) do
    while #open > 0 and open[#open].level >= section.level do open[#open] = nil end
    if section.heading_first then
      local heading = text:sub(section.heading_first, section.heading_last):gsub("%s+", " ")
      open[#open + 1] = { level = section.level, path = (#open > 0 and open[#open].path .. " > " or "") .. heading }
      paths[i] = open[#open].path
    end
  end
  return paths
end

--- The language that most tokens stand in, by their paragraphs.
local function main_language(paragraphs)
  local tokens, best = {}, nil
  for _, paragraph in ipairs(paragraphs) do
    if paragraph.lang then tokens[paragraph.lang] = (tokens[paragraph.lang] or 0) + paragraph.tokens end
  end
  for lang, count in pairs(tokens) do
    if not best or count > tokens[best] or (count == tokens[best] and lang < best) then best = lang end
  end
  return best
end

--- How many sentences the codings touch, whatever their units; both are sorted by their first byte.
local function count_touched(sentences, codings)
  local count, at, counted = 0, 1, 0 -- counted: the last sentence that was
  for _, coding in ipairs(codings) do
    while sentences[at] and sentences[at].last < coding.first do at = at + 1 end
    local i = math.max(at, counted + 1)
    while sentences[i] and sentences[i].first <= coding.last do
      count, counted, i = count + 1, i, i + 1
    end
  end
  return count
end

--- Asks the segmenter for a document's word spans and gives them to the index.
local function add_words(coder, number, document)
  local spans, message, code = coder.words(document.text, (document.meta or {}).lang)
  if not spans then return nil, message or "the segmenter gave no spans", code end
  return coder.index:words(number, spans)
end

--- The annotations of a document's tokens that the codebook asks for.
local function asked_annotations(codebook, document)
  local asked = {}
  for _, name in ipairs(codebook.annotations) do asked[name] = document.annotations and document.annotations[name] end
  return next(asked) and asked
end

--- A document as index:add takes it. Where running heads are not repaired, what import found of them is text.
---@param document table as import gives it
---@param repairs boolean|table|nil
---@param annotations table|nil those that are asked for; nil: all that the document has
---@return table source
function M.source(document, repairs, annotations)
  local bare = repairs == false or type(repairs) == "table" and repairs.furniture == false
  return { text = document.text, layout = document.layout or "plain", repairs = repairs, lang = (document.meta or {}).lang,
    pages = document.pages, furniture = not bare and document.furniture or nil, headings = document.headings,
    tokens = document.tokens, annotations = annotations or document.annotations, sentences = document.sentences,
    paragraphs = document.paragraphs, spans = document.spans }
end

--- Codes one document.
---@param document table {id=, text=, layout=, pages=, furniture=, headings=, tokens=, annotations=, sentences=, paragraphs=,
---spans=, meta=} as import gives it; text is enough. Or one of a corpus on disk, which is loaded, with the repairs that it was
---indexed with
---@param options? {references: boolean, repairs: boolean|table} references: hits in the reference list, too; repairs:
---false for none, {KIND = false} without some (damage.REPAIRS)
---@return table|nil coded {codings=, tokens=, sentences=, coded_sentences=, sections=, damage=, lang=, excluded=};
--- coded_sentences: how many a coding touches; damage: see damage.of; with a
--- segmenter also words= (how many the document has) and guarded= (hits left out because they cut a word)
---@return string|nil message
---@return string|nil code
function Coder:code(document, options)
  options = options or {}
  local index, meta = self.index, document.meta or {}
  index:clear()
  local number, message, code
  if document.load then number, message, code = document:load(index)
  else number, message, code = index:add(M.source(document, options.repairs, asked_annotations(self.codebook, document))) end
  if not number then return nil, message, code end
  fill_layers(self)
  local words
  if self.words then
    words, message, code = add_words(self, number, document)
    if not words then return nil, message, code end
  end
  local conditions = {}
  for i, condition in ipairs(self.codebook.conditions) do conditions[i] = M.meets(meta, condition) end
  local hits
  hits, message, code = self.coder:run(index, number, conditions)
  if not hits then return nil, message, code end
  local sections, sentences = index:parts(number, "section"), index:parts(number, "sentence")
  local coded = { document = document, codings = {}, tokens = index:token_count(number), excluded = 0,
    lang = meta.lang or main_language(index:parts(number, "paragraph")),
    sentences = #sentences, sections = section_paths(document.text, sections),
    damage = damage.of(index, number, document.text), words = words, guarded = words and self.coder:guarded() }
  local codebook, text = self.codebook, document.text
  for _, hit in ipairs(hits) do
    if hit.reference and not options.references then
      coded.excluded = coded.excluded + 1
    else
      local category = codebook.categories[hit.category]
      coded.codings[#coded.codings + 1] = { doc = document.id, lang = hit.lang, category = category.path,
        rule = codebook.rules[hit.rule], first = hit.first, last = hit.last, quote = text:sub(hit.first, hit.last),
        unit = hit.unit, unit_first = hit.unit_first, unit_last = hit.unit_last,
        section = hit.section and coded.sections[hit.section], page = hit.page, codebook = codebook.id, coder = "entente" }
    end
  end
  coded.coded_sentences = count_touched(sentences, coded.codings)
  return coded
end

return M
