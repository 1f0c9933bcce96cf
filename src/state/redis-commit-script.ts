import { luaMaps, luaTime, luaWindows } from "./redis-script-cells.js";
import { luaPrelude } from "./redis-script-common.js";

/** Checks and changes cells. It has no flag to run without memory, so it runs as a whole or not at all. */
export const commitScript = `#!lua
${luaPrelude}
if went_back then
  redis.call('HSET', KEYS[1], 'lost', back)
  return {'lost', back}
end

${luaTime}
-- Drafts: cells while the operations change them.
local drafts, order = {}, {}
local wrong = nil
local function load(d)
  d.kind, d.parts, d.expires, d.base, d.changed, d.size, d.dirty = nil, {}, 0, false, {}, nil, false
  if d.packed then
    local parts = live(cmsgpack.unpack(d.packed), now)
    if #parts > 0 then d.kind, d.parts = 'window', parts end
  elseif d.deadline then
    local expires = tonumber(d.deadline)
    if expires > now then d.kind, d.base, d.expires = 'map', true, expires end
  end
end
-- Asked for as what the operation expects it to be, which spares asking what it is; a key of the other kind says so.
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
      if other then d.deadline = ask('HGET', d.key, 'x') end
    else
      d.deadline, other = ask('HGET', d.key, 'x')
      if other then d.packed = ask('GET', d.key) end
    end
    load(d)
    drafts[index] = d
    order[#order + 1] = d
  end
  return d
end
local function expect_kind(d, kind)
  if d.kind and d.kind ~= kind then wrong = wrong or {'kind', d.index, d.kind} end
  return wrong == nil
end
local function save(d)
  local changed = {}
  for field, value in pairs(d.changed) do changed[field] = value end
  d.saved = {kind = d.kind, parts = cmsgpack.pack(d.parts), expires = d.expires, base = d.base, changed = changed,
    size = d.size, dirty = d.dirty}
end
local function rollback(d)
  local s = d.saved
  if not s then return load(d) end
  d.kind, d.parts, d.expires, d.base = s.kind, cmsgpack.unpack(s.parts), s.expires, s.base
  d.changed, d.size, d.dirty = s.changed, s.size, s.dirty
end

${luaWindows}
${luaMaps}
-- Each operation takes its arguments, applies if its check holds, and gives the cell it failed on if it does not.
local shown = {}
local operations = {}
function operations.charge(d, count, only_check)
  local window, amount, cap = take_window(), number(), take()
  if not expect_kind(d, 'window') then return end
  if cap ~= '' and amount > tonumber(cap) - sum(d.parts) then return window_cell(d) end
  if not only_check then add(d, window, now, amount) end
end
function operations.below(d)
  return operations.charge(d, nil, true)
end
function operations.adjust(d)
  local window, time, by = take_window(), number(), number()
  if expect_kind(d, 'window') then add(d, window, time, by) end
end
function operations.expect(d)
  local names, values = {}, {}
  for i = 1, number() do
    names[i] = take()
    values[i] = take() == '1' and take()
  end
  if not expect_kind(d, 'map') then return end
  for i, name in ipairs(names) do
    if get(d, name) ~= values[i] then return pick(d, names) end
  end
end
function operations.fresh(d)
  local name = take()
  if not expect_kind(d, 'map') then return end
  local deadline = get(d, name)
  if not deadline or (decimal(deadline) or 0) <= now then return pick(d, {name}) end
end
function operations.put(d)
  local names, values, stamps = {}, {}, {}
  for i = 1, number() do
    names[i] = take()
    values[i] = take() == '1' and take()
  end
  for i = 1, number() do stamps[i] = take() end
  local ttl = number()
  if not expect_kind(d, 'map') then return end
  touch(d, ttl)
  for i, name in ipairs(names) do set(d, name, values[i]) end
  for _, name in ipairs(stamps) do set(d, name, text(now)) end
end
function operations.increment(d)
  local name, by, min, max, ttl = take(), number(), take(), take(), number()
  if not expect_kind(d, 'map') then return end
  local before = decimal(get(d, name))
  if not before then return pick(d, {name}) end
  local after = before + by
  if math.abs(after) > MAX or (min ~= '' and after < tonumber(min)) or (max ~= '' and after > tonumber(max)) then
    return pick(d, {name})
  end
  touch(d, ttl)
  set(d, name, text(after))
end
function operations.grow(d)
  local names, words = {}, {}
  for i = 1, number() do
    names[i], words[i] = take(), {}
    for j = 1, number() do words[i][j] = take() end
  end
  local limit, stamp, ttl = take(), take() == '1', number()
  if not expect_kind(d, 'map') then return end
  limit = limit ~= '' and tonumber(limit)
  touch(d, ttl)
  for i, name in ipairs(names) do
    local before = #words[i] > 0 and get(d, name)
    if #words[i] == 0 then
      -- Nothing to add, and no field without words.
    elseif not before and name ~= 'overflow' and limit and size(d) >= limit then
      set(d, 'overflow', '1')
    else
      local seen, all = {}, {}
      local function join(word)
        if not seen[word] then
          seen[word] = true
          all[#all + 1] = word
        end
      end
      for word in string.gmatch(before or '', '[^ ]+') do join(word) end
      for _, word in ipairs(words[i]) do join(stamp and word .. '@' .. text(now) or word) end
      table.sort(all, bytes_before)
      set(d, name, table.concat(all, ' '))
    end
  end
end
function operations.shrink(d)
  local name, word = take(), take()
  if not expect_kind(d, 'map') then return end
  local before = get(d, name)
  if not before then return end
  local left = {}
  for each in string.gmatch(before, '[^ ]+') do
    if each ~= word and string.sub(each, 1, #word + 1) ~= word .. '@' then left[#left + 1] = each end
  end
  set(d, name, #left > 0 and table.concat(left, ' '))
end
function operations.delete(d)
  if not d.kind then return end
  d.kind, d.parts, d.expires, d.base, d.changed, d.size, d.dirty = nil, {}, 0, false, {}, 0, true
end

local failures = {}
local function run(group)
  for index = 1, number() do
    local name = take()
    local d = draft(number(), name)
    if group and (name == 'charge' or name == 'below') then shown[#shown + 1] = d end
    local cell = operations[name](d)
    if cell and group then failures[#failures + 1] = {group, index - 1, cell} end
  end
end

run('always')
if #order > 0 then for _, d in ipairs(order) do save(d) end end
run('reserve')
local applied = #failures == 0
if not applied then
  for _, d in ipairs(order) do rollback(d) end
  run(nil)
end
if wrong then return wrong end

-- Nothing was written before this line, and nothing after it can fail.
local dirty = false
for _, d in ipairs(order) do
  if d.dirty then
    dirty = true
    if (d.packed or d.deadline) and not (d.kind == 'map' and d.base) then redis.call('DEL', d.key) end
    if d.kind == 'window' then
      local last = 0
      for i = 2, #d.parts, 3 do last = math.max(last, d.parts[i]) end
      redis.call('SET', d.key, cmsgpack.pack(d.parts), 'PXAT', text(last))
    elseif d.kind == 'map' then
      local fields, n = {'x', text(d.expires)}, 2
      for name, value in pairs(d.changed) do
        if value then
          -- Lua hands over some thousands of values at once, and no more.
          if n >= 1000 then
            redis.call('HSET', d.key, unpack(fields, 1, n))
            n = 0
          end
          fields[n + 1], fields[n + 2] = 'f' .. name, value
          n = n + 2
        elseif d.base then redis.call('HDEL', d.key, 'f' .. name) end
      end
      if n > 0 then redis.call('HSET', d.key, unpack(fields, 1, n)) end
      redis.call('PEXPIREAT', d.key, text(d.expires))
    end
  end
end
if dirty then
  sequence = sequence + 1
  redis.call('HSET', KEYS[1], 'sequence', text(sequence), 'now', text(now))
end

local windows = {}
for i, d in ipairs(shown) do windows[i] = d.parts end
return {'ok', now, epoch, sequence, applied and 1 or 0, failures, windows}
`;
