/**
 * The two scripts that Redis runs: one trip each. What they mean is said in `store.ts`, and `apply.ts` says it again
 * for the other stores.
 *
 * Numbers are Lua's doubles, exact up to 2^53, and leave as integers or through `%.0f`, for `tostring` would round
 * them to fourteen digits. Texts are compared byte by byte, for Lua's `<` follows the locale of the server.
 *
 * Keys: the meta hash, then each cell once. A window is the packed list of start, leaves and amount of its parts; a
 * map is a hash with its expiry under `x` and each field under `f` and its name.
 */

const prelude = `
local MAX = 9007199254740991
local at = 0
local function take() at = at + 1; return ARGV[at] end
local function number() return tonumber(take()) end
local function text(value) return string.format('%.0f', value) end

local function sum(parts)
  local used = 0
  for i = 3, #parts, 3 do used = math.min(MAX, used + parts[i]) end
  return used
end

local function live(parts, now)
  for i = 2, #parts, 3 do
    if parts[i] <= now then
      local kept, n = {}, 0
      for j = 1, #parts, 3 do
        if parts[j + 1] > now then
          kept[n + 1], kept[n + 2], kept[n + 3] = parts[j], parts[j + 1], parts[j + 2]
          n = n + 3
        end
      end
      return kept
    end
  end
  return parts
end

local known_epoch, known_sequence = take(), number()
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'sequence', 'now', 'lost')
now = math.max(now, tonumber(meta[3] or '0'))
local epoch, sequence = meta[1], tonumber(meta[2] or '0')
if not epoch then return {'lost', 'it holds no state of Writ, or lost it'} end
if meta[4] then return {'lost', meta[4]} end
local went_back = known_epoch == epoch and known_sequence > sequence
local back = 'it went back to an earlier state'
`;

/** Reads cells: writes nothing, so it works where memory has run out. */
export const readScript = `#!lua flags=no-writes
${prelude}
if went_back then return {'lost', back} end
local cells = {}
for i = 2, #KEYS do cells[i] = redis.call('TYPE', KEYS[i]).ok end

local answer = {'ok', now, epoch, sequence}
for _ = 1, number() do
  local what, index = take(), number()
  local key, kind = KEYS[index], cells[index]
  if what == 'w' then
    local parts = {}
    if kind == 'string' then
      parts = live(cmsgpack.unpack(redis.call('GET', key)), now)
    elseif kind == 'hash' and tonumber(redis.call('HGET', key, 'x')) > now then
      return {'kind', index, 'map'}
    end
    answer[#answer + 1] = parts
  else
    local all = what == 'a'
    local names = {}
    if not all then for j = 1, number() do names[j] = take() end end
    local cell = {0}
    if kind == 'hash' and tonumber(redis.call('HGET', key, 'x')) > now then
      cell[1] = 1
      if all then
        local flat = redis.call('HGETALL', key)
        for j = 1, #flat, 2 do
          if flat[j] ~= 'x' then
            cell[#cell + 1] = string.sub(flat[j], 2)
            cell[#cell + 1] = flat[j + 1]
          end
        end
      else
        for _, name in ipairs(names) do
          local value = redis.call('HGET', key, 'f' .. name)
          if value then
            cell[#cell + 1] = name
            cell[#cell + 1] = value
          end
        end
      end
    elseif kind == 'string' and #live(cmsgpack.unpack(redis.call('GET', key)), now) > 0 then
      return {'kind', index, 'window'}
    end
    answer[#answer + 1] = cell
  end
end
return answer
`;

