-- import: a paper's file becomes a document.
--
--   txt md                      the file is the text; only invalid UTF-8 is mended
--   html docx odt epub jats     pandoc, in its sandbox, gives a tree: pandoc_tree
--   pdf                         pdftotext gives words and boxes: import_pdf
--   vrt vert conllu conll       tokens with what is known of each: import_vrt, import_conllu. One file can hold many
--                               documents, whose ids are FILE#ID, ID as the file has it, else their number
--
-- pandoc and pdftotext are processes of their own under limits of time, memory and output. What a file says
-- must agree with its name: a PDF named .txt is refused. A refusal is one line: file, place, remedy.
--
-- A document: id, path, format, text, layout ("plain", "markdown", "blocks"), pages, furniture, headings (nil
-- where the format has none), meta (metadata.tidy), replaced (how often U+FFFD was put in), notes (warnings),
-- encoding ({name =, how = "declared" or "detected"} of a text that was converted). Of vertical text also tokens,
-- annotations, sentences, paragraphs, spans (see vertical).
-- Spans are bytes of the text, 1-based, both ends included; an empty page has last = first - 1.

local converter = require "entente.converter"
local core = require "entente.core"
local encoding = require "entente.encoding"
local file_properties = require "entente.file_properties"
local first_page = require "entente.first_page"
local import_conllu = require "entente.import_conllu"
local import_pdf = require "entente.import_pdf"
local import_vrt = require "entente.import_vrt"
local metadata = require "entente.metadata"
local pandoc_tree = require "entente.pandoc_tree"
local system = require "entente.system"

local M = {}

local FORMATS = {
  txt = "txt", text = "txt", md = "md", markdown = "md", html = "html", htm = "html", xhtml = "html", docx = "docx",
  odt = "odt", epub = "epub", jats = "jats", xml = "jats", nxml = "jats", pdf = "pdf",
  vrt = "vrt", vert = "vrt", conllu = "conllu", conll = "conllu",
}
local ADVICE = {
  doc = "save it as docx or PDF", rtf = "save it as docx or PDF", wps = "save it as docx or PDF",
  pages = "export it as docx or PDF", ppt = "export it as PDF", pptx = "export it as PDF", ps = "convert it with ps2pdf",
  djvu = "convert it with ddjvu -format=pdf", caj = "save it as PDF", mobi = "convert it to epub",
  tex = "convert it with pandoc to docx, or typeset it as PDF",
}

---What pandoc and pdftotext may take, and how large a file may be: seconds and bytes.
M.limits = { wall = 60, cpu = 30, memory = 1024 * 1024 * 1024, output = 256 * 1024 * 1024, input = 1024 * 1024 * 1024 }

local fail, convert, complaint = converter.fail, converter.run, converter.complaint

---As converter.shown: a path for a message of one line.
M.shown = converter.shown

local OPTIONS = { limits = true, order = true, strict = true, encoding = true, convert = true, columns = true }

-- A path as an argument: never an option, never an address.
local function as_argument(path)
  return path:sub(1, 1) == "/" and path or "./" .. path
end

