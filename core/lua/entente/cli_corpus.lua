-- cli_corpus: the verbs that ask what is in corpora, check them and put them together.

local core = require "entente.core"
local coder = require "entente.coder"
local corpus_disk = require "entente.corpus_disk"
local output = require "entente.cli_output"
local papers = require "entente.cli_papers"
local snapshots = require "entente.corpus_snapshot"
local store = require "entente.store"

local M = {}

local function cell(value)
  if type(value) == "table" then value = table.concat(value, "; ") end
  return (tostring(value == nil and "" or value):gsub("%s+", " "))
end

local function row(cells)
  for i, value in ipairs(cells) do cells[i] = cell(value) end
  output.show(table.concat(cells, "\t"), "\n")
end

---A new corpus of the documents of several.
---@param args table the command's arguments
---@return integer status
function M.merge(args)
  local done, message, code = store.merge(args.out, args.inputs)
  if not done then output.stop(message, code == "argument" and 2 or 1) end
  local totals = papers.open(args.out):totals()
  output.show(("%d documents, %d tokens in %s\n"):format(totals.documents, totals.tokens, args.out))
  return 0
end

---Reads everything and checks it; a line for each fault.
---@param args table the command's arguments
---@return integer status
function M.verify(args)
  local opened = papers.open(args.corpus)
  local fine, message, _, faults = opened:verify()
  if not fine then
    for _, fault in ipairs(faults or {}) do output.show(fault, "\n") end
    output.stop(message, 1)
  end
  local totals = opened:totals()
  output.show(("%s: all is as it was written; %d documents, %d tokens\n"):format(args.corpus, totals.documents, totals.tokens))
  return 0
end

-- What is shown of a document: its fields, and how many tokens it has.
local function looked_at(document, index)
  if document.load then return corpus_disk.fields(document), document.tokens end
  index:clear()
  local number, message = index:add(coder.source(document))
  if not number then return nil, message end
  return corpus_disk.fields(document), index:token_count(number)
end

local function print_documents(list)
  local names, seen = {}, {}
  for _, one in ipairs(list) do
    for name in pairs(one.fields) do
      if not seen[name] then names[#names + 1], seen[name] = name, true end
    end
  end
  table.sort(names)
  local head = { "id", "tokens" }
  for _, name in ipairs(names) do head[#head + 1] = name end
  row(head)
  for _, one in ipairs(list) do
    local cells = { one.id, one.tokens }
    for _, name in ipairs(names) do cells[#cells + 1] = cell(one.fields[name]) end
    row(cells)
  end
end

local function print_groups(list, field)
  local i = 0
  local groups = snapshots.count_groups(function()
    i = i + 1
    if list[i] then return list[i].tokens, list[i].fields[field] end
  end)
  row({ field, "documents", "tokens" })
  for _, group in ipairs(groups) do row({ cell(group.value), group.documents, group.tokens }) end
end

---The documents of corpora, or papers: id, tokens and fields; or how many there are of each value of a field.
---@param args table the command's arguments
---@return integer status
function M.documents(args)
  local list, index = {}, core.index(core.vocab())
  local failed = papers.each(args.paths, args, function(document)
    local fields, tokens = looked_at(document, index)
    if not fields then return nil, document.id .. ": " .. tokens end
    list[#list + 1] = { id = document.id, fields = fields, tokens = tokens }
    return true
  end)
  if args.group then print_groups(list, args.group) else print_documents(list) end
  return #failed > 0 and 1 or 0
end

---The forms of a corpus on a layer, with how often they occur.
---@param args table the command's arguments
---@return integer status
function M.types(args)
  local each, message, code = papers.open(args.corpus):types { glob = args.glob, layer = args.layer }
  if not each then output.stop(message, code == "pattern" and 2 or 1) end
  local counted = args.layer == "fold" -- else in how many documents is not known
  row({ "form", "tokens", counted and "documents" or nil })
  for form, tokens, documents in each do row({ form, tokens, documents }) end
  return 0
end

return M
