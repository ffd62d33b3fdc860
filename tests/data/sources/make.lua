-- A pandoc filter that make.sh uses: what every printed paper has and Markdown keeps as metadata.
-- Puts the line of keywords before the first heading, names the abstract in the paper's
-- language, and, for plain text, takes the marks of emphasis away.

local words = {
  en          = { "Abstract", "Keywords", ": ", "; " },
  id          = { "Abstrak", "Kata kunci", ": ", "; " },
  vi          = { "Tóm tắt", "Từ khóa", ": ", "; " },
  th          = { "บทคัดย่อ", "คำสำคัญ", ": ", "; " },
  ["zh-Hans"] = { "摘要", "关键词", "：", "；" },
  ["zh-Hant"] = { "摘要", "關鍵詞", "：", "；" },
}

local function list(value)
  local out = {}
  if value then
    for _, item in ipairs(value) do out[#out + 1] = pandoc.utils.stringify(item) end
  end
  return out
end

function Pandoc(doc)
  local meta = doc.meta
  local lang = pandoc.utils.stringify(meta.lang)
  local word = words[lang] or words[lang:match("^%a+")] or words.en
  meta["abstract-title"] = word[1]

  local keywords = table.concat(list(meta.keywords), word[4])
  if keywords ~= "" then
    local line = pandoc.List { pandoc.Strong { pandoc.Str(word[2] .. word[3]:gsub("%s+$", "")) } }
    if word[3]:find("%s") then line:insert(pandoc.Space()) end
    for piece, blank in keywords:gmatch("(%S+)(%s*)") do
      line:insert(pandoc.Str(piece))
      if blank ~= "" then line:insert(pandoc.Space()) end
    end
    doc.blocks:insert(1, pandoc.Para(line))
  end

  if not meta.running then meta.running = meta.title end
  if FORMAT == "plain" then
    local function bare(mark) return mark.content end
    doc = pandoc.Pandoc(doc.blocks, meta):walk { Emph = bare, Strong = bare }
    meta = doc.meta
  end
  return pandoc.Pandoc(doc.blocks, meta)
end
