-- encoding: in which encoding is this text, and what is it in UTF-8?
--
--   declared    by a byte order mark, by the file itself (HTML, XML), by metadata.csv or --encoding
--   detected    what is not UTF-8 is tried in the encodings of encoding_guess; what wins clearly is taken, and said
--   neither     invalid UTF-8 is mended, or refused where too much of it cannot be read
--
-- A few bad bytes among valid UTF-8 are damage, not another encoding. With job.strict nothing is guessed or mended.
-- Everything is converted by iconv.

local converter = require "entente.converter"
local core = require "entente.core"
local guess = require "entente.encoding_guess"

local M = {}

local fail = converter.fail

---What the first bytes say that a file is, whatever its name: "zip", "pdf", "doc", "rtf", or nil.
---@param bytes string
---@return string|nil
function M.kind(bytes)
  if bytes:find("^PK[\3\5\7]") then return "zip" end
  if bytes:sub(1, 1024):find("%%PDF%-") then return "pdf" end
  if bytes:find("^\208\207\17\224") then return "doc" end
  if bytes:find("^{\\rtf") then return "rtf" end
end

---How messages call what `kind` gives.
M.KINDS = { zip = "a docx, odt, epub or zip file", pdf = "a PDF", doc = "an old Word file (.doc)", rtf = "RTF" }

local function refuse_kind(job, bytes)
  local kind = M.kind(bytes)
  if kind == "pdf" and not bytes:find("^%s*%%PDF") then kind = nil end -- a text that speaks of PDF
  if not kind then return true end
  return fail(job, ("it is %s by its content; give it the ending that fits"):format(M.KINDS[kind]), "argument")
end

local function looks_binary(bytes)
  local head = bytes:sub(1, 65536)
  local _, controls = head:gsub("[\1-\8\14-\26\28-\31\127]", "")
  return head:find("\0", 1, true) or controls > 16 and controls * 50 > #head
end

-- What iconv calls them, where the name that is used says less than what files hold.
local ALIASES = { gb2312 = "GB18030", gbk = "GB18030", big5 = "BIG5-HKSCS", shift_jis = "CP932", ["iso-8859-1"] = "CP1252",
                  ["windows-1252"] = "CP1252", ["windows-1258"] = "CP1258", ["tis-620"] = "CP874", ["iso-8859-11"] = "CP874",
                  ["windows-874"] = "CP874" }

-- Bytes in a named encoding as UTF-8; nil, message, code.
local function decode(job, bytes, name)
  local from = ALIASES[name:lower()] or name
  if not from:find("^[%w][%w%-_:%.]*$") then return fail(job, "no encoding has such a name", "argument") end
  local text, message, code = converter.run(job, { "iconv", "-f", from, "-t", "UTF-8" }, bytes, "libc-bin")
  if text then return text, from end
  if code ~= "refused" then return nil, message, code end
  return fail(job, ("it is not %s (%s); name its encoding with --encoding"):format(from, message:gsub("^iconv: ", "")), "utf8")
end

---The declared encoding of an HTML or XML file.
---@param bytes string
---@return string|nil name
function M.declared(bytes)
  local head = bytes:sub(1, 4096)
  return head:match("^[^<]*<%?xml[^>]-encoding=[\"']([%w%-_]+)")
    or head:lower():match("<meta[^>]-charset%s*=%s*[\"']?%s*([%w%-_]+)")
end

-- What a byte order mark other than that of UTF-8 declares.
local function marked(bytes)
  if bytes:find("^\255\254%z%z") or bytes:find("^%z%z\254\255") then return "UTF-32" end
  if bytes:find("^\255\254") or bytes:find("^\254\255") then return "UTF-16" end
end

local function mended(job, bytes, where)
  if job.strict then
    return fail(job, ("invalid UTF-8 at byte %d; convert it, or read it without --strict"):format(where), "utf8")
  end
  local text, replaced = core.mend(bytes)
  local _, all = text:gsub("[^\128-\191]", "")
  if replaced > 50 and replaced * 5 > all then
    return fail(job, ("not UTF-8: %d of its %d characters cannot be read; name its encoding (--encoding GB18030, BIG5 …)")
      :format(replaced, all), "utf8")
  end
  return text, replaced, { ("%d invalid byte sequences replaced by U+FFFD, the first at byte %d; if the file is in another "
    .. "encoding, name it with --encoding"):format(replaced, where) }
end

-- Whether most of what is not ASCII is valid UTF-8.
local function mostly_utf8(bytes)
  local text, replaced = core.mend(bytes:sub(1, guess.SAMPLE))
  local _, sequences = text:gsub("[\192-\255]", "")
  return sequences - replaced >= replaced
end

---Valid UTF-8 out of a text file's bytes: as they are, converted, or mended.
---@param job table of converter; strict
---@param bytes string
---@param declared string|nil the encoding that the file or its user names; valid UTF-8 is taken as it is all the same
---@return string|nil text
---@return integer|string replaced how many U+FFFD were put in; or why it is refused: one line
---@return string[]|string notes; or a code
---@return {name: string, how: "declared"|"detected"}|nil encoding nil for UTF-8
function M.text_of(job, bytes, declared)
  local fine, message, code = refuse_kind(job, bytes)
  if not fine then return nil, message, code end
  if declared and declared:lower():find("^utf%-?8$") then declared = nil end
  local wide = marked(bytes)
  local valid, where = core.valid(bytes)
  local binary = not wide and looks_binary(bytes)
  local name, how = wide or (not valid or binary) and declared or nil, "declared"
  if valid and not binary and not wide then return bytes, 0, {} end
  if not name and not job.strict and (binary or not mostly_utf8(bytes)) then
    name, how = guess.encoding(bytes, binary), "detected"
  end
  if name then
    local text, from, fault = decode(job, bytes, name)
    if text then
      if how == "declared" then return text, 0, { "converted from " .. from }, { name = from, how = how } end
      return text, 0, { ("converted from %s, which was detected, not declared; if that is wrong, name its encoding with "
        .. "--encoding"):format(name) }, { name = name, how = how }
    elseif how == "declared" then
      return nil, from, fault
    end
  end
  if binary then
    return fail(job, "it is binary, not text; take it out of the folder, or save it as text (UTF-8)", "argument")
  end
  return mended(job, bytes, where)
end

return M
