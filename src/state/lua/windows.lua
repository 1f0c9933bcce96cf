-- Adds and removes amounts in the sub-windows of a draft; window.ts does the same.
-- An operation on a window is {name, index, kind, length, part, ...}.
local function change(d, index, start, leaves, by)
  local parts = d.parts
  local amount = parts[index + 2]
  if by < 0 and amount == MAX then return end
  d.dirty = true
  amount = math.max(0, math.min(MAX, amount + by))
  if amount == 0 then
    for _ = 1, 3 do table.remove(parts, index) end
    if #parts == 0 then d.kind = nil end
  else
    parts[index], parts[index + 1], parts[index + 2] = start, leaves, amount
  end
end
local function insert(d, index, start, leaves, by)
  table.insert(d.parts, index, by)
  table.insert(d.parts, index, leaves)
  table.insert(d.parts, index, start)
  d.kind, d.dirty = 'window', true
end
local function add(d, op, time, by)
  if by == 0 then return end
  time = math.min(time, now)
  local kind, length, parts = op[3], op[4], d.parts
  if kind == 'life' then
    if #parts == 0 then
      if by > 0 and now < time + length then insert(d, 1, time, now + length, by) end
    elseif parts[1] <= time or (by > 0 and now < time + length) then
      change(d, 1, math.min(parts[1], time), math.max(parts[2], now + length), by)
    end
    return
  end
  local start, leaves = bounds(kind, length, op[5], time)
  if leaves <= now then return end
  local index = #parts - 2
  while index > 0 and parts[index] > start do index = index - 3 end
  if index > 0 and parts[index] == start and parts[index + 1] == leaves then
    change(d, index, start, leaves, by)
  elseif by > 0 then
    insert(d, index + 3, start, leaves, by)
  end
end
