-- vertical: a document is made of the tokens that a file gives, one after the other.
--
-- The text is the tokens, parted by a blank; nothing where the file says that they are glued; a line end behind a
-- sentence, a blank line behind a paragraph. Beside it run, as spans of its bytes, what was given: tokens, sentences,
-- paragraphs, headings, pages, and any other element of the markup by its name.
--
--   flat lists (tokens, sentences, paragraphs)   {first, last, first, last, …}
--   annotations                                  by name, for each token a string or false
--   spans                                        {name=, first=, last=, attributes= "key=value\n…" or nil}
--
-- Tokens between two sentences are a sentence of their own, so none is lost; likewise for paragraphs. Where a file
-- marks no sentences (paragraphs), there is no list of them, and they are found as in any text.

local M = {}

local PARTS = 4096

local Document = {}
Document.__index = Document

---A document without tokens.
---@param names string[] of the annotations that tokens will bring
---@param line integer of the file, on which it begins
---@return table document
function M.new(names, line)
  local self = { names = names, line = line, parts = {}, part_count = 0, done = {}, length = 0, parting = "", tokens = {},
    count = 0, columns = {}, seen = {}, sentences = {}, paragraphs = {}, headings = {}, spans = {}, breaks = {}, notes = {},
    has_sentences = false, has_paragraphs = false }
  for i = 1, #names do self.columns[i] = {} end
  return setmetatable(self, Document)
end

---Adds a token.
---@param word string not empty
---@param values table of its annotations, in the order of their names; nil for those that it has not
function Document:token(word, values)
  local parts, n, first, count = self.parts, self.part_count, self.length + 1, self.count + 1
  if count > 1 and self.parting ~= "" then
    n = n + 1
    parts[n] = self.parting
    first = first + #self.parting
  end
  n = n + 1
  parts[n] = word
  if n > PARTS then -- so that they do not all wait for the end
    self.done[#self.done + 1] = table.concat(parts, "", 1, n)
    n = 0
  end
  local last, tokens, columns = first + #word - 1, self.tokens, self.columns
  self.part_count, self.length, self.count, self.parting = n, last, count, " "
  tokens[2 * count - 1], tokens[2 * count] = first, last
  self.sentence = self.sentence or first
  self.paragraph = self.paragraph or not self.heading and first
  for i = 1, #columns do
    local value = values[i] or false
    columns[i][count] = value
    if value then self.seen[i] = true end
  end
end

---The next token follows the last without a blank, if no sentence ends between them.
function Document:glue()
  if self.parting == " " then self.parting = "" end
end

---The end of a sentence, which may have none.
function Document:end_sentence()
  if self.sentence then
    local list = self.sentences
    list[#list + 1] = self.sentence
    list[#list + 1] = self.length
    self.sentence = nil
  end
  if self.parting ~= "\n\n" and self.count > 0 then self.parting = "\n" end
end

---The end of a paragraph, which may have none, and of the sentence in it.
function Document:end_paragraph()
  self:end_sentence()
  if self.paragraph then
    local list = self.paragraphs
    list[#list + 1] = self.paragraph
    list[#list + 1] = self.length
    self.paragraph = nil
  end
  if self.count > 0 then self.parting = "\n\n" end
end

---The file marks its sentences, or paragraphs.
---@param unit string "sentences" or "paragraphs"
function Document:marks(unit) self["has_" .. unit] = true end

---A heading begins: what stands before it ends.
---@param level integer
function Document:open_heading(level)
  self:close_heading()
  self:end_paragraph()
  self.heading = { level = level, token = self.count + 1 }
end

---A heading ends, if one is open.
function Document:close_heading()
  local heading = self.heading
  if not heading then return end
  self:end_sentence()
  self.heading = nil
  if heading.token <= self.count then
    table.insert(self.headings, { first = self.tokens[2 * heading.token - 1], last = self.length,
                                  level = math.max(1, math.min(heading.level, 99)) })
    self.parting = "\n\n"
  end
end

---A page begins with the next token.
---@param number integer|nil its number
function Document:page(number)
  table.insert(self.breaks, { number = number, token = self.count + 1 })
end

---An element begins with the next token.
---@param name string
---@param attributes string|nil lines of key=value
---@return table span to be closed
function Document:open(name, attributes)
  local span = { name = name, attributes = attributes, token = self.count + 1, at = #self.spans + 1 }
  self.spans[span.at] = span
  return span
end

---An element ends with the last token; it is empty when there was none in it.
---@param span table that `open` gave
function Document:close(span)
  local empty = span.token > self.count
  span.first = empty and self.length + 1 or self.tokens[2 * span.token - 1]
  span.last = self.length
  span.closed = true
end

---Says something of the document; what is said often is said once, with how often.
---@param line integer of the file
---@param message string
---@param shown string|nil what stands there, for the first time that it is said
function Document:note(line, message, shown)
  local notes = self.notes
  local known = notes[message]
  if known then
    known.more = known.more + 1
  else
    known = { line = line, message = message, more = 0, shown = shown and (" (%s)"):format(shown:sub(1, 60):gsub("%s", " ")) or "" }
    notes[message], notes[#notes + 1] = known, known
  end
end

-- The pages, where their numbers are those that counting gives; else nil.
local function pages_of(self)
  local breaks, pages, from = self.breaks, {}, 1
  if not breaks[1] then return nil end
  local first = { number = (breaks[1].number or 2) - 1, token = 1 }
  if breaks[1].token == 1 then first = table.remove(breaks, 1) end
  table.insert(breaks, 1, first)
  for i, page in ipairs(breaks) do
    if page.number and page.number ~= i then return nil end
    local following = breaks[i + 1]
    local last = following and (following.token > self.count and self.length or self.tokens[2 * following.token - 1] - 1)
      or self.length
    pages[i] = { first = from, last = last }
    from = last + 1
  end
  return pages
end

-- Sorted by where they begin, the longer one first; those alike as they were opened.
local function sort_spans(spans)
  table.sort(spans, function(a, b)
    if a.first ~= b.first then return a.first < b.first end
    if a.last ~= b.last then return a.last > b.last end
    return a.at < b.at
  end)
  for _, span in ipairs(spans) do span.at, span.token, span.closed = nil, nil, nil end
  return spans
end

---Ends the document: what is open ends with it.
---@return table document text, layout, tokens, annotations, sentences, paragraphs, headings, pages, spans, notes, as
--- import has them
function Document:finish()
  self:close_heading()
  self:end_paragraph()
  for _, span in ipairs(self.spans) do
    if not span.closed then self:close(span) end
  end
  local notes = {}
  for i, note in ipairs(self.notes) do
    notes[i] = ("line %d: %s%s%s"):format(note.line, note.message, note.shown, note.more > 0 and (" (%d more)"):format(note.more) or "")
  end
  local annotations = {}
  for i, name in ipairs(self.names) do annotations[name] = self.seen[i] and self.columns[i] or nil end
  self.done[#self.done + 1] = table.concat(self.parts, "", 1, self.part_count)
  return { text = table.concat(self.done), layout = "blocks", tokens = self.tokens, annotations = annotations,
    sentences = self.has_sentences and self.sentences or nil, paragraphs = self.has_paragraphs and self.paragraphs or nil,
    headings = self.headings[1] and self.headings, pages = pages_of(self), notes = notes,
    spans = self.spans[1] and sort_spans(self.spans) }
end

---A value for a line of attributes: on one line.
---@param key string
---@param value string
---@return string
function M.attribute(key, value)
  return key .. "=" .. value:gsub("%s", " ")
end

return M
