-- The fields of a draft.
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
