-- Operations on drafts. Each applies if its check holds, and returns false if it does not.
local function charge(d, op, only_check)
  if not expect_kind(d, 'window') then return end
  local parts, amount, cap = d.parts, op[6], op[7]
  if cap then
    local used = 0
    for i = 3, #parts, 3 do used = math.min(MAX, used + parts[i]) end
    if amount > cap - used then return false end
  end
  if not only_check then add(d, op, now, amount) end
end
local function expect(d, op)
  if not expect_kind(d, 'map') then return end
  local fields = texts(op[3])
  for i = 1, #fields, 2 do
    if get(d, fields[i]) ~= fields[i + 1] then return false end
  end
end
local function put(d, op)
  if not expect_kind(d, 'map') then return end
  local fields, stamps = texts(op[3]), op[4]
  touch(d, op[5])
  for i = 1, #fields, 2 do set(d, fields[i], fields[i + 1]) end
  for i = 1, #stamps do set(d, stamps[i], text(now)) end
end
-- Functions that most commits do not need are created only on demand, because Redis runs this file for each commit.
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
    if not expect_kind(d, 'map') then return end
    local deadline = get(d, op[3])
    return deadline ~= false and (decimal(deadline) or 0) > now
  end
  function others.increment(d, op)
    local name, by, min = op[3], op[4], op[5]
    if not expect_kind(d, 'map') then return end
    local before = decimal(get(d, name))
    if not before then return false end
    local after = before + by
    if math.abs(after) > MAX or (min and after < min) then return false end
    touch(d, op[6])
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
  function others.delete(d)
    if not d.kind then return end
    d.kind, d.parts, d.expires, d.base, d.changed, d.size, d.dirty = nil, {}, 0, false, {}, 0, true
  end
  return others
end
