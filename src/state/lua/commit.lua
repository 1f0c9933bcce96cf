-- Applies the operations to drafts, writes the drafts, and answers.
local others
local shown, refused, asks_all = {}, false, asked[1] == 'all'
local lengths = {charge = 7, below = 7, adjust = 7, expect = 3, fresh = 3, put = 6, increment = 6, grow = 6, delete = 2}
local at = 3
for _ = 1, asked[2] do
  local name, holds = asked[at], nil
  local after = at + lengths[name]
  local op = {unpack(asked, at, after - 1)}
  at = after
  local d = draft(op[2], name)
  if wrong then return wrong end
  if name == 'charge' or name == 'below' then
    shown[#shown + 1] = d
    holds = charge(d, op, name == 'below')
  elseif name == 'put' then
    put(d, op)
  elseif name == 'expect' then
    holds = expect(d, op)
  else
    others = others or make_others()
    holds = others[name](d, op)
  end
  if wrong then return wrong end
  if holds == false then
    if asks_all then return {'ok', now, epoch, sequence, 0, {}} end
    refused = true
  end
end

-- Nothing was written before this line, and nothing after it can fail.
local dirty = false
for _, d in ipairs(order) do
  if d.dirty then
    dirty = true
    if d.kind == 'window' then
      local expires = last(d.parts)
      -- Within one sub-window the expiry does not change, and keeping it takes a fifth of the time of setting it.
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
          -- Lua passes at most some thousands of values in one call.
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

if refused then return {'ok', now, epoch, sequence, 0, {}} end
local windows = {}
for i, d in ipairs(shown) do windows[i] = d.parts end
return {'ok', now, epoch, sequence, 1, windows}
