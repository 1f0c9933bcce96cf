import { luaQuickCommit } from "./redis-quick-script.js";
import { luaBounds, luaMaps, luaWindows } from "./redis-script-cells.js";
import { luaPrelude } from "./redis-script-common.js";

/** Checks and changes cells. It has no flag to run without memory, so it runs as a whole or not at all. */
export const commitScript = `#!lua
${luaPrelude}
if went_back then
  redis.call('HSET', KEYS[1], 'lost', back)
  return {'lost', back}
end

-- Texts that are arguments of their own stand in lists of fields by their number.
local function texts(fields)
  for i = 2, #fields, 2 do
    local place = fields[i]
    if type(place) == 'number' then fields[i] = ARGV[place] end
  end
  return fields
end

${luaBounds}
local asked = cjson.decode(ARGV[3])
${luaQuickCommit}
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
    local stored = cmsgpack.unpack(d.packed)
    if stored[1] ~= 'map' then
      local parts = live(stored, now)
      d.last = last(stored)
      if #parts > 0 then d.kind, d.parts = 'window', parts end
    elseif stored[2] > now then
      d.kind, d.expires = 'map', stored[2]
      for i = 3, #stored, 2 do d.changed[stored[i]] = stored[i + 1] end
    end
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
-- Each operation applies if its check holds, and gives the cell it failed on if it does not.
local function charge(d, op, only_check)
  if not expect_kind(d, 'window') then return end
  local parts, amount, cap = d.parts, op[6], op[7]
  if cap then
    local used = 0
    for i = 3, #parts, 3 do used = math.min(MAX, used + parts[i]) end
    if amount > cap - used then return {'w', unpack(parts)} end
  end
  if not only_check then add(d, op, now, amount) end
end
local function expect(d, op)
  if not expect_kind(d, 'map') then return end
  local fields = texts(op[3])
  for i = 1, #fields, 2 do
    if get(d, fields[i]) ~= fields[i + 1] then
      local names = {}
      for j = 1, #fields, 2 do names[#names + 1] = fields[j] end
      return pick(d, names)
    end
  end
end
local function put(d, op)
  if not expect_kind(d, 'map') then return end
  local fields, stamps = texts(op[3]), op[4]
  touch(d, op[5])
  for i = 1, #fields, 2 do set(d, fields[i], fields[i + 1]) end
  for i = 1, #stamps do set(d, stamps[i], text(now)) end
end
-- What most commits do without is not even made: Redis runs all of this for each of them.
local function make_others()
  local others = {}
  local function decimal(value)
    if not value then return 0 end
    local digits = string.match(value, '^%-?([0-9]+)$')
    if not digits or #digits > 16 then return nil end
    local result = tonumber(value)
    return math.abs(result) <= MAX and result or nil
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
  local function bytes_before(a, b)
    for i = 1, math.min(#a, #b) do
      local left, right = string.byte(a, i), string.byte(b, i)
      if left ~= right then return left < right end
    end
    return #a < #b
  end
  function others.adjust(d, op)
    if expect_kind(d, 'window') then add(d, op, op[6], op[7]) end
  end
  function others.fresh(d, op)
    local name = op[3]
    if not expect_kind(d, 'map') then return end
    local deadline = get(d, name)
    if not deadline or (decimal(deadline) or 0) <= now then return pick(d, {name}) end
  end
  function others.increment(d, op)
    local name, by, min, max = op[3], op[4], op[5], op[6]
    if not expect_kind(d, 'map') then return end
    local before = decimal(get(d, name))
    if not before then return pick(d, {name}) end
    local after = before + by
    if math.abs(after) > MAX or (min and after < min) or (max and after > max) then return pick(d, {name}) end
    touch(d, op[7])
    set(d, name, text(after))
  end
  function others.grow(d, op)
    local fields, limit, stamp = op[3], op[4], op[5]
    if not expect_kind(d, 'map') then return end
    touch(d, op[6])
    for i = 1, #fields, 2 do
      local name, words = fields[i], fields[i + 1]
      local before = #words > 0 and get(d, name)
      if #words == 0 then
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
        for _, word in ipairs(words) do join(stamp and word .. '@' .. text(now) or word) end
        table.sort(all, bytes_before)
        set(d, name, table.concat(all, ' '))
      end
    end
  end
  function others.shrink(d, op)
    local name, word = op[3], op[4]
    if not expect_kind(d, 'map') then return end
    local before = get(d, name)
    if not before then return end
    local left = {}
    for each in string.gmatch(before, '[^ ]+') do
      if each ~= word and string.sub(each, 1, #word + 1) ~= word .. '@' then left[#left + 1] = each end
    end
    set(d, name, #left > 0 and table.concat(left, ' '))
  end
  function others.delete(d)
    if not d.kind then return end
    d.kind, d.parts, d.expires, d.base, d.changed, d.size, d.dirty = nil, {}, 0, false, {}, 0, true
  end
  return others
end
local others

local shown, failures = {}, {}
local lengths = {charge = 7, below = 7, adjust = 7, expect = 3, fresh = 3, put = 6, increment = 7, grow = 6, shrink = 4,
  delete = 2}
local at = 4
local function run(count, group)
  for index = 0, count - 1 do
    local name, cell = asked[at], nil
    local after = at + lengths[name]
    local op = {unpack(asked, at, after - 1)}
    at = after
    local d = draft(op[2], name)
    if name == 'charge' or name == 'below' then
      if group then shown[#shown + 1] = d end
      cell = charge(d, op, name == 'below')
    elseif name == 'put' then
      put(d, op)
    elseif name == 'expect' then
      cell = expect(d, op)
    else
      others = others or make_others()
      cell = others[name](d, op)
    end
    if cell and group then failures[#failures + 1] = {group, index, cell} end
  end
end

run(asked[1], 'always')
for _, d in ipairs(order) do save(d) end
run(asked[2], 'reserve')
local applied = #failures == 0
if not applied then
  for _, d in ipairs(order) do rollback(d) end
  run(asked[3], nil)
end
if wrong then return wrong end

-- Nothing was written before this line, and nothing after it can fail.
local dirty = false
for _, d in ipairs(order) do
  if d.dirty then
    dirty = true
    if d.kind == 'window' then
      local expires = last(d.parts)
      -- Within one sub-window the expiry stays, and keeping it takes a fifth of setting it again.
      if d.last == expires then
        redis.call('SET', d.key, cmsgpack.pack(d.parts), 'KEEPTTL')
      else
        redis.call('SET', d.key, cmsgpack.pack(d.parts), 'PXAT', text(expires))
      end
    elseif not d.kind then
      redis.call('DEL', d.key)
    else
      if not d.base and (d.packed or d.deadline) then redis.call('DEL', d.key) end
      local expires = text(d.expires)
      local fields, n = {'x', expires}, 2
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
      redis.call('PEXPIREAT', d.key, expires)
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
