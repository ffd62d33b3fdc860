--- What a stranger's codebook may try. Each is a row {name, source, code, says}: the source, the code that
--- sandbox.evaluate gives, and a pattern that its one line fits; code "value" where the attempt does nothing
--- and the codebook is read; code "limit" may be "time" on a slow machine. Used by sandbox_spec.lua, which
--- times each and looks at the parent afterwards.

-- A codebook that is fine, with something done before it and a field in it.
local function with(before, field)
  return (before or "") .. '\nreturn codebook "x" { version = "1", ' .. (field or "") .. " }"
end

local LOOPS = "loops: stopped after 1%.?4? s" -- 1 s of processor time, or 1.4 s where others have the processor
local MEMORY = "needs more than 256 MiB"

-- luacheck: no max line length
local attacks = {
  -- loops
  { "endless while", "while true do end", "time", LOOPS },
  { "endless goto", "::again:: goto again", "time", LOOPS },
  { "endless tail calls", "local function f() return f() end f()", "time", LOOPS },
  { "a for to the last integer", "for i = 1, math.maxinteger do end", "time", LOOPS },
  { "an iterator without end", "for _ in function() return 1 end do end", "time", LOOPS },
  { "a loop after the value", with('local c = codebook "y" { version = "1" } while c do end'), "time", LOOPS },
  { "a loop under pcall", with "pcall(function() while true do end end)", "pattern", ":1: unknown word 'pcall'" },
  { "loops in coroutines", with "while true do coroutine.wrap(function() while true do end end)() end", "pattern", ":1: unknown word 'coroutine'" },
  { "a loop in __gc", with "setmetatable({}, {__gc = function() while true do end end})", "pattern", ":1: unknown word 'setmetatable'" },
  { "a loop in an error handler", with "xpcall(error, function() while true do end end)", "pattern", ":1: unknown word 'xpcall'" },
  { "error handlers that call themselves", with "local function h() return xpcall(h, h) end h()", "pattern", ":1: unknown word 'xpcall'" },
  { "a loop in a comparison", "table.sort({3, 2, 1}, function() while true do end end)", "time", LOOPS },

  -- loops inside C functions, where no hook runs
  { "string.find, exponential", 'local s = ("a"):rep(60) return s:find(("a-"):rep(20) .. "b")', "time", LOOPS },
  { "string.find, polynomial", 'local s = ("a"):rep(5000) return s:find(".-.-.-.-b")', "time", LOOPS },
  { "string.find, plain", 'local s = ("a"):rep(2^25) return s:find(("a"):rep(2^24) .. "b", 1, true)', "time", LOOPS },
  { "string.find, %b", 'local s = ("("):rep(1000000) return s:find("%b()")', "time", LOOPS },
  { "string.gsub, captures", 'local s = ("x"):rep(3000) return s:gsub("(.*)(.*)(.*)(.*)y", "")', "time", LOOPS },
  { "string.gmatch", 'for _ in (("a"):rep(100000)):gmatch("a*b") do end', "time", LOOPS },
  { "table.move", "table.move({}, 1, 2^40, 2)", "time", LOOPS },
  { "table.insert on __len", with "table.insert(setmetatable({}, {__len = function() return 2^40 end}), 1, 1)", "pattern", ":1: unknown word 'setmetatable'" },
  { "utf8.len", 'local s = ("a"):rep(2^26) while true do utf8.len(s) end', "time", LOOPS },
  { "utf8.codepoint", 'local s = ("a"):rep(2^24) utf8.codepoint(s, 1, -1)', "pattern", ":1: .*string slice too long" },
  { "table.concat of nothing", 'table.concat({}, "", 1, 2^31)', "pattern", ":1: .*invalid value" },
  { "table.sort without an order", "local t = {} for i = 1, 100000 do t[i] = i % 7 end table.sort(t, function() return true end)", "pattern", "invalid order function" },

  -- memory
  { "string.rep", 'local s = ("x"):rep(2^30)', "limit", MEMORY },
  { "string.rep, the largest", 'local s = ("x"):rep(math.maxinteger)', "pattern", ":1: resulting string too large" },
  { "doubling", 'local s = "x" while true do s = s .. s end', "limit", MEMORY },
  { "a table without end", "local t = {} for i = 1, math.huge do t[i] = i end", "limit", MEMORY },
  { "tables in tables", "local t = {} while true do t = {t, {}, {}} end", "limit", MEMORY },
  { "closures without end", "local f while true do local g = f f = function() return g end end", "limit", MEMORY },
  { "string.gsub that grows", 'local s = ("x"):rep(10000) s = s:gsub(".", s)  s = s:gsub(".", "yyyy")', "limit", MEMORY },
  { "table.concat that grows", 'local t = {} for i = 1, 100 do t[i] = ("x"):rep(2^20) end local s = table.concat(t) .. table.concat(t)', "limit", MEMORY },
  { "string.format that grows", 'local s = ("x"):rep(2^24) s = string.format(("%s"):rep(16), s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s)', "limit", MEMORY },
  { "table.unpack", "return table.unpack({}, 1, 1e8)", "pattern", ":1: .*too many results" },
  { "string.pack", 'local s = string.pack("!16" .. ("i16"):rep(100000), 1)', "pattern", ":1: " },
  { "recursion", "local function f() return 1 + f() end f()", "pattern", ":1: stack overflow" },
  { "recursion through gsub", 'local function f() return (("x"):gsub("x", f)) end f()', "pattern", "C stack overflow" },

  -- what is not there
  { "io.open", with 'io.open("/etc/passwd")', "pattern", ":1: unknown word 'io'" },
  { "os.execute", with 'os.execute("id")', "pattern", ":1: unknown word 'os'" },
  { "os.exit", with "os.exit(0)", "pattern", ":1: unknown word 'os'" },
  { "print", with 'print("hello")', "pattern", ":1: unknown word 'print'" },
  { "require", with 'require("socket").tcp()', "pattern", ":1: unknown word 'require'" },
  { "package.loadlib", with 'package.loadlib("libc.so.6", "fork")', "pattern", ":1: unknown word 'package'" },
  { "debug.getregistry", with "debug.getregistry()", "pattern", ":1: unknown word 'debug'" },
  { "load", with 'load("\\27Lua")()', "pattern", ":1: unknown word 'load'" },
  { "dofile", with 'dofile("/etc/passwd")', "pattern", ":1: unknown word 'dofile'" },
  { "collectgarbage", with 'collectgarbage("stop")', "pattern", ":1: unknown word 'collectgarbage'" },
  { "_G", with "_G.x = 1", "pattern", ":1: unknown word '_G'" },
  { "rawset", with "rawset(string, 'rep', 1)", "pattern", ":1: unknown word 'rawset'" },
  { "next", with "next({})", "pattern", ":1: unknown word 'next'" },
  { "string.dump", with "string.dump(function() end)", "pattern", ":1: .*'dump'" },
  { "the string metatable", with 'getmetatable("").__index = function() end', "pattern", ":1: unknown word 'getmetatable'" },
  { "another _ENV", "local _ENV = {} return codebook", "pattern", "gives nothing; it must end with return codebook" },
  { "_ENV taken away", "_ENV = nil x = 1", "pattern", ":1: attempt to index a nil value" },

  -- what may be changed, and does nothing
  { "string.rep of its own", with "string.rep = function() while true do end end", "value" },
  { "string.format of its own", with "string.format = nil string.gsub = nil table.concat = nil table.sort = nil", "value" },
  { "pairs of its own", with "pairs = nil type = nil error = nil tostring = nil", "value" },
  { "words of its own", with "category = nil near = nil", "value" },

  -- compiled Lua, source that is hard to read
  { "compiled Lua", string.dump(function() return 1 end), "pattern", "is compiled Lua" },
  { "compiled Lua behind a mark", "\239\187\191" .. string.dump(function() return 1 end), "pattern", "is compiled Lua" },
  { "a syntax error", 'return codebook "x" {\n  version = "1",\n  any = { = },\n}', "pattern", ":3: unexpected symbol near '='" },
  { "a string that does not end", 'return codebook "x', "pattern", ":1: unfinished string" },
  { "100,000 parentheses", "return " .. ("("):rep(100000), "pattern", ": nested too deep" },
  { "100,000 braces", "return " .. ("{"):rep(100000), "pattern", ": nested too deep" },
  { "100,000 concatenations", 'return "a"' .. ('.."a"'):rep(100000), "pattern", ": nested too deep" },
  { "100,000 functions in functions", ("return function() "):rep(100000), "pattern", ": nested too deep" },
  { "300 locals", ("local x "):rep(300), "pattern", ":1: too many local variables" },
  { "a token of 7 MB", "return " .. ("x"):rep(7 * 1024 * 1024), "pattern", ": unknown word 'x+" },
  { "a string of 3 MB", with("", 'label = "' .. ("x"):rep(3 * 1024 * 1024) .. '"'), "value" },
  { "9 MB of comments", ("-- a comment\n"):rep(720000), "limit", "larger than 8 MiB" },
  { "7 MB of line ends", with(("\n"):rep(7 * 1024 * 1024)), "value" },
  { "NUL bytes", "\0\0\0", "pattern", ":1: unexpected symbol" },
  { "an integer of 100,000 digits", with("", "x = " .. ("9"):rep(100000)), "pattern", "is no finite number" },

  -- values that are none
  { "no value", "local x = 1", "pattern", "gives nothing; it must end with return codebook" },
  { "a string", 'return "x"', "pattern", "gives a string; it must end with return codebook" },
  { "a table", "return {}", "pattern", "gives a table that is no codebook" },
  { "a function as the value", "return codebook", "pattern", "gives a function; it must end with" },
  { "a function inside", with("", "label = { en = string.rep }"), "pattern", "x%.label%.en: is a function" },
  { "a circle", "local t = {} t[1] = t " .. with("", "label = t"), "pattern", "x%.label%[1%]: contains itself" },
  { "a circle of two", "local a, b = {}, {} a.b = b b.a = a " .. with("", "label = a"), "pattern", "x%.label%.b%.a: contains itself" },
  { "300 deep", "local t = {} for _ = 1, 300 do t = {t} end " .. with("", "label = t"), "limit", "nested more than 200 deep" },
  { "2^60 values in 60 tables", "local t = {} for _ = 1, 60 do t = {t, t} end " .. with("", "label = t"), "limit", "more than 400000 values" },
  { "a million values", "local t = {} for i = 1, 1000000 do t[i] = 1 end " .. with("", "label = t"), "limit", "more than 400000 values" },
  { "100,000 values", "local t = {} for i = 1, 50000 do t['n' .. i] = true end " .. with("", "label = t"), "value" },
  { "half a million escapes", with('local s = ("\\1"):rep(500000)', "label = s"), "limit", "more than 400000 values" },
  { "a value of 100 MB", with('local s = ("x"):rep(2^22) local t = {} for i = 1, 25 do t[i] = s end', "label = t"), "limit", "more than 16777216 bytes of text" },
  { "a list with a hole", with("", "label = {1, nil, 3}"), "pattern", "x%.label: is a list with a hole" },
  { "a list and names", with("", "label = {1, en = 2}"), "pattern", "x%.label: has both a list and named fields" },
  { "names that are no strings", with("", "label = {[true] = 1}"), "pattern", "x%.label: has a boolean for a name" },
  { "a table as a name", with("", "label = {[{}] = 1}"), "pattern", "x%.label: has a table for a name" },
  { "infinity", with("", "n = 1/0"), "pattern", "x%.n: is no finite number" },
  { "not a number", with("", "n = 0/0"), "pattern", "x%.n: is no finite number" },

  -- messages
  { "an error of many lines", 'error("one\\ntwo\\nthree")', "pattern", ":1: one$" },
  { "an error that moves the cursor", 'error("\\27[2J\\27]0;title\\7 \\r gone")', "pattern", ":1: %?%[2J%?%]0;title%? +gone$" },
  { "an error that turns the line around", 'error("\\u{202E}evil\\u{2066}\\u{9B}2J")', "pattern", ":1: %?evil%??%?2J$" },
  { "an error of 8 MB", 'error(("x"):rep(8 * 1024 * 1024))', "pattern", ":1: x+ …$" },
  { "an error of bytes that are no text", 'error("\\xff\\xfe\\xc3")', "pattern", ":1: %?$" },
  { "an error that is a table", "error({})", "pattern", ":1: error called with a table" },
  { "an error that is nil", "error(nil)", "pattern", "error called with a nil" },
  { "an error in another's name", 'error("entente:99:1: /etc/passwd: broken", 0)', "pattern", "entente:99:1: /etc/passwd: broken" },

  -- other files
  { "include of a folder above", with("", 'include "../secret"'), "pattern", ':2: include "%.%./secret": only a file beside the codebook' },
  { "include of an absolute path", with("", 'include "/etc/passwd"'), "pattern", ':2: include "/etc/passwd": only a file beside the codebook' },
  { "include of a hidden file", with("", 'include ".secret"'), "pattern", ":2: .*does not begin with a dot" },
  { "include of NUL", with("", 'include "a\0b"'), "pattern", ":2: .*only a file beside the codebook" },
  { "include of nothing", with("", 'include ""'), "pattern", ":2: .*a name is needed" },
  { "include of what is not there", with("", 'include "absent"'), "pattern", ':2: include "absent": there is no .*absent%.lua' },
  { "include of a name that is computed", with("", 'include("ab" .. "sent")'), "pattern", ':2: include "absent": there is no .*absent%.lua' },
  { "include of a name of 1 MB", with("", 'include(("x"):rep(2^20))'), "pattern", ":2: .*longer than 200 bytes" },
  { "include without end", "local i = 0 while true do i = i + 1 include('n' .. i) end", "limit", "names more than 200 files" },
  { "include of a table", with("", "include {}"), "pattern", ":2: include takes a name" },
  { "extend of what is not there", 'return extend "absent" {}', "pattern", ': extend "absent": there is no .*absent%.lua' },
  { "extend of a folder above", 'return extend "../../x" {}', "pattern", ': extend "%.%./%.%./x": only a file' },
  { "300 names to include", (function()
    local lines = {}
    for i = 1, 300 do lines[i] = 'include "n' .. i .. '"' end
    return table.concat(lines, "\n")
  end)(), "limit", "names more than 200 files" },
  { "spaces after include", with("", "include" .. (" "):rep(2000000) .. "x"), "pattern", ":2: " },
}

return attacks
