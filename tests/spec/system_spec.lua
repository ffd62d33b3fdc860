-- entente.system: files and processes. What is read is what was written, what cannot be done is said in one
-- line with the path, and what is run ends within its limits and leaves nothing behind.

local system = require "entente.system"

-- What a program says, without its line end.
local function shell(command)
  local ran = assert(system.run { argv = { "sh", "-c", command }, wall = 20 })
  return (ran.out:gsub("\n$", ""))
end

-- A sanitizer's shadow memory is larger than any limit that would end the program.
local limited = system.sanitized and pending or it

describe("system files", function()
  local folder

  setup(function() folder = shell "mktemp -d" end)
  teardown(function() shell("rm -rf " .. folder) end)

  it("reads what it wrote, whatever the bytes", function()
    local bytes = {}
    for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
    local text = table.concat(bytes):rep(5000)
    assert.is_true(system.write(folder .. "/bytes", text))
    assert.is_true(system.read(folder .. "/bytes") == text)
    assert.is_true(system.write(folder .. "/bytes", ""))
    assert.equal("", system.read(folder .. "/bytes"))
  end)

  it("leaves only the file behind", function()
    system.write(folder .. "/alone", "x")
    for _, name in ipairs(system.list(folder)) do assert.is_nil(name:find "%.tmp$") end
  end)

  it("reads files whose size is told as 0", function()
    assert.truthy(assert(system.read "/proc/self/status"):find "Name:")
  end)

  it("tells what says whether a file is as it was", function()
    local path = folder .. "/state"
    system.write(path, "abc")
    shell("touch -d '2020-01-02 03:04:05.678901234Z' " .. path)
    local state = system.stat(path)
    assert.equal("file", state.kind)
    assert.equal(3, state.size)
    assert.equal("1577934245.678901234", state.modified)
    shell("touch -d '1969-12-31 23:59:59.5Z' " .. path)
    assert.equal("-1.500000000", system.stat(path).modified)
    shell(("ln -s %s %s.link"):format(path, path))
    assert.same(system.stat(path), system.stat(path .. ".link"))
    system.write(path .. ".other", "abc")
    assert.is_true(system.stat(path .. ".other").node ~= state.node)
    assert.equal("folder", system.stat(folder).kind)
    assert.equal("other", system.stat("/dev/null").kind)
    assert.is_nil(system.stat(folder .. "/none"))
    assert.has_error(function() system.stat("") end)
  end)

  it("refuses what is larger than the limit", function()
    system.write(folder .. "/ten", "0123456789")
    assert.equal("0123456789", system.read(folder .. "/ten", 10))
    local text, message, code = system.read(folder .. "/ten", 9)
    assert.is_nil(text)
    assert.equal("limit", code)
    assert.equal(folder .. "/ten: is larger than the limit of 9 bytes; raise the limit or part the file", message)
    assert.equal("limit", select(3, system.read("/proc/self/status", 5)))
  end)

  it("reads and replaces regular files only", function()
    shell("mkfifo " .. folder .. "/pipe")
    for path, says in pairs {
      [folder] = "is a folder, not a file; name a file in it",
      [folder .. "/pipe"] = "is a named pipe, not a file; copy its bytes into a file first",
      ["/dev/zero"] = "is a device, not a file; copy its bytes into a file first",
      [folder .. "/absent"] = "cannot open it: No such file or directory; check the name",
    } do
      local text, message, code = system.read(path)
      assert.is_nil(text)
      assert.equal(path .. ": " .. says, message)
      assert.equal("io", code)
    end
    for _, path in ipairs { folder, folder .. "/pipe", "/dev/null", folder .. "/absent/x" } do
      local ok, message, code = system.write(path, "x")
      assert.is_nil(ok)
      assert.equal(path, message:match "^(.-): ")
      assert.equal("io", code)
    end
    assert.equal("other", system.kind "/dev/null")
  end)

  it("writes through a link and keeps a file's permissions", function()
    system.write(folder .. "/real", "old")
    shell(("chmod 640 %s/real; ln -s real %s/link"):format(folder, folder))
    assert.is_true(system.write(folder .. "/link", "new"))
    assert.equal("new", system.read(folder .. "/real"))
    assert.equal("640\nsymbolic link", shell(("stat -c %%a %s/real; stat -c %%F %s/link"):format(folder, folder)))
  end)

  it("names what a path leads to", function()
    system.write(folder .. "/file", "")
    assert.equal("file", system.kind(folder .. "/file"))
    assert.equal("folder", system.kind(folder))
    assert.equal("other", system.kind "/dev/null")
    assert.is_nil(system.kind(folder .. "/absent"))
  end)

  it("lists a folder bytewise", function()
    local inner = folder .. "/inner"
    assert.is_true(system.make_folder(inner))
    assert.same({}, system.list(inner))
    for _, name in ipairs { "b", "a", "B", "ä", "\255", ".hidden", "a b", "10", "9", "日本" } do
      assert(system.write(inner .. "/" .. name, ""))
    end
    assert.same({ ".hidden", "10", "9", "B", "a", "a b", "b", "ä", "日本", "\255" }, system.list(inner))
    local names, message, code = system.list(folder .. "/absent")
    assert.is_nil(names)
    assert.equal(folder .. "/absent: cannot open the folder: No such file or directory; check the name", message)
    assert.equal("io", code)
  end)

  it("makes a folder once and again", function()
    assert.is_true(system.make_folder(folder .. "/made"))
    assert.is_true(system.make_folder(folder .. "/made"))
    system.write(folder .. "/taken", "")
    local ok, message, code = system.make_folder(folder .. "/taken")
    assert.is_nil(ok)
    assert.equal(folder .. "/taken: is there already and is no folder; choose another name", message)
    assert.equal("io", code)
    assert.is_nil((system.make_folder(folder .. "/no/parent")))
  end)

  it("raises where the caller is wrong", function()
    for _, name in ipairs { "read", "write", "kind", "list", "make_folder" } do
      assert.error_matches(function() system[name](nil) end, "bad argument #1")
      assert.error_matches(function() system[name]("a\0b", "") end, "no NUL byte")
      assert.error_matches(function() system[name]("", "") end, "not empty")
      assert.error_matches(function() system[name](1, "") end, "string expected")
    end
    assert.error_matches(function() system.read("x", -1) end, "limit is a whole number of bytes")
    assert.error_matches(function() system.read("x", 0.5) end, "limit is a whole number of bytes")
    assert.error_matches(function() system.write("x", 1) end, "string expected")
    assert.error_matches(function() system.isatty(-1) end, "a descriptor")
  end)
end)