/** Checks and changes cells. It has no flag to run without memory, so it runs as a whole or not at all. */
export const commitScript = `#!lua
${prelude}
if went_back then
  redis.call('HSET', KEYS[1], 'lost', back)
  return {'lost', back}
end

-- Time: where sub-windows begin and end.
local DAY = 86400000
local function first_of_month(days)
  -- Howard Hinnant's civil_from_days, as far as the day of the month.
  local z = days + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local month = math.floor((5 * doy + 2) / 153)
  return days - (doy - math.floor((153 * month + 2) / 5))
end
local function bounds(window, time)
  local days = math.floor(time / DAY)
  local kind = window.kind
  if kind == 'rolling' then
    local start = math.floor(time / window.part) * window.part
    return start, start + window.part + window.length
  elseif kind == 'hour' then
    local start = math.floor(time / 3600000) * 3600000
    return start, start + 3600000
  elseif kind == 'day' then
    return days * DAY, (days + 1) * DAY
  elseif kind == 'week' then
    local monday = math.floor((days + 3) / 7) * 7 - 3
    return monday * DAY, (monday + 7) * DAY
  end
  local first = first_of_month(days)
  return first * DAY, first_of_month(first + 31) * DAY
end
local function take_window()
  return {kind = take(), length = number(), part = number()}
end

-- Drafts: cells while the operations change them.
local drafts, order = {}, {}
local wrong = nil
local function load(d)
  d.kind, d.parts, d.expires, d.base, d.changed, d.size, d.dirty = nil, {}, 0, false, {}, nil, false
  if d.stored == 'string' then
    local parts = live(cmsgpack.unpack(redis.call('GET', d.key)), now)
    if #parts > 0 then d.kind, d.parts = 'window', parts end
  elseif d.stored == 'hash' then
    local expires = tonumber(redis.call('HGET', d.key, 'x'))
    if expires > now then d.kind, d.base, d.expires = 'map', true, expires end
  end
end
local function draft(index)
  local d = drafts[index]
  if not d then
    d = {key = KEYS[index], index = index, stored = redis.call('TYPE', KEYS[index]).ok}
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

-- Windows.
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
local function add_to_life(d, length, time, by)
  local parts = d.parts
  if #parts == 0 then
    if by > 0 and now < time + length then insert(d, 1, time, now + length, by) end
  elseif parts[1] <= time or (by > 0 and now < time + length) then
    change(d, 1, math.min(parts[1], time), math.max(parts[2], now + length), by)
  end
end
local function add(d, window, time, by)
  if by == 0 then return end
  time = math.min(time, now)
  if window.kind == 'life' then return add_to_life(d, window.length, time, by) end
  local start, leaves = bounds(window, time)
  if leaves <= now then return end
  local parts = d.parts
  local index = #parts - 2
  while index > 0 and parts[index] > start do index = index - 3 end
  if index > 0 and parts[index] == start and parts[index + 1] == leaves then
    change(d, index, start, leaves, by)
  elseif by > 0 then
    insert(d, index + 3, start, leaves, by)
  end
end

-- Maps.
local function get(d, name)
  local value = d.changed[name]
  if value ~= nil then return value end
  return d.base and redis.call('HGET', d.key, 'f' .. name)
end
local function touch(d, ttl)
  d.kind, d.dirty = 'map', true
  d.expires = math.max(d.expires, now + ttl)
end
local function size(d)
  if not d.size then
    d.size = 0
    if d.base then d.size = redis.call('HLEN', d.key) - 1 - redis.call('HEXISTS', d.key, 'foverflow') end
    for name, value in pairs(d.changed) do
      local was = d.base and redis.call('HEXISTS', d.key, 'f' .. name) == 1
      if name ~= 'overflow' then d.size = d.size + (value and 1 or 0) - (was and 1 or 0) end
    end
  end
  return d.size
end
local function set(d, name, value)
  local before = get(d, name)
  if before == value then return end
  if d.size and name ~= 'overflow' then
    d.size = d.size + (value and 1 or 0) - (before and 1 or 0)
  end
  d.changed[name], d.dirty = value, true
end
local function decimal(value)
  if not value then return 0 end
  local digits = string.match(value, '^%-?([0-9]+)$')
  if not digits or #digits > 16 then return nil end
  local result = tonumber(value)
  return math.abs(result) <= MAX and result or nil
end
local function bytes_before(a, b)
  for i = 1, math.min(#a, #b) do
    local left, right = string.byte(a, i), string.byte(b, i)
    if left ~= right then return left < right end
  end
  return #a < #b
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
local function window_cell(d)
  local cell = {'w'}
  for i = 1, #d.parts do cell[i + 1] = d.parts[i] end
  return cell
end

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
    local d = draft(number())
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
    if d.stored ~= 'none' and not (d.kind == 'map' and d.base) then redis.call('DEL', d.key) end
    if d.kind == 'window' then
      local last = 0
      for i = 2, #d.parts, 3 do last = math.max(last, d.parts[i]) end
      redis.call('SET', d.key, cmsgpack.pack(d.parts), 'PXAT', text(last))
    elseif d.kind == 'map' then
      for name, value in pairs(d.changed) do
        if value then redis.call('HSET', d.key, 'f' .. name, value)
        elseif d.base then redis.call('HDEL', d.key, 'f' .. name) end
      end
      redis.call('HSET', d.key, 'x', text(d.expires))
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
