-- The most common commit, in one pass and without drafts: it charges windows and puts new maps, each
-- operation has its own cell, and all checks hold.
--
-- Anything else leaves the loop before anything is written, and the commit takes the general path. So this may only do
-- what that would do, which test/state/quick-commit.test.ts checks.

-- There are as many operations as cells, and every cell has one: no two operations share a cell.
if known_epoch == epoch and asked[1] == 'all' and asked[2] == #KEYS - 1 then
  local is_common, at, present = true, 3, text(now)
  local keys, values, deadlines, n = {}, {}, {}, 0
  local record, record_value, record_deadline
  local answer = {''}
  for _ = 1, asked[2] do
    is_common = false
    local name, key = asked[at], KEYS[asked[at + 1]]
    if name == 'charge' then
      local kind, length, amount, cap = asked[at + 2], asked[at + 3], asked[at + 5], asked[at + 6]
      local stored = redis.pcall('GET', key)
      if type(stored) == 'table' or kind == 'life' or amount == 0 then break end
      local parts = stored and unpacked(stored) or {}
      if parts[1] == 'map' or (stored and not parts[1]) then break end
      local size, used, latest, is_live = #parts, 0, 0, true
      for i = 1, size, 3 do
        local leaves = parts[i + 1]
        if leaves <= now then is_live = false end
        if leaves > latest then latest = leaves end
        used = used + parts[i + 2]
      end
      if not is_live or (cap and amount > cap - used) then break end
      local start, leaves = bounds(kind, length, asked[at + 4], now)
      local deadline = false
      if parts[size - 2] == start and parts[size - 1] == leaves then
        amount = parts[size] + amount
        parts[size] = amount > MAX and MAX or amount
      elseif size == 0 or parts[size - 2] < start then
        parts[size + 1], parts[size + 2], parts[size + 3] = start, leaves, amount
        deadline = text(leaves > latest and leaves or latest)
      else
        break
      end
      n = n + 1
      keys[n], values[n], deadlines[n] = key, cmsgpack.pack(parts), deadline
      answer[#answer + 1] = string.format('[' .. WHOLE .. string.rep(',' .. WHOLE, #parts - 1) .. ']', unpack(parts))
      at = at + 7
    elseif name == 'put' then
      local fields, stamps, expires = texts(asked[at + 2]), asked[at + 3], now + asked[at + 4]
      local is_record = asked[at + 5]
      if #fields + 2 * #stamps > 1000 or (is_record and record) then break end
      if not is_record and redis.call('EXISTS', key) == 1 then break end
      local map, prefix, m = {'map', expires}, '', 2
      if not is_record then map, prefix = {'x', text(expires)}, 'f' end
      for i = 1, #fields, 2 do
        if fields[i + 1] then
          map[m + 1], map[m + 2] = prefix .. fields[i], fields[i + 1]
          m = m + 2
        end
      end
      for i = 1, #stamps do
        map[m + 1], map[m + 2] = prefix .. stamps[i], present
        m = m + 2
      end
      if is_record then
        record, record_value, record_deadline = key, cmsgpack.pack(map), text(expires)
      else
        n = n + 1
        keys[n], values[n], deadlines[n] = key, map, map[2]
      end
      at = at + 6
    else
      break
    end
    is_common = true
  end
  -- Nothing was written before this line, and only this can fail after it: an existing record stays as it is.
  if is_common and (not record or redis.call('SET', record, record_value, 'PXAT', record_deadline, 'NX')) then
    for i = 1, n do
      local key, value, deadline = keys[i], values[i], deadlines[i]
      if type(value) == 'table' then
        redis.call('HSET', key, unpack(value))
        redis.call('PEXPIREAT', key, deadline)
      elseif deadline then
        redis.call('SET', key, value, 'PXAT', deadline)
      else
        redis.call('SET', key, value, 'KEEPTTL')
      end
    end
    if record or n > 0 then
      sequence = sequence + 1
      redis.call('HSET', KEYS[1], 'sequence', text(sequence), 'now', present)
    end
    answer[1] = '[' .. present .. ',' .. text(sequence)
    return table.concat(answer, ',') .. ']'
  end
end
