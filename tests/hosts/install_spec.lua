-- What `make install` puts below PREFIX works by itself: the library in each Lua, the command, the report, the C library, pandoc's filter.
-- Everything runs from / with an environment that names neither the tree nor what was built in it.
local BUILD = os.getenv("ENTENTE_BUILD") or "build"

local root, top = os.tmpname(), io.popen("pwd"):read("l")
os.remove(root)
local prefix = root .. "/opt"

--- Standard output of a command that succeeds.
local function sh(command)
  local pipe = io.popen(("(%s) 2>&1"):format(command))
  local out = pipe:read("a")
  assert.is_truthy(pipe:close(), command .. ": " .. out)
  return out
end

--- The same from / with nothing but PATH.
local function apart(command)
  return sh("cd / && env -i PATH=/usr/bin:/bin " .. command)
end

local function put(name, text)
  local file = assert(io.open(root .. "/" .. name, "wb"))
  file:write(text)
  file:close()
  return root .. "/" .. name
end

setup(function()
  sh("mkdir " .. root)
  -- the make that runs this test hands its own variables on in MAKEFLAGS
  sh(("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s BUILD=%s install DESTDIR=%s PREFIX=/opt"):format(BUILD, root))
end)
teardown(function() sh("rm -rf " .. root) end)

for _, version in ipairs { "5.3", "5.4" } do
  it("Lua " .. version .. " finds the library below the prefix, and nothing else", function()
    local script = put("use.lua", [[
      local entente = require "entente"
      local book = assert(entente.codebook('return codebook "x" { version = "1", category "gap" { any = { "digital divide" } } }', "x"))
      for _, c in ipairs(assert(entente.coder(book):code { id = "n", text = "The digital divide." }).codings) do
        print(_VERSION, c.category, c.first, c.last, c.quote, package.searchpath("entente.core", package.cpath))
      end]])
    local path = prefix .. "/share/lua/" .. version
    local out = apart(("LUA_PATH='%s/?.lua;%s/?/init.lua;;' LUA_CPATH='%s/lib/lua/%s/?.so;;' lua%s %s"):format(path, path, prefix, version,
      version, script))
    assert.are.equal(("Lua %s\tgap\t5\t18\tdigital divide\t%s/lib/lua/%s/entente/core.so\n"):format(version, prefix, version), out)
  end)
end

it("the command codes, reports and compiles as the one in the tree does", function()
  local papers = root .. "/papers"
  sh(("cp -R tests/data/papers %s"):format(papers))
  local entente = prefix .. "/bin/entente"
  local codings = apart(entente .. " code " .. papers .. " -c china_asean")
  assert.are.equal(sh("scripts/bin/entente code tests/data/papers -c china_asean"), codings)
  local out = apart(("%s report %s -c china_asean -o %s/report.html"):format(entente, papers, root))
  assert.is_truthy(out:find("codings in 12 papers; 0 not read", 1, true), out)
  assert.is_truthy(sh("tail -c 20 " .. root .. "/report.html"):find("</html>", 1, true))
  assert.is_truthy(apart(entente .. " codebook test template china_asean"):find("examples as they should be", 1, true))
  assert.are.equal(sh("cat " .. BUILD .. "/codebooks/china_asean.json"), apart(entente .. " codebook compile china_asean"))
  assert.is_truthy(apart(entente .. " version"):find("^entente %d"))
end)

it("a link to the command leads to what is installed", function()
  sh(("ln -s %s/bin/entente %s/e"):format(prefix, root))
  assert.is_truthy(apart(root .. "/e codebook test template"):find("examples as they should be", 1, true))
end)

it("a C program compiles and runs with the installed header and library", function()
  local source = put("use.c", [[
    #include <entente.h>
    #include <stdio.h>
    int main(void) {
      ent_vocab *vocab = NULL;
      if (ent_vocab_new(NULL, &vocab) != ENT_OK) return 1;
      ent_vocab_free(vocab);
      return printf("%s\n", ent_utf8proc_version()) < 0;
    }]])
  for _, link in ipairs { "-lentente", prefix .. "/lib/libentente.a -lutf8proc -lstemmer -lseccomp" } do
    apart(("cc -I%s/include %s -L%s/lib %s -o %s/use"):format(prefix, source, prefix, link, root))
    assert.is_truthy(apart(("LD_LIBRARY_PATH=%s/lib %s/use"):format(prefix, root)):find("^%d[%d.]*\n$"))
  end
end)

it("pandoc's filter works from where it was installed", function()
  local out = apart(("pandoc %s/tests/data/papers/en-trust.html -L %s/share/entente/plugins/pandoc/entente.lua -M entente-codebook=china_asean -t html")
    :format(top, prefix))
  assert.is_truthy(out:find('class="actor/indonesia"', 1, true))
end)

it("what is taken away leaves nothing", function()
  sh(("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s BUILD=%s uninstall DESTDIR=%s PREFIX=/opt"):format(BUILD, root))
  assert.are.equal("", sh(("find %s -type f"):format(prefix)))
end)
