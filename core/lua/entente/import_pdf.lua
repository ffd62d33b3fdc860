-- import_pdf: what is the text of a PDF, and where are its headings, pages and furniture?
--
--   text      = paragraph { "\n\n" paragraph }
--   paragraph = line { "\n" line }       furniture stands between two lines, on lines of its own
--
-- A line is never changed: hyphens at its end stay. Footnotes stay where they stand on the page. The headings
-- given are those that size shows; the core finds others by number or name (layout "plain").

local metadata = require "entente.metadata"
local pdf_lines = require "entente.pdf_lines"
local pdf_paragraphs = require "entente.pdf_paragraphs"

local M = {}

-- ---- type ------------------------------------------------------------------------------------

-- The type in which most of the text is set: {han=, other=}.
local function body_type(pages)
  local weights, body = { han = {}, other = {} }, {}
  for _, page in ipairs(pages) do
    for _, line in ipairs(page.lines) do
      for kind, weight in pairs(weights) do
        local height = line[kind]
        if height then weight[height] = (weight[height] or 0) + #line.text end
      end
    end
  end
  for kind, weight in pairs(weights) do
    for height, much in pairs(weight) do
      local best = body[kind]
      if not best or much > weight[best] or much == weight[best] and height > best then body[kind] = height end
    end
  end
  return body
end

local function size_of(line, body)
  local kind = line.han and "han" or "other"
  return line[kind] / body[kind]
end

-- ---- text ------------------------------------------------------------------------------------

local function put_text(pages, document)
  local out, at, before = {}, 0, nil -- before: the last line that is no furniture
  local function put(text)
    out[#out + 1] = text
    at = at + #text
  end
  for number, page in ipairs(pages) do
    local first
    for _, line in ipairs(page.lines) do
      local begins = not line.kind and before and before.paragraph ~= line.paragraph
      if at > 0 then put(begins and "\n\n" or "\n") end
      first = first or at + 1
      line.first = at + 1
      put(line.text)
      line.last = at
      if line.kind then
        table.insert(document.furniture, { first = line.first, last = line.last, kind = line.kind })
      else
        before = line
      end
    end
    document.pages[number] = { first = first or at + 1, last = at }
    if not first then table.insert(document.notes, ("page %d has no text"):format(number)) end
  end
  document.text = table.concat(out)
end

local function unreadable(text)
  local _, all = text:gsub("[^\128-\191]", "")
  local _, bad = text:gsub("\239\191\189", "")
  local _, private = text:gsub("\238[\128-\191][\128-\191]", "")
  return (bad + private) / math.max(all, 1) > 0.05
end

local function joined(paragraph)
  local texts = {}
  for i, line in ipairs(paragraph) do texts[i] = line.text end
  local text = table.concat(texts, " ")
  return (text:gsub("([\227-\233][\128-\191][\128-\191]) ([\227-\233])", "%1%2"))
end

local function bare(text)
  return (text:gsub("%s", ""):lower())
end

-- The PDF's own title counts when the first page shows it; else the largest type; else it counts after all.
local function find_meta(document, info, title)
  local meta, page = {}, document.pages[1]
  local shown = title and joined(title)
  local named = not metadata.is_junk(info.title) and info.title or nil
  if named and page and bare(document.text:sub(page.first, page.last)):find(bare(named), 1, true) then shown = named end
  meta.title = shown or named
  if not metadata.is_junk(info.author) then meta.authors = { info.author } end
  if info.keywords and info.keywords ~= "" then meta.keywords = { info.keywords } end
  meta.properties_date = info.date
  return meta
end

---The command that prints what `read` takes.
---@param path string must not begin with "-"
---@param order string|nil "raw": the order of the PDF's stream (the default); "layout": pdftotext's guess
---@return string[] argv
function M.command(path, order)
  if order == "layout" then return { "pdftotext", "-bbox", "-enc", "UTF-8", path, "-" } end
  return { "pdftotext", "-raw", "-bbox", "-enc", "UTF-8", path, "-" }
end

---Builds a document from the words and boxes of a PDF: text, layout, pages, furniture, headings, meta, notes.
---@param xml string what `command` printed, as valid UTF-8
---@return table|nil document
---@return string|nil message
function M.read(xml)
  local pages, info = pdf_lines.parse(xml)
  if not pages then return nil, info end
  local all = {}
  for number, page in ipairs(pages) do
    page.lines = pdf_lines.lines(page)
    for _, line in ipairs(page.lines) do
      line.page = number
      all[#all + 1] = line
    end
  end
  local body = body_type(pages)
  for _, line in ipairs(all) do line.size = size_of(line, body) end
  local body_height = body.han or body.other or 10
  local leading = pdf_paragraphs.leadings(all)[math.floor(body_height + 0.5)] or 1.2 * body_height
  pdf_lines.furniture(pages, leading, body_height)
  local lines = {}
  for _, line in ipairs(all) do
    if not line.kind then lines[#lines + 1] = line end
  end
  local paragraphs = pdf_paragraphs.join(lines, pages)
  local title = pdf_paragraphs.headings(paragraphs)
  local document = { layout = "plain", pages = {}, furniture = {}, headings = {}, notes = {} }
  put_text(pages, document)
  for _, p in ipairs(paragraphs) do
    if p.level then
      table.insert(document.headings, { first = p[1].first, last = p[#p].last, level = p.level })
    end
  end
  if unreadable(document.text) then
    table.insert(document.notes, "many characters without meaning (its fonts have no Unicode map); run OCR on it")
  end
  document.meta = find_meta(document, info, title)
  return document
end

return M
