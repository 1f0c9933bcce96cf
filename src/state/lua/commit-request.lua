-- Whether this Redis may go on, and what the commit asks. That state was lost is written down, for all replicas.
local function is_lost(why)
  redis.call('HSET', KEYS[1], 'lost', why)
  return {'lost', why}
end
if went_back then return is_lost(back) end

-- Another history goes on from this one only where nothing that was answered can be missing from it.
local server = meta[5] ~= history and redis.call('INFO', 'server')
local process = server and string.match(server, 'run_id:(%x+)')
local function goes_on()
  local before = string.match(replication, 'master_replid2:(%x+)')
  if not before or not meta[5] then return false end
  if string.find(before, '^0+$') then
    -- The same process: a replica came to it for the first time, or none was there for long.
    if process == meta[8] then return true end
    -- A restart: of a server that wrote each commit to its disk before it answered, and that never had a replica, which
    -- could be behind and stand here in its place.
    return trust == 'disk' and meta[7] == 'disk' and not meta[6]
  end
  -- A replica that took over: it has what was answered if commits wait for replicas. It held our data while it ran, so it
  -- has not read an older copy from its disk.
  local uptime = tonumber(string.match(server, 'uptime_in_seconds:(%d+)'))
  return trust == 'replicas' and before == meta[5] and recorded <= clock + 1000 and clock - uptime * 1000 < recorded
end
if meta[5] ~= history then
  if not goes_on() then
    return is_lost('it was restarted, or another server took its place, and commits that were answered may be missing')
  end
  redis.call('HSET', KEYS[1], 'history', history, 'process', process, 'durable', trust)
elseif meta[7] ~= trust then
  redis.call('HSET', KEYS[1], 'durable', trust)
end
if not meta[6] and string.match(replication, 'master_repl_offset:(%d+)') ~= '0' then
  redis.call('HSET', KEYS[1], 'replicated', '1')
end

-- Also where nothing else is written, so that a clock set back later undoes nothing that was seen to expire.
if now - recorded >= 1000 then redis.call('HSET', KEYS[1], 'now', text(now)) end

-- Texts that are arguments of their own are in lists of fields by their number.
local function texts(fields)
  for i = 2, #fields, 2 do
    local place = fields[i]
    if type(place) == 'number' then fields[i] = ARGV[place] end
  end
  return fields
end

local asked = cjson.decode(ARGV[5])
