/** Windows and maps in Lua, as drafts that the operations of a commit change. */

/** Where the sub-window begins that holds a time, and when it leaves: `window.ts` says it again. */
export const luaBounds = `local DAY = 86400000
local function bounds(kind, length, part, time)
  if kind == 'rolling' then
    local start = math.floor(time / part) * part
    return start, start + part + length
  elseif kind == 'hour' then
    local start = math.floor(time / 3600000) * 3600000
    return start, start + 3600000
  end
  local days = math.floor(time / DAY)
  if kind == 'day' then
    return days * DAY, (days + 1) * DAY
  elseif kind == 'week' then
    local monday = math.floor((days + 3) / 7) * 7 - 3
    return monday * DAY, (monday + 7) * DAY
  end
  local function first_of_month(of)
    -- Howard Hinnant's civil_from_days, as far as the day of the month.
    local z = of + 719468
    local era = math.floor(z / 146097)
    local doe = z - era * 146097
    local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
    local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
    local month = math.floor((5 * doy + 2) / 153)
    return of - (doy - math.floor((153 * month + 2) / 5))
  end
  local first = first_of_month(days)
  return first * DAY, first_of_month(first + 31) * DAY
end
`;

/**
 * Amounts in and out of the sub-windows of a draft: `window.ts` says it again. An operation on a window is
 * `{name, place, kind, length, part, …}`.
 */
export const luaWindows = `-- Windows.
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
`;

/** The fields of a draft. */
export const luaMaps = `-- Maps.
local function get(d, name)
  local value = d.changed[name]
  if value ~= nil then return value end
  return d.base and redis.call('HGET', d.key, 'f' .. name)
end
local function touch(d, ttl)
  d.kind, d.dirty = 'map', true
  d.expires = math.max(d.expires, now + ttl)
end
local function set(d, name, value)
  local before = get(d, name)
  if before == value then return end
  if d.size and name ~= 'overflow' then
    d.size = d.size + (value and 1 or 0) - (before and 1 or 0)
  end
  d.changed[name], d.dirty = value, true
end
local function pick(d, names)
  local cell = {'m', d.kind == 'map' and 1 or 0}
  for _, name in ipairs(names) do
    local value = get(d, name)
    if value then
      cell[#cell + 1] = name
      cell[#cell + 1] = value
    end
  end
  return cell
end
`;
