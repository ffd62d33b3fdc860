-- entente.sandbox: a codebook becomes plain data, the same each time; a broken one gives one line; a hostile
-- one (hostile_codebooks.lua) ends within 1.5 s and the parent is as it was.

local sandbox = require "entente.sandbox"
local system = require "entente.system"

local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "tests/spec/"
local attacks = dofile(here .. "hostile_codebooks.lua")

local function shell(command)
  local ran = assert(system.run { argv = { "sh", "-c", command }, wall = 20 })
  return (ran.out:gsub("\n$", ""))
end

local folder
setup(function() folder = shell "mktemp -d" end)
teardown(function() shell("rm -rf " .. folder) end)

local function put(name, source)
  assert(system.write(folder .. "/" .. name, source))
  return folder .. "/" .. name
end

-- A codebook around some fields of one category: what becomes of them.
local function field(before, text)
  local source = before .. ' return codebook "x" { version = "1", category "c" { label = ' .. text .. " } }"
  local value, message = sandbox.evaluate(source, "x.lua")
  return assert(value, message).categories[1].label
end

describe("sandbox.evaluate", function()
  it("gives the value of a codebook as plain data", function()
    local value, confined = sandbox.evaluate([[
      local words = {}
      for i, word in ipairs { "gap", "divide" } do words[i] = "digital " .. word end
      return codebook "china-asean" {
        version = "1.0.0", unit = "sentence",
        category "challenge" {
          label = { en = "Challenge", zh = "挑战" },
          category "digital-gap" { any = { en = words, zh = { near(8, "差距", "数字") } }, match_language = true },
        },
      }]], "china.lua")
    assert(value, confined)
    assert.equal("boolean", type(confined))
    assert.same({
      kind = "codebook", name = "china-asean", version = "1.0.0", unit = "sentence",
      categories = {
        {
          kind = "category", name = "challenge", label = { en = "Challenge", zh = "挑战" },
          categories = {
            {
              kind = "category", name = "digital-gap", match_language = true, categories = {},
              any = { en = { "digital gap", "digital divide" }, zh = { { op = "near", n = 8, of = { "差距", "数字" } } } },
            },
          },
        },
      },
    }, value)
  end)

  it("gives strings and numbers back as they are", function()
    local texts = { [["]], [[\]], [[\"]], [[\\]], [[\u0041]], [[\n]], "\n\r\t\0\1\127", "é 日本 \u{10FFFF}", "\226\128\168", "\255\254", "" }
    for i, text in ipairs(texts) do texts[i] = ("%q"):format(text) end
    local got = field("", "{" .. table.concat(texts, ", ") .. "}")
    for i, text in ipairs(texts) do assert.equal(load("return " .. text)(), got[i]) end
    assert.same({ 0, 1, -1, 2.5, 1e300, -1e-300, 2 ^ 53, 123456789012 },
      field("", "{0, 1, -1, 2.5, 1e300, -1e-300, 2^53, 123456789012}"))
    assert.equal("integer", math.type(field("", "{3}")[1]))
    assert.equal("integer", math.type(field("", "{3.0}")[1]))
  end)

  it("gives the same each time", function()
    local source = [[
      local all, random = {}, {}
      local words = {}
      for i = 1, 50 do words["word" .. i] = i end
      for word in pairs(words) do all[#all + 1] = word end
      for i = 1, 5 do random[i] = math.random(1000000) end
      return codebook "x" { version = "1", label = all, random = random,
        what = tostring({}) .. tostring(print_me or nil) .. ("%s %s %5.1f %%p"):format({}, tostring, 2) }]]
    source = source:gsub("print_me or ", "")
    local first = assert(sandbox.evaluate(source, "x.lua"))
    for _ = 1, 5 do assert.same(first, sandbox.evaluate(source, "x.lua")) end
    assert.equal("tableniltable function   2.0 %p", first.what)
    assert.equal("word1", first.label[1])
    assert.equal("word10", first.label[2])
  end)

  it("has string, table, math, utf8 and the plain functions", function()
    assert.same({ "3", 5, "A b", 2, true, 3, "é" }, field("", [[
      { tostring(tonumber("3")), select("#", 1, 2, 3, 4, 5), ("a b"):gsub("^%l", string.upper, 1), #table.pack(1, 2),
        math.type(1) == "integer", utf8.len("aéb"), utf8.char(233) }]]))
  end)

  it("puts the file's name, line and reason in one line", function()
    for source, says in pairs {
      ['return codebook "x" {\n  version = "1",\n  any = { = },\n}'] = "dir/c.lua:3: unexpected symbol near '='",
      ['return codebook "x" {\n  version = "1"\n'] = "dir/c.lua:3: '}' expected (to close '{' at line 1) near <eof>",
      ['local a\nreturn codebook "x" { version = a.b }'] = "dir/c.lua:2: attempt to index a nil value (local 'a')",
      ['\n\nlocal c = nera(3, "a", "b") return codebook "x" {}'] =
        "dir/c.lua:3: unknown word 'nera'; check its spelling, or quote it as a term",
      ['local c = codebook "x" {\n category "c" { any = { near("a", "b") } } }\nreturn c'] =
        "dir/c.lua:2: near: the first argument is a number of tokens",
      ['error("mine", 0)'] = "dir/c.lua:1: mine",
      ["return 1"] = 'dir/c.lua: gives a number; it must end with return codebook "name" { … }',
      [""] = 'dir/c.lua: gives nothing; it must end with return codebook "name" { … }',
    } do
      local value, message, code = sandbox.evaluate(source, "dir/c.lua")
      assert.is_nil(value)
      assert.equal(says, message)
      assert.equal("pattern", code)
    end
  end)

  it("keeps its limits, and says which", function()
    local loop = "while true do end"
    local started = system.clock()
    local _, message, code = sandbox.evaluate(loop, "x.lua", { wall = 0.3 })
    assert.equal("x.lua: the codebook loops: stopped after 0.3 s; look for a loop that does not end", message)
    assert.equal("time", code)
    assert.is_true(system.clock() - started < 1)
    _, message, code = sandbox.evaluate(loop, "x.lua")
    assert.equal("time", code)
    local slow = "x.lua: the codebook loops: stopped after 1.4 s; look for a loop that does not end"
    if message ~= slow then
      assert.equal("x.lua: the codebook loops: stopped after 1 s of processor time; look for a loop that does not end", message)
    end
    local fine = 'return codebook "x" { version = "1", label = { "a", "b" } }'
    for option, says in pairs {
      values = "x.lua: more than 3 values; part the codebook",
      bytes = "x.lua: more than 3 bytes of text; part the codebook",
      depth = "x.lua: x.categories/a.categories: is nested more than 4 deep; flatten it",
      source = "x.lua: is, with the files that it names, larger than 2.861e-06 MiB; part it",
      output = "x.lua: the codebook's value is larger than 2.861e-06 MiB; make it smaller",
    } do
      local source = option == "depth" and 'return codebook "x" { category "a" { category "b" {} } }' or fine
      _, message, code = sandbox.evaluate(source, "x.lua", { [option] = option == "depth" and 4 or 3 })
      assert.equal(says, message)
      assert.equal("limit", code)
    end
    assert.error_matches(function() sandbox.evaluate(fine, "x.lua", { time = 1 }) end, "unknown option 'time'")
    assert.error_matches(function() sandbox.evaluate(nil, "x.lua") end, "source must be a string")
    assert.error_matches(function() sandbox.evaluate(fine) end, "name must be a string")
  end)

  it("says when there is no interpreter, or a broken one", function()
    local _, message, code = sandbox.evaluate("", "x.lua", { lua = "lua-of-nobody" })
    assert.equal("x.lua: cannot run lua-of-nobody: No such file or directory; install it, or check its name and PATH", message)
    assert.equal("io", code)
    _, message, code = sandbox.evaluate("", "x.lua", { cpath = "/nowhere/?.so" })
    assert.truthy(message:find("^x%.lua: cannot evaluate codebooks with lua5%.4: .*entente%.system"), message)
    assert.is_nil(message:find "\n")
    assert.equal("io", code)
    _, message, code = sandbox.evaluate("", "x.lua", { lua = "true" })
    assert.equal("x.lua: cannot evaluate codebooks with true: it says nothing and ends with status 0", message)
    assert.equal("io", code)
  end)

  it("believes nothing of an answer that is none", function()
    for i, answer in ipairs {
      "{}", "", "{", '{"value":1}', '{"value":{"a":}}', '{"value":{},}', '{"value":{"a" 1}}', '{"value":{"a":"\\', '{"value":{"a":"b',
      '{"wants":1}', '{"wants":[]}x', '{"wants":[{"unit":7,"word":"include","name":"x"}]}',
      '{"wants":[{"unit":1,"word":"path","name":"x"}]}', '{"wants":[{"unit":1,"word":"include","name":{}}]}',
      ("["):rep(100000), '{"value":{"a":nan}}', '{"value":{"a":1e}}',
    } do
      local liar = put("liar" .. i, "#!/bin/sh\nexec cat " .. folder .. "/answer\n")
      put("answer", "\n" .. answer)
      shell("chmod +x " .. liar)
      local value, message = sandbox.evaluate("", "x.lua", { lua = liar })
      assert.is_nil(value, answer)
      assert.truthy(message:find "^x%.lua: ", message)
    end
  end)

  it("does not wait for more files without end", function()
    local liar = put("liar", [[#!/bin/sh
printf '\n{"wants":[{"unit":1,"word":"include","name":"n%s"}]}' $(date +%N)
]])
    shell("chmod +x " .. liar)
    local started = system.clock()
    local value, message, code = sandbox.evaluate("", "x.lua", { lua = liar })
    assert.is_nil(value)
    assert.truthy(code == "limit" or code == "time", message)
    assert.is_true(system.clock() - started < 2)
  end)
end)

describe("include and extend", function()
  it("take files beside the codebook, from file to file", function()
    put("parts.lua", 'local list = include "more" list[#list + 1] = category "b" { any = { "beta" } } return list')
    put("more.lua", '\239\187\191return { category "a" { any = { "alpha" } } }')
    local path = put("main.lua", 'local name = "par" .. "ts" return codebook "x" { version = "1", include(name) }')
    local value, message = sandbox.evaluate(system.read(path), path)
    assert(value, message)
    assert.same({ "a", "b" }, { value.categories[1].name, value.categories[2].name })
  end)

  it("look in the folder that is given, or nowhere", function()
    put("near.lua", 'return { category "a" {} }')
    local source = 'return codebook "x" { version = "1", include "near" }'
    assert.truthy(sandbox.evaluate(source, "-c", { folder = folder }))
    local _, message = sandbox.evaluate(source, "-c", { folder = false })
    assert.equal('-c:1: include "near": what is no file has nothing beside it', message)
  end)

  it("give each file words of its own", function()
    put("evil.lua", 'string.rep = nil table.insert = nil category = nil x = 1 return {}')
    local path = put("main.lua", [[
      local none = include "evil"
      local t = {} table.insert(t, category(("a"):rep(2) .. string.rep("b", 2)) {})
      return codebook "x" { version = "1", t }]])
    local value, message = sandbox.evaluate(system.read(path), path)
    assert(value, message)
    assert.equal("aabb", value.categories[1].name)
    path = put("main.lua", 'include "evil" return codebook "x" { version = x }')
    value, message = sandbox.evaluate(system.read(path), path)
    assert.is_nil(value)
    assert.equal(path .. ":1: unknown word 'x'; check its spelling, or quote it as a term", message)
  end)

  it("name the file and line of an error in another file", function()
    put("broken.lua", "\nreturn {,}")
    local path = put("main.lua", 'return codebook "x" { version = "1", include "broken" }')
    local _, message = sandbox.evaluate(system.read(path), path)
    assert.equal(folder .. "/broken.lua:2: unexpected symbol near ','", message)
    put("broken.lua", "\nlocal x = nothing")
    _, message = sandbox.evaluate(system.read(path), path)
    assert.equal(folder .. "/broken.lua:2: unknown word 'nothing'; check its spelling, or quote it as a term", message)
  end)

  it("refuse circles, compiled files, folders, names with a way in them", function()
    put("one.lua", 'return include "two"')
    put("two.lua", '\nreturn { (include "one") }')
    put("bytes.lua", string.dump(function() end))
    system.make_folder(folder .. "/sub.lua")
    for name, says in pairs {
      one = folder .. "/two.lua:2: a circle: that file is being read already; take one include or extend out",
      main = "a circle: that file is being read already; take one include or extend out",
      bytes = folder .. "/bytes.lua: is compiled Lua; give its source",
      sub = 'include "sub": ' .. folder .. "/sub.lua: is a folder, not a file; name a file in it",
      ["a/b"] = 'include "a/b": only a file beside the codebook may be named; no folders, no ..',
      ["/etc/passwd"] = "only a file beside the codebook may be named",
      ["a..b"] = "only a file beside the codebook may be named",
      absent = 'include "absent": there is no ' .. folder .. "/absent.lua",
    } do
      local path = put("main.lua", ('return codebook "x" { version = "1", include %q }'):format(name))
      local value, message, code = sandbox.evaluate(system.read(path), path)
      assert.is_nil(value)
      assert.truthy(message:find(says, 1, true), message)
      assert.equal(folder, message:sub(1, #folder))
      assert.equal("pattern", code)
    end
  end)

  it("extend a file beside the codebook, else one that the caller knows", function()
    put("base.lua", 'return codebook "base" { version = "1", category "a" { any = { "alpha" } } }')
    local path = put("main.lua", 'return extend "base" { version = "2", category "a" { any = { "beta" } } }')
    local asked = {}
    local function resolve(name)
      asked[#asked + 1] = name
      if name == "shipped" then return 'return codebook "shipped" { version = "3", include "beside" }', folder .. "/lib/shipped.lua" end
      if name == "main" then return 'return codebook "main" { version = "4", label = "theirs" }', "/usr/share/main.lua" end
      return nil, "looked in /usr/share"
    end
    local value, message = sandbox.evaluate(system.read(path), path, { resolve = resolve })
    assert(value, message)
    assert.same({}, asked)
    assert.same({ "2", { "alpha", "beta" } }, { value.version, value.categories[1].any })

    system.make_folder(folder .. "/lib")
    put("lib/beside.lua", 'return { category "b" {} }')
    value, message = sandbox.evaluate('return extend "shipped" {}', path, { resolve = resolve })
    assert(value, message)
    assert.same({ "shipped" }, asked)
    assert.equal("b", value.categories[1].name)

    value, message = sandbox.evaluate('return extend "other" {}', path, { resolve = resolve })
    assert.is_nil(value)
    assert.equal(path .. ': extend "other": there is no ' .. folder .. "/other.lua, and looked in /usr/share", message)

    -- its own name means the one that the caller knows, not itself
    for _, name in ipairs { path, "main.lua" } do
      value, message = sandbox.evaluate('return extend "main" { label = "ours" }', name, { folder = folder, resolve = resolve })
      assert(value, message)
      assert.same({ "4", "ours" }, { value.version, value.label })
    end
  end)
end)

describe("a hostile codebook:", function()
  local function state()
    collectgarbage()
    local status = system.read "/proc/self/status"
    return {
      descriptors = #system.list "/proc/self/fd", children = system.read "/proc/thread-self/children",
      blocked = status:match "SigBlk:%s*(%x+)", seccomp = status:match "Seccomp:%s*(%d+)",
      threads = status:match "Threads:%s*(%d+)",
    }
  end
  local before, path, parent

  setup(function()
    parent = tostring(string) .. tostring(getmetatable("").__index) .. tostring(string.rep) .. tostring(table.sort)
    path = folder .. "/evil.lua"
    before = state()
  end)

  for _, attack in ipairs(attacks) do
    local name, source, expected, says = attack[1], attack[2], attack[3], attack[4]
    local run = it
    if system.sanitized and says and says:find "MiB$" then -- it would fill the memory of this machine
      name = name .. " (not under a sanitizer, which has no limit on memory)"
      run = pending
    end
    run(name, function()
      local started = system.clock()
      local value, message, code = sandbox.evaluate(source, path)
      local took = system.clock() - started
      local slow = (expected == "limit" or system.sanitized) and code == "time"
      if not slow then assert.equal(expected, value and "value" or code, message) end
      if not value then
        assert.equal(path, message:sub(1, #path), message)
        if not slow then assert.truthy(message:find(says), message) end
        assert.is_nil(message:find "%c", message)
        assert.truthy(utf8.len(message), message)
        assert.is_true(#message < 700)
      end
      assert.is_true(took < 1.5 or system.sanitized, took)
      assert.same(before, state())
      assert.equal(parent, tostring(string) .. tostring(getmetatable("").__index) .. tostring(string.rep) .. tostring(table.sort))
    end)
  end

  it("there are 40 and more", function() assert.is_true(#attacks >= 40) end)

  it("1,500 chunks of compiled Lua, one bit turned in each", function()
    local chunk = string.dump(function(a, b) local t = { a, b, x = "y" } for i = 1, #t do t[i] = t[i] .. i end return t end)
    local seed = 1
    for number = 1, 1500 do
      seed = (seed * 1103515245 + 12345) % 2147483648
      local at = seed % (#chunk - 1) + 2 -- the first byte is what makes it compiled; below
      local byte = chunk:byte(at)
      local bit = 2 ^ (seed // 65536 % 8)
      byte = math.floor(byte / bit) % 2 == 0 and byte + bit or byte - bit
      local value, message, code = sandbox.evaluate(chunk:sub(1, at - 1) .. string.char(math.floor(byte)) .. chunk:sub(at + 1), path)
      assert.is_nil(value, number)
      assert.equal(path .. ": is compiled Lua; give its source", message)
      assert.equal("pattern", code)
    end
    for bit = 0, 7 do
      local value, message, code = sandbox.evaluate(string.char(27 ~ 1 << bit) .. chunk:sub(2), path)
      assert.is_nil(value)
      assert.truthy(message:find("^" .. path:gsub("%p", "%%%0") .. ":1: "), message)
      assert.is_nil(message:find "%c")
      assert.equal("pattern", code)
    end
    assert.same(before, state())
  end)
end)
