-- bytewise: the order that ids stand in, on every machine.

local M = {}

---Whether one string stands before another, byte by byte, whatever the locale says.
---@param a string
---@param b string
---@return boolean
function M.before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = a:byte(i), b:byte(i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

---The same for sorting many: in the locale C, < is bytewise, and much faster.
---@return function before
function M.comparison()
  if os.setlocale(nil, "collate") == "C" then return function(a, b) return a < b end end
  return M.before
end

return M