-- Burmese in Zawgyi as Unicode, where that was asked for and more signs speak for it than against it.
local function convert_zawgyi(job, text, notes)
  if job.convert ~= "zawgyi" then return text end
  local zawgyi, unicode = core.zawgyi(text)
  if zawgyi <= unicode then return text end
  notes[#notes + 1] = "converted from Zawgyi: the text that quotes and places refer to is the converted one"
  return core.from_zawgyi(text)
end

-- ---- readers ---------------------------------------------------------------------------------
-- Each takes the job and the file's bytes and gives a document, the file's own values (raw), and what counts
-- last (properties); or nil, message, code.

local function read_text(job, bytes)
  local text, replaced, notes, found = encoding.text_of(job, bytes, job.encoding)
  if not text then return nil, replaced, notes end
  text = convert_zawgyi(job, text, notes)
  local document = { text = text, layout = job.format == "md" and "markdown" or "plain", replaced = replaced, notes = notes,
                     encoding = found }
  local raw
  if job.format == "md" then
    local note
    raw, note = metadata.front_matter(text)
    notes[#notes + 1] = note
  end
  return document, raw or {}, {}
end

local function decode_json(json)
  local dkjson = require "dkjson"
  local quick, fast = pcall(dkjson.use_lpeg)
  local ok, tree
  if quick then ok, tree = pcall(fast.decode, json) end -- its stack is small: deep trees go the other way
  if not ok or not tree then ok, tree = pcall(dkjson.decode, json) end
  return ok and type(tree) == "table" and tree or nil
end

local function read_pandoc(job, bytes)
  local argv = { "pandoc", "+RTS", ("-M%.0f"):format(job.limits.memory * 0.75), "-RTS", "--sandbox", "-f", job.format,
                 "-t", "json" }
  local input, replaced, notes, found = nil, 0, {}, nil
  if job.format == "html" or job.format == "jats" then
    local text, count, remarks, how = encoding.text_of(job, bytes, encoding.declared(bytes) or job.encoding)
    if not text then return nil, count, remarks end
    if job.format == "jats" and not text:sub(1, 65536):find("<article[%s>]") then
      return fail(job, "it is no JATS article (no <article> in it); save the paper as html, docx or PDF", "argument")
    end
    if text ~= bytes then input = text end
    replaced, notes, found = count, remarks, how
  elseif encoding.kind(bytes) ~= "zip" then
    local is = encoding.KINDS[encoding.kind(bytes)]
    return fail(job, ("it is no %s file (%s); open it and save it again"):format(job.format,
      is and "it is " .. is or "its beginning is wrong"))
  end
  if not input then argv[#argv + 1] = as_argument(job.path) end
  local json, message, code = convert(job, argv, input, "pandoc")
  if not json then
    if code ~= "refused" then return nil, message, code end
    return fail(job, ("pandoc cannot read it as %s (%s); open and save it again, or export it as PDF"):format(job.format,
      message))
  end
  local tree = decode_json(convert_zawgyi(job, json, notes))
  if not tree then return fail(job, "pandoc's answer cannot be read (nested too deeply?); export it as PDF", "limit") end
  local read = pandoc_tree.read(tree)
  local document = { text = read.text, layout = "blocks", headings = read.headings, replaced = replaced, notes = notes,
                     encoding = found }
  local own = read.meta
  local properties = {}
  if job.format == "jats" then
    properties = file_properties.of_jats(input or bytes)
  elseif not (own.title and own.authors and own.date) then
    local note
    properties, note = file_properties.of_archive(as_argument(job.path), job.format)
    notes[#notes + 1] = note
  end
  return document, own, properties
end

local function read_pdf(job, bytes)
  if encoding.kind(bytes) ~= "pdf" then
    return fail(job, "it is no PDF (its beginning is wrong); open the original and save it as PDF again")
  end
  local xml, err, code = convert(job, import_pdf.command(as_argument(job.path), job.order), nil, "poppler-utils")
  if not xml then
    if code ~= "refused" then return nil, err, code end
    if err:find("ncorrect password", 1, true) then
      return fail(job, "it is locked by a password; save a copy without it (qpdf --decrypt)")
    end
    return fail(job, ("pdftotext cannot read it (%s); open it and save or print it as PDF again"):format(err))
  end
  local text, replaced = core.mend(xml)
  local notes = {}
  local document, message = import_pdf.read(convert_zawgyi(job, text, notes))
  if not document then return fail(job, message .. "; open it and save or print it as PDF again") end
  if document.text == "" then
    local count = #document.pages
    return fail(job, ("no text on %s (scanned?); run OCR first (ocrmypdf)"):format(
      count == 0 and "any page" or count == 1 and "its 1 page" or ("any of its %d pages"):format(count)))
  end
  document.replaced = replaced
  table.insert(document.notes, notes[1])
  if err:find("Syntax Error", 1, true) then
    table.insert(document.notes, ("the PDF is damaged (%s); what it shows may not be complete"):format(complaint(err)))
  end
  local own, properties = document.meta, { date = document.meta.properties_date }
  own.properties_date = nil
  return document, own, properties
end

-- All documents of a file, or nil, message, code.
local function read_vertical(job, bytes)
  local text, replaced, notes, found = encoding.text_of(job, bytes, job.encoding)
  if not text then return nil, replaced, notes end
  local documents, line
  if job.format == "vrt" then documents = import_vrt.read(text, job.columns) else documents, line = import_conllu.read(text) end
  if not documents then
    return fail(job, ("line %d is none of CoNLL-U (ID, FORM, LEMMA, UPOS … parted by tabs); mend it, or give the file the ending "
      .. ".vrt and name its columns (columns, --columns)"):format(line), "argument")
  end
  if not documents[1] then return fail(job, "no token in it; take it out, or get it again", "argument") end
  local single, ids = not documents[2] and not documents[1].name, {}
  for i, document in ipairs(documents) do
    local id = job.id .. (single and "" or "#" .. (document.name or i))
    if ids[id] then
      return fail(job, ("the documents in lines %d and %d have one id, %s; give each its own"):format(ids[id], document.line,
        converter.shown(id)), "argument")
    end
    ids[id] = document.line
    document.id, document.path, document.format, document.encoding = id, job.path, job.format, found
    document.meta, document.name, document.line = metadata.tidy(document.meta, document.notes), nil, nil
    document.replaced = replaced and select(2, document.text:gsub("\239\191\189", "")) or 0
    if i == 1 then
      for k, note in ipairs(notes) do table.insert(document.notes, k, note) end
    end
    if document.tokens[1] == nil then table.insert(document.notes, "empty") end
  end
  return documents
end

local READERS = { txt = read_text, md = read_text, html = read_pandoc, docx = read_pandoc, odt = read_pandoc,
                  epub = read_pandoc, jats = read_pandoc, pdf = read_pdf }

-- ---- the door --------------------------------------------------------------------------------

local function check_options(options)
  for key in pairs(options) do
    if not OPTIONS[key] then error(("options: unknown key %q"):format(tostring(key)), 3) end
  end
  local limits = {}
  for key, value in pairs(M.limits) do limits[key] = value end
  for key, value in pairs(options.limits or {}) do
    if not limits[key] then error(("options.limits: unknown key %q"):format(tostring(key)), 3) end
    limits[key] = value
  end
  if options.convert and options.convert ~= "zawgyi" then error("options.convert: zawgyi", 3) end
  if options.order and options.order ~= "raw" and options.order ~= "layout" then
    error("options.order: raw or layout", 3)
  end
  if options.columns then
    local fine, problem = import_vrt.check_columns(options.columns)
    if not fine then error("options.columns: " .. problem, 3) end
  end
  return limits
end

-- What the file says of itself, then what its first page shows, then its properties.
local function find_meta(document, own, properties)
  document.meta = metadata.tidy(own, document.notes)
  local shown = document.text:sub(1, 2000):gsub("%s", ""):lower()
  if not document.meta.title and properties.title and shown:find(properties.title:gsub("%s", ""):lower(), 1, true) then
    document.meta.title = properties.title
  end
  metadata.fill(document.meta, metadata.tidy(first_page.guess(document)))
  metadata.fill(document.meta, metadata.tidy(properties))
end

-- Title, names, institutions and keywords give no tokens, as running heads give none.
local function set_front_apart(document, title)
  local furniture = first_page.front(document, title)
  for _, range in ipairs(document.furniture or {}) do furniture[#furniture + 1] = range end
  table.sort(furniture, function(a, b) return a.first < b.first end)
  document.furniture = furniture[1] and furniture
end

---Whether import has a reader for a file's ending.
---@param path string
---@return string|nil format
---@return string|nil advice what to do with a paper in a format that has no reader
function M.format(path)
  local ending = (path:match("%.([^./]+)$") or ""):lower()
  return FORMATS[ending], ADVICE[ending]
end

---@class entente.ImportOptions
---@field limits table|nil some of M.limits with other values
---@field order string|nil of a PDF's words: "raw" (as in its stream, the default) or "layout" (as pdftotext guesses)
---@field strict boolean|nil refuse invalid UTF-8 instead of mending it
---@field encoding string|nil of text files that are not UTF-8, as iconv names it; what a file says of itself goes before it
---@field convert string|nil "zawgyi": Burmese that looks like Zawgyi becomes Unicode
---@field columns string[]|nil of vertical text, their names: word, and those of annotations; "-" passes one over.
---import_vrt.COLUMNS where it is not given

---Reads the documents of a file: of vertical text as many as it holds, of other formats the one.
---@param path string
---@param id string of the file
---@param options entente.ImportOptions|nil
---@return table[]|nil documents
---@return string|nil message one line: file, place, remedy
---@return string|nil code
function M.read_all(path, id, options)
  if type(path) ~= "string" or path == "" then error("path: a string", 2) end
  if type(id) ~= "string" then error("id: a string", 2) end
  options = options or {}
  local limits = check_options(options)
  local format, advice = M.format(path)
  local job = { path = path, id = id, format = format, limits = limits, order = options.order, strict = options.strict,
                encoding = options.encoding, convert = options.convert, columns = options.columns }
  local bytes, message, code = system.read(path, limits.input)
  if not bytes then return nil, message:gsub("%c", "?"), code end
  if not format then
    return fail(job, ("no reader for this kind of file; %s"):format(advice
      or "save it as txt, md, html, docx, odt, epub or PDF"), "argument")
  end
  if format == "vrt" or format == "conllu" then return read_vertical(job, bytes) end
  local reader = READERS[format]
  if bytes == "" and format ~= "html" and reader ~= read_text then
    return fail(job, "the file is empty; get it again")
  end
  local document, own, properties = reader(job, bytes)
  if not document then return nil, own, properties end
  document.id, document.path, document.format = id, path, format
  if not document.text:find("%S") then table.insert(document.notes, "empty") end
  find_meta(document, own, properties)
  set_front_apart(document, metadata.tidy(own).title)
  return { document }
end

---Reads a paper: the one document of a file.
---@param path string
---@param id string
---@param options entente.ImportOptions|nil
---@return table|nil document
---@return string|nil message one line: file, place, remedy; where the file holds several documents, that it does
---@return string|nil code
function M.read(path, id, options)
  if type(path) ~= "string" or path == "" then error("path: a string", 2) end
  if type(id) ~= "string" then error("id: a string", 2) end
  if options then check_options(options) end
  local documents, message, code = M.read_all(path, id, options)
  if not documents then return nil, message, code end
  if documents[2] then
    return fail({ path = path }, ("it holds %d documents; read_all gives them"):format(#documents), "argument")
  end
  return documents[1]
end

return M
