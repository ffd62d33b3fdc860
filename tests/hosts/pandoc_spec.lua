-- The filter in the real pandoc finds what the command finds: same category, rule and quote, in order.
local json = require "dkjson"

local BUILD = os.getenv("ENTENTE_BUILD") or "build"
local FILTER = BUILD .. "/plugins/pandoc/entente.lua"
local PAPERS = "tests/data/papers/"

--- Status, standard output, standard error.
local function sh(command)
  local out, err = os.tmpname(), os.tmpname()
  local _, _, status = os.execute(("( %s ) >%s 2>%s </dev/null"):format(command, out, err))
  local function take(path)
    local file = assert(io.open(path, "rb"))
    local bytes = file:read("a")
    file:close()
    os.remove(path)
    return bytes
  end
  return status, take(out), take(err)
end

--- White space is one blank, and none at the ends; no-break spaces count as white space.
local function plain(text)
  return (text:gsub("\194\160", " "):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

local NAMED = { amp = "&", lt = "<", gt = ">", quot = '"', nbsp = "\194\160" }

local function unescape(text)
  return (text:gsub("&(#?)(x?)(%w+);", function(number, hex, name)
    if number == "" then return NAMED[hex .. name] end
    return utf8.char(tonumber(name, hex == "x" and 16 or 10))
  end))
end

--- The codings in an HTML text in the order of their ids' numbers: class, rule and text, pieces of one id joined.
-- The order of the tags is another: a footnote's text stands at the end, and of two that begin together the longer is outside.
local function marked(html)
  local body = html:match("<body.->(.*)</body>") or html
  local list, by_id, open, at = {}, {}, {}, 1
  while true do
    local first, last = body:find("<[^>]*>", at)
    local text = unescape(body:sub(at, (first or 0) - 1))
    local seen = {}
    for _, coding in ipairs(open) do
      if coding and not seen[coding] then
        seen[coding] = true
        coding.quote = coding.quote .. text
      end
    end
    if not first then
      table.sort(list, function(a, b) return a.number < b.number end)
      return list
    end
    local tag = body:sub(first, last)
    if tag:find("^<span[%s>]") then
      local id = tag:match('data%-entente%-id="([^"]*)"')
      if id and not by_id[id] then
        by_id[id] = { quote = "", number = tonumber(id:match("^entente%-(%d+)$")),
          category = unescape(tag:match('class="([^"]*)"')),
          title = tag:match('title="([^"]*)"'),
          rule = unescape(tag:match('data%-entente%-rule="([^"]*)"')) }
        list[#list + 1] = by_id[id]
      end
      open[#open + 1] = id and by_id[id] or false
    elseif tag:find("^</span") then
      open[#open] = nil
    elseif tag:find("^<br") then
      for _, coding in ipairs(open) do
        if coding then coding.quote = coding.quote .. " " end
      end
    end
    at = last + 1
  end
end

local function lines(list)
  local out = {}
  for i, coding in ipairs(list) do out[i] = ("%s\t%s\t%s"):format(coding.category, coding.rule, plain(coding.quote)) end
  return out
end

for _, paper in ipairs { "en-talent.docx", "vi-bien-dong.docx", "zh-hans-talent.docx", "en-trust.html", "id-infrastruktur.html" } do
  it("the filter codes " .. paper .. " as the command does", function()
    local status, out, err = sh("scripts/bin/entente code -c china_asean " .. PAPERS .. paper)
    assert.are.equal(0, status, err)
    local expected = {}
    for line in out:gmatch("[^\n]+") do expected[#expected + 1] = json.decode(line) end
    assert.is_true(#expected > 10)
    status, out, err = sh(("pandoc -s %s -L %s -M entente-codebook=china_asean -t html"):format(PAPERS .. paper, FILTER))
    assert.are.equal(0, status, err)
    assert.are.equal("", err)
    local found = marked(out)
    local wanted, got = lines(expected), lines(found)
    for i = 1, math.max(#wanted, #got) do assert.are.equal(wanted[i] or "(no more)", got[i] or "(no more)", "coding " .. i) end
    for _, coding in ipairs(found) do assert.is_truthy(coding.title and coding.title ~= "") end
  end)
end

it("the filter gives the same bytes again", function()
  local command = ("pandoc %sen-trust.html -L %s -M entente-codebook=china_asean -t html"):format(PAPERS, FILTER)
  local _, first = sh(command)
  local _, second = sh(command)
  assert.are.equal(first, second)
end)

it("the filter changes no word of the document", function()
  local _, before = sh(("pandoc %sen-talent.docx -t plain --wrap=none"):format(PAPERS))
  local _, after = sh(("pandoc %sen-talent.docx -t plain --wrap=none -L %s -M entente-codebook=china_asean"):format(PAPERS, FILTER))
  assert.are.equal(before, after)
end)

it("the filter takes a codebook by its path, and reads it from any directory", function()
  local top = io.popen("pwd"):read("l")
  local filter = FILTER:sub(1, 1) == "/" and FILTER or top .. "/" .. FILTER
  local book = os.tmpname()
  local file = assert(io.open(book, "wb"))
  file:write('return codebook "x" { version = "1", category "a" { label = "Letter", any = { "apple pie" } } }')
  file:close()
  local status, out, err = sh(
    ("cd / && echo 'An *apple* pie.' | pandoc -f markdown -t html -L %s -M entente-codebook=%s"):format(filter, book))
  os.remove(book)
  assert.are.equal(0, status, err)
  assert.are.equal("a\ta.any[1]\tapple pie", table.concat(lines(marked(out)), "\n"))
end)

describe("the filter says clearly", function()
  local function complaint(options)
    local status, out, err = sh(("pandoc %sen-trust.html -L %s %s -t html"):format(PAPERS, FILTER, options))
    assert.are_not.equal(0, status)
    assert.are.equal("", out)
    return err
  end

  it("that no codebook was named", function()
    assert.is_truthy(complaint(""):find("entente: say which codebook: -M entente-codebook=NAME", 1, true))
  end)

  it("that there is no such codebook", function()
    local message = complaint("-M entente-codebook=nosuch")
    assert.is_truthy(message:find("entente-codebook: ", 1, true)
      and message:find("nosuch.json: No such file or directory", 1, true), message)
  end)

  it("what is wrong in a codebook", function()
    local book = os.tmpname()
    local file = assert(io.open(book, "wb"))
    file:write('return codebook "x" { version = "1", category "a" { any = { "b||c" } } }')
    file:close()
    local message = complaint("-M entente-codebook=" .. book)
    os.remove(book)
    assert.is_truthy(message:find("a.any[1]: an alternative without a word, at character 3", 1, true), message)
  end)
end)
