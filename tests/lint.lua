-- The house's rules that a machine can see, as TAP: arrows between rooms, the common part of the Luas, luacheck,
-- and generated tables that are as their generator makes them.
local unicode = arg[1] or "/usr/share/unicode"
local count = 0

local function check(ok, name, detail)
  count = count + 1
  print((ok and "ok " or "not ok ") .. count .. " - " .. name)
  if not ok and detail then print("# " .. detail:gsub("\n", "\n# ")) end
end

local function capture(command)
  local pipe = assert(io.popen(command .. " 2>&1; echo :$?"))
  local text = pipe:read("*a")
  pipe:close()
  local out, status = text:match("^(.*):(%d+)\n$")
  return out, tonumber(status)
end

local function lines(command)
  local list = {}
  for line in capture(command):gmatch("[^\n]+") do list[#list + 1] = line end
  return list
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

-- Which rooms a room may include.
local ROOMS = { base = {}, text = { "base" }, token = { "base", "text" }, vocab = { "base", "text", "token" },
  index = { "base", "text", "token", "vocab" }, segment = { "base", "text", "token", "vocab", "index" },
  match = { "base", "text", "token", "vocab", "index" }, store = { "base", "segment" },
  corpus = { "base", "vocab", "index", "segment", "store" }, proc = { "base" } }
for room, list in pairs(ROOMS) do
  local allowed = { [room] = true }
  for _, other in ipairs(list) do allowed[other] = true end
  local wrong = {}
  for _, path in ipairs(lines("find core/src/" .. room .. " -name '*.[ch]' | sort")) do
    for name in read(path):gmatch('#include "([^"]+)"') do
      local target = name:match("^(%w+)/")
      if target and not allowed[target] then wrong[#wrong + 1] = path .. " includes " .. name end
    end
  end
  check(#wrong == 0, "room " .. room .. " includes only what stands to its left", table.concat(wrong, "\n"))
end

local wrong = {}
for _, path in ipairs(lines("find core/bind -name '*.[ch]' | sort")) do
  for name in read(path):gmatch('#include "([^"]+)"') do
    if name:find("/") then wrong[#wrong + 1] = path .. " includes " .. name end
  end
end
check(#wrong == 0, "bind sees entente.h only", table.concat(wrong, "\n"))

local users = lines("grep -rl '^#include <utf8proc.h>' core plugins | sort")
check(#users == 1 and users[1] == "core/src/text/ucd.c", "one file includes utf8proc.h", table.concat(users, "\n"))

users = lines("grep -rlE '^#include [<\"]libstemmer' core plugins | sort")
check(#users == 1 and users[1] == "core/src/text/stem.c", "one file includes libstemmer.h", table.concat(users, "\n"))

wrong = {}
for _, path in ipairs(lines("find scripts/codebooks scripts/reports -name '*.lua'")) do
  if read(path):find("%f[%w_]require%f[^%w_]") then wrong[#wrong + 1] = path end
end
check(#wrong == 0, "codebooks and reports require nothing", table.concat(wrong, "\n"))

wrong = {}
for _, name in ipairs({ "init", "words", "codebook", "coder", "damage", "pandoc_tree", "first_page", "metadata" }) do
  local source = read("core/lua/entente/" .. name .. ".lua"):gsub("%-%-[^\n]*", "")
  if source:find("%f[%w_]io%.") or source:find("%f[%w_]os%.") then wrong[#wrong + 1] = name end
end
check(#wrong == 0, "what hosts load touches neither io nor os", table.concat(wrong, "\n"))

-- Each public function has a comment above it, which names its parameters, in order, and no others.
wrong = {}
for _, path in ipairs(lines("find core/lua -name '*.lua' | sort")) do
  local comment = ""
  for line in read(path):gmatch("([^\n]*)\n") do
    local name, parameters = line:match("^function ([M%u]%l*[.:][%w_]+)%(([^)]*)%)")
    if name then
      local named = {}
      for parameter in comment:gmatch("@param ([%w_.]+)") do named[#named + 1] = parameter end
      if comment == "" or table.concat(named, ", ") ~= parameters then
        wrong[#wrong + 1] = ("%s: %s(%s) is documented as (%s)"):format(path, name, parameters, table.concat(named, ", "))
      end
    end
    comment = line:find("^%-%-") and comment .. line .. "\n" or ""
  end
end
check(#wrong == 0, "public Lua functions have doc comments that name their parameters", table.concat(wrong, "\n"))

local seen = {}
wrong = {}
for _, path in ipairs(lines("git ls-files core scripts plugins 2>/dev/null | grep -v README")) do
  local name = path:match("[^/]+$")
  if seen[name] and name:find("%.[ch]$") then wrong[#wrong + 1] = path .. " and " .. seen[name] end
  seen[name] = path
end
check(#wrong == 0, "C file names are unique", table.concat(wrong, "\n"))

wrong = {}
for _, path in ipairs(lines("find core/lua plugins -name '*.lua'")) do
  for _, command in ipairs({ "luac5.3 -p ", "luajit -bl " }) do
    local out, status = capture(command .. path .. " >/dev/null")
    if status ~= 0 then wrong[#wrong + 1] = out end
  end
end
check(#wrong == 0, "the library is Lua 5.3, 5.4 and LuaJIT", table.concat(wrong, "\n"))

local out, status = capture("luacheck -q --no-color --std max --max-line-length 140 core/lua scripts/reports plugins tests/lint.lua")
check(status == 0, "luacheck", out)

if io.open(unicode .. "/UnicodeData.txt") then
  local folder = capture("mktemp -d"):gsub("%s+$", "")
  out, status = capture(("lua5.4 core/tables/generate.lua %s %s"):format(unicode, folder))
  check(status == 0, "the tables can be generated", out)
  out, status = capture(("cd %s && for f in *_tables.[ch]; do cmp $f $OLDPWD/core/src/text/$f; done; " ..
    "for f in *.tsv; do cmp $f $OLDPWD/core/tables/$f; done"):format(folder))
  check(status == 0 and out == "", "the tables are as they are generated", out)
  os.execute("rm -rf " .. folder)
end
print("1.." .. count)
