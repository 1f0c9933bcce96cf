-- Drafts: cells while the operations change them.
local drafts, order = {}, {}
local wrong = nil
local function last(parts)
  local latest = 0
  for i = 2, #parts, 3 do latest = math.max(latest, parts[i]) end
  return latest
end
local function load(d)
  d.kind, d.parts, d.expires, d.base, d.changed, d.size, d.dirty = nil, {}, 0, false, {}, nil, false
  if d.packed then
    local stored = unpacked(d.packed)
    if not stored then
      d.damaged = true
    elseif stored[1] ~= 'map' then
      local parts = live(stored, now)
      d.last = last(stored)
      if #parts > 0 then d.kind, d.parts = 'window', parts end
    elseif stored[2] > now then
      d.kind, d.expires = 'map', stored[2]
      for i = 3, #stored, 2 do d.changed[stored[i]] = stored[i + 1] end
    end
  elseif d.deadline then
    local expires = tonumber(d.deadline)
    if not expires then
      d.damaged = true
    elseif expires > now then d.kind, d.base, d.expires = 'map', true, expires end
  end
end
-- Read as the kind that the operation expects, which saves a query of the type; a key of the other kind raises an error.
local function ask(command, key, field)
  local value
  if field then value = redis.pcall(command, key, field) else value = redis.pcall(command, key) end
  if type(value) ~= 'table' then return value, false end
  if not string.find(value.err, 'WRONGTYPE', 1, true) then error(value.err) end
  return false, true
end
local of_windows = {charge = true, below = true, adjust = true}
local function draft(index, name)
  local d = drafts[index]
  if not d then
    d = {key = KEYS[index], index = index}
    local other
    if of_windows[name] then
      d.packed, other = ask('GET', d.key)
      if other then
        d.deadline = ask('HGET', d.key, 'x')
        d.damaged = not d.deadline
      end
    else
      d.deadline, other = ask('HGET', d.key, 'x')
      if other then
        d.packed = ask('GET', d.key)
        d.damaged = not d.packed
      elseif not d.deadline then
        d.damaged = redis.call('EXISTS', d.key) == 1
      end
    end
    load(d)
    if d.damaged then wrong = wrong or {'damaged', index} end
    drafts[index] = d
    order[#order + 1] = d
  end
  return d
end
local function expect_kind(d, kind)
  if d.kind and d.kind ~= kind then wrong = wrong or {'kind', d.index, d.kind} end
  return wrong == nil
end
