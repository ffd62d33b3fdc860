-- Conditions on metadata: how they are written on the command line, and what the core is told.
local coder = require "entente.coder"
local where = require "entente.where"

describe("where", function()
  it("reads values, lists and ranges", function()
    assert.are.same({ country = { "VN", "ID" }, year = { 2019, 2024 }, lang = { "en" } },
      where.parse { "country=VN,ID", "year=2019..2024", "lang=en" })
    assert.are.same({}, where.parse(nil))
    assert.are.same({ score = { -1.5, 2 } }, where.parse { "score=-1.5..2" })
  end)

  it("leaves either end of a range open", function()
    assert.are.same({ year = { 2019, math.huge } }, where.parse { "year=2019.." })
    assert.are.same({ year = { -math.huge, 2024 } }, where.parse { "year=..2024" })
  end)

  it("takes a byte behind a backslash as it is", function()
    assert.are.same({ title = { "Ports, roads", "x..y" } }, where.parse { [[title=Ports\, roads,x\..y]] })
    assert.are.same({ title = { [[a\]] } }, where.parse { [[title=a\]] })
  end)

  it("keeps what stands behind the first =", function()
    assert.are.same({ url = { "a=b" } }, where.parse { "url=a=b" })
  end)

  it("refuses what is no condition, and says so", function()
    for text, reason in pairs { year = "no condition", ["=2019"] = "no condition", ["year="] = "no condition",
      ["year=a..b"] = "no range", ["year=.."] = "no range" } do
      local parsed, message = where.parse { text }
      assert.is_nil(parsed)
      assert.is_truthy(message:find(reason, 1, true), message)
      assert.is_truthy(message:find("'" .. text .. "'", 1, true), message)
    end
    local parsed, message = where.parse { "year=2019", "year=2020" }
    assert.is_nil(parsed)
    assert.is_truthy(message:find("two conditions on year", 1, true), message)
  end)

  it("tells the core texts and ranges, sorted", function()
    assert.are.same({ { field = "a", values = { "true" } }, { field = "b", values = { "1", "0.1", "x" } },
      { field = "c", least = 1, most = 2 } }, where.conditions { c = { 1, 2 }, a = true, b = { 1, 0.1, "x" } })
    assert.are.same({}, where.conditions(nil))
    if math.type then assert.are.same({ { field = "y", values = { "2019" } } }, where.conditions { y = 2019.0 }) end
  end)

  it("raises for what is no table of conditions", function()
    assert.has_error(function() where.conditions("year") end)
    assert.has_error(function() where.conditions { "year" } end)
    assert.has_error(function() where.conditions { year = {} } end)
    assert.has_error(function() where.conditions { year = { { 1 } } } end)
  end)

  it("lets a list of a document meet a condition with one of its texts", function()
    local meta = { country = { "VN", "ID" }, year = 2021, score = "7" }
    assert.is_true(coder.meets(meta, { country = "ID" }))
    assert.is_true(coder.meets(meta, { country = { "TH", "VN" }, year = { 2019, 2021 } }))
    assert.is_false(coder.meets(meta, { country = "TH" }))
    assert.is_true(coder.meets(meta, { score = { 5, 9 } }))
    assert.is_false(coder.meets(meta, { absent = "x" }))
    assert.is_false(coder.meets({ country = {} }, { country = "VN" }))
  end)
end)