describe("system.run", function()
  it("gives a program its input and takes what it says", function()
    local input = ("0123456789abcdef"):rep(65536) -- more than pipes hold
    local ran = assert(system.run { argv = { "cat" }, input = input })
    assert.is_true(ran.out == input)
    assert.same({ "exit", 0, "" }, { ran["end"], ran.code, ran.err })
  end)

  it("knows how a program ended", function()
    local ran = assert(system.run { argv = { "sh", "-c", "echo out; echo err >&2; exit 7" } })
    assert.same({ ["end"] = "exit", code = 7, out = "out\n", err = "err\n" }, ran)
    ran = assert(system.run { argv = { "sh", "-c", "kill -TERM $$" } })
    assert.same({ "signal", 15 }, { ran["end"], ran.code })
  end)

  it("uses no shell and hands over arguments as they are", function()
    local ran = assert(system.run { argv = { "printf", "[%s]", "$HOME", "a b", "*", "", "'\"" } })
    assert.equal("[$HOME][a b][*][]['\"]", ran.out)
  end)

  it("says what cannot be run", function()
    local ran, message, code = system.run { argv = { "entente-no-such-program" } }
    assert.is_nil(ran)
    assert.equal("cannot run entente-no-such-program: No such file or directory; install it, or check its name and PATH", message)
    assert.equal("io", code)
    ran, message, code = system.run { argv = { "/etc/passwd" } }
    assert.is_nil(ran)
    assert.equal("cannot run /etc/passwd: Permission denied", message)
    assert.equal("io", code)
    -- a text without #! is not handed to a shell
    local script = shell "mktemp"
    system.write(script, "echo run by a shell\n")
    shell("chmod +x " .. script)
    ran, message = system.run { argv = { script } }
    shell("rm " .. script)
    assert.is_nil(ran)
    assert.truthy(message:find("Exec format error", 1, true))
  end)

  it("does not mind a program that does not read", function()
    for _ = 1, 20 do
      local ran = assert(system.run { argv = { "true" }, input = ("x"):rep(1000000) })
      assert.same({ "exit", 0 }, { ran["end"], ran.code })
    end
  end)

  it("ends a program at its wall time, its children too", function()
    local mark = "86399" .. tostring(os.time() % 1000)
    local started = system.clock()
    local ran = assert(system.run { argv = { "sh", "-c", "echo begun; sleep " .. mark .. " & sleep " .. mark }, wall = 0.2 })
    local took = system.clock() - started
    assert.equal("time", ran["end"])
    assert.equal("begun\n", ran.out)
    assert.is_true(took >= 0.2 and took < 2, took)
    assert.equal("", shell("ps -eo args | grep '^sleep " .. mark .. "' || true"))
  end)

  it("does not wait for children that a program leaves", function()
    local started = system.clock()
    local ran = assert(system.run { argv = { "sh", "-c", "sleep 20 & echo done" }, wall = 10 })
    assert.same({ "exit", 0, "done\n" }, { ran["end"], ran.code, ran.out })
    assert.is_true(system.clock() - started < 5)
  end)

  it("waits for a program that closed its outputs", function()
    local ran = assert(system.run { argv = { "sh", "-c", "exec >&- 2>&-; sleep 0.2; exit 5" }, wall = 10 })
    assert.same({ "exit", 5 }, { ran["end"], ran.code })
    ran = assert(system.run { argv = { "sh", "-c", "exec >&- 2>&-; sleep 20" }, wall = 0.2 })
    assert.equal("time", ran["end"])
  end)

  it("ends a program that says too much", function()
    local ran = assert(system.run { argv = { "sh", "-c", "while :; do echo x; done" }, output = 100000, wall = 20 })
    assert.equal("output", ran["end"])
    assert.equal(100000, #ran.out)
    ran = assert(system.run { argv = { "printf", "12345" }, output = 5 })
    assert.same({ "exit", "12345" }, { ran["end"], ran.out })
  end)

  it("keeps 64 KiB of errors and reads on", function()
    local ran = assert(system.run { argv = { "sh", "-c", "head -c 1000000 /dev/zero >&2; echo whole" }, wall = 20 })
    assert.same({ "exit", "whole\n", 65536 }, { ran["end"], ran.out, #ran.err })
  end)

  it("limits processor time", function()
    local ran = assert(system.run { argv = { "sh", "-c", "while :; do :; done" }, cpu = 1, wall = 20 })
    assert.same({ "signal", 24 }, { ran["end"], ran.code }) -- SIGXCPU
  end)

  limited("limits memory (not under a sanitizer, which needs more)", function()
    local ran = assert(system.run { argv = { "lua5.4", "-e", "local s = ('x'):rep(2^28)" }, memory = 2 ^ 26, wall = 20 })
    assert.equal("exit", ran["end"])
    assert.truthy(ran.err:find "not enough memory")
  end)

  it("limits the files that are written", function()
    local file = shell "mktemp"
    local ran = assert(system.run { argv = { "sh", "-c", "head -c 100000 /dev/zero > " .. file }, file_size = 4096, wall = 20 })
    assert.not_equal(0, ran.code)
    assert.equal(4096, #system.read(file))
    shell("rm " .. file)
  end)

  it("hands over no descriptor but 0, 1 and 2", function()
    local file = assert(io.open("/dev/null"))
    assert.equal("0 1 2 3", (shell "ls /proc/self/fd":gsub("\n", " "))) -- 3 is the folder that ls reads
    file:close()
  end)

  it("leaves no descriptor, no child and no mask behind", function()
    local function state()
      local status = system.read "/proc/self/status"
      return #system.list "/proc/self/fd", status:match "SigBlk:%s*(%x+)", status:match "SigPnd:%s*(%x+)", status:match "SigIgn:%s*(%x+)"
    end
    local before = { state() }
    for _ = 1, 50 do
      system.run { argv = { "true" }, input = ("x"):rep(200000) }
      system.run { argv = { "entente-no-such-program" } }
      system.run { argv = { "sleep", "9" }, wall = 0.001 }
      system.run { argv = { "sh", "-c", "echo 12345" }, output = 1 }
    end
    assert.same(before, { state() })
    assert.equal("", (system.read "/proc/thread-self/children"))
  end)

  it("raises where the caller is wrong", function()
    for options, says in pairs {
      [{}] = "option 'argv' must be a list",
      [{ argv = {} }] = "option 'argv' must be a list",
      [{ argv = "ls" }] = "option 'argv' must be a list",
      [{ argv = { "" } }] = "option 'argv%[1%]' must be a program's name",
      [{ argv = { "ls", 1 } }] = "option 'argv%[2%]' must be a string",
      [{ argv = { "ls", "a\0b" } }] = "option 'argv%[2%]' contains a NUL byte",
      [{ argv = { "ls" }, input = 1 }] = "option 'input' must be a string",
      [{ argv = { "ls" }, wall = 0 }] = "option 'wall' must be a number above 0",
      [{ argv = { "ls" }, wall = 0 / 0 }] = "option 'wall' must be a number above 0",
      [{ argv = { "ls" }, wall = "1" }] = "option 'wall' must be a number above 0",
      [{ argv = { "ls" }, cpu = -1 }] = "option 'cpu' must be a number above 0",
      [{ argv = { "ls" }, memory = 0.5 }] = "option 'memory' must be a whole number of bytes",
      [{ argv = { "ls" }, output = 2 ^ 70 }] = "option 'output' must be a number above 0",
      [{ argv = { "ls" }, file_size = false }] = "option 'file_size' must be a number above 0",
      [{ argv = { "ls" }, cwd = "/" }] = "unknown option 'cwd'",
      [{ argv = { "ls" }, [1] = "/" }] = "unknown option 'number'",
    } do
      assert.error_matches(function() system.run(options) end, says)
    end
    assert.error_matches(function() system.run "ls" end, "table expected")
  end)
end)

describe("system", function()
  it("has a clock that goes forward", function()
    local before = system.clock()
    system.run { argv = { "sleep", "0.05" } }
    local after = system.clock()
    assert.is_true(after - before >= 0.05 and after - before < 5)
  end)

  it("knows what is no terminal", function()
    assert.is_false(system.isatty(1000))
  end)

  it("is built for the Lua that runs", function()
    assert.equal(rawget(_G, "jit") and "Lua 5.1" or _VERSION, system.built_for)
  end)

  -- in a child: confining is for good. What confine forbids is tested system call by system call in test_proc.c
  limited("confine lets write and end, and nothing else (not under a sanitizer, which needs more)", function()
    local function confined(code)
      local script = ([[package.cpath = %q io.stdout:write("\n") io.stdout:flush()
        local ok, message = require("entente.system").confine()
        if not ok then io.stdout:write(message) os.exit(3, false) end ]]):format(package.cpath) .. code
      return assert(system.run { argv = { "lua5.4", "-" }, input = script, wall = 10 })
    end
    local ran = confined 'io.stdout:write(#("x"):rep(2^25)) os.exit(0, false)'
    if ran.code == 3 then return pending(ran.out) end
    assert.same({ "exit", 0, "\n33554432" }, { ran["end"], ran.code, ran.out })
    for _, code in ipairs { 'io.open("/etc/passwd")', 'os.execute("true")', "os.remove('x')", "os.tmpname()", 'require "lpeg"' } do
      ran = confined(code)
      assert.same({ "signal", 31 }, { ran["end"], ran.code }, code) -- SIGSYS
    end
  end)
end)

describe("system interrupts", function()
  local function run(source)
    local argv = { "lua5.4", "-e", ("package.path, package.cpath = %q, %q; local system = require 'entente.system'; %s")
      :format(package.path, package.cpath, source) }
    return assert(system.run { argv = argv, wall = 20 })
  end
  local KILL = "local pid = io.open('/proc/self/stat'):read('n'); system.run { argv = { 'kill', '-INT', tostring(pid) } };"

  it("notes the first and ends with the second", function()
    local ran = run("system.catch_interrupt(); io.write(tostring(system.interrupted())); " .. KILL
      .. "io.write(tostring(system.interrupted())); io.stdout:flush(); " .. KILL .. "io.write('alive')")
    assert.equal("falsetrue", ran.out)
    assert.equal("signal", ran["end"])
    assert.equal(2, ran.code)
  end)
end)
