--- Measures: tables computed from codings, each with its denominator.
local M = {}

local function parent_of(path) return path:match("^(.*)/[^/]*$") end

--- Codings per category, a parent's being the sum of its descendants'.
---@param codings table[]
---@return table<string, integer>
function M.counts(codings)
  local counts = {}
  for _, coding in ipairs(codings) do
    local path = coding.category
    while path do
      counts[path] = (counts[path] or 0) + 1
      path = parent_of(path)
    end
  end
  return counts
end

--- Occurrences per 1,000 tokens; nil without tokens.
---@param count integer
---@param tokens integer
---@return number|nil
function M.rate(count, tokens)
  if tokens == 0 then return nil end
  return count * 1000 / tokens
end

--- One row a category that occurs, in codebook order: codings, papers that have it, rate per 1,000 tokens of
--- all papers (the denominator stands in `tokens`).
---@param codebook table
---@param all table[] coded documents
---@return table[]
function M.by_category(codebook, all)
  local tokens, rows = 0, {}
  local counts = {}
  for i, coded in ipairs(all) do
    counts[i] = M.counts(coded.codings)
    tokens = tokens + coded.tokens
  end
  for _, category in ipairs(codebook.categories) do
    local row = { path = category.path, leaf = category.leaf, codings = 0, papers = 0, tokens = tokens }
    for i = 1, #all do
      local count = counts[i][category.path] or 0
      row.codings = row.codings + count
      if count > 0 then row.papers = row.papers + 1 end
    end
    row.rate = M.rate(row.codings, tokens)
    if row.codings > 0 then rows[#rows + 1] = row end
  end
  return rows
end

--- For each document and each leaf below `left` in it: the leaves below `right` in the same document, and those in
--- one of its sections. Answers by co-occurrence, nothing more.
---@param codebook table
---@param all table[] coded documents
---@param left string
---@param right string
---@return table[] rows {doc, left, count, rights = {{path, count}}, same_section = {{path, count}}}
function M.answers(codebook, all, left, right)
  local rows = {}
  local function below(path, top) return path:sub(1, #top + 1) == top .. "/" end
  local function listed(counts)
    local list = {}
    for _, category in ipairs(codebook.categories) do
      if counts[category.path] then list[#list + 1] = { path = category.path, count = counts[category.path] } end
    end
    return list
  end
  for _, coded in ipairs(all) do
    local lefts, rights, sections = {}, {}, {}
    for _, coding in ipairs(coded.codings) do
      local path, section = coding.category, coding.section or ""
      if below(path, left) then
        lefts[path] = lefts[path] or { count = 0, sections = {} }
        lefts[path].count = lefts[path].count + 1
        lefts[path].sections[section] = true
      elseif below(path, right) then
        rights[path] = (rights[path] or 0) + 1
        sections[section] = sections[section] or {}
        sections[section][path] = (sections[section][path] or 0) + 1
      end
    end
    for _, category in ipairs(codebook.categories) do
      local found = lefts[category.path]
      if found then
        local same = {}
        for section in pairs(found.sections) do
          for path, count in pairs(sections[section] or {}) do same[path] = (same[path] or 0) + count end
        end
        rows[#rows + 1] = { doc = coded.document.id, left = category.path, count = found.count, rights = listed(rights),
          same_section = listed(same) }
      end
    end
  end
  return rows
end

return M
