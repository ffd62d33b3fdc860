-- core.hash: whether bytes are those of last time. The values are those that xxhsum -H2 prints.
local core = require "entente.core"

describe("hash", function()
  it("is XXH3 of 128 bits", function()
    assert.are.equal("99aa06d3014798d86001c324468d497f", core.hash(""))
    assert.are.equal("06b05ab6733a618578af5f94892f3950", core.hash("abc"))
  end)

  it("differs for any change", function()
    local seen, text = {}, ("x"):rep(300)
    for i = 0, #text do
      local hash = core.hash(text:sub(1, i) .. "y" .. text:sub(i + 2))
      assert.is_nil(seen[hash])
      seen[hash] = true
    end
    assert.is_true(core.hash("\0") ~= core.hash(""))
  end)
end)
