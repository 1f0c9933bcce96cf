-- Checks whether this Redis may continue, and reads the commit. A loss of state is stored, for all replicas.
local function is_lost(why)
  redis.call('HSET', KEYS[1], 'lost', why)
  return {'lost', why}
end
if went_back then return is_lost(back) end

-- The record of the server: which of its data survives, and a `+` if it ever had a replica.
local has_replica = string.sub(meta[6] or '', -1) == '+' or not string.find(replication, 'master_repl_offset:0\r', 1, true)
local known = trust .. (has_replica and '+' or '')
-- A new history may continue this one only if it cannot lack an answered commit.
local function goes_on(server, process)
  local before = string.match(replication, 'master_replid2:(%x+)')
  if not before or not history then return false end
  if string.find(before, '^0+$') then
    -- The same process: its first replica connected, or none was connected for long.
    if process == redis.call('HGET', KEYS[1], 'process') then return true end
    -- A restart of a server that wrote each commit to disk before it answered, and that never had a replica, which
    -- could be behind and now be running in its place.
    return meta[6] == 'disk' and known == 'disk'
  end
  -- A replica that took over: it has every answered commit if commits wait for replicas. It held our data while it ran,
  -- so it has not read an older copy from its disk.
  local uptime = tonumber(string.match(server, 'uptime_in_seconds:(%d+)'))
  return trust == 'replicas' and before == history and recorded <= clock + 1000 and clock - uptime * 1000 < recorded
end
if not is_same then
  local server = redis.call('INFO', 'server')
  local process = string.match(server, 'run_id:(%x+)')
  if not goes_on(server, process) then
    return is_lost('it was restarted, or another server took its place, and commits that were answered may be missing')
  end
  history = string.match(replication, 'master_replid:(%x+)')
  redis.call('HSET', KEYS[1], 'history', history, 'process', process, 'server', known)
elseif meta[6] ~= known then
  redis.call('HSET', KEYS[1], 'server', known)
end

-- Stored even if nothing else is written, so that expired cells stay expired if the clock is set back later.
if now - recorded >= 1000 then redis.call('HSET', KEYS[1], 'now', text(now)) end

-- Lists of fields refer to texts that are separate arguments by number.
local function texts(fields)
  for i = 2, #fields, 2 do
    local index = fields[i]
    if type(index) == 'number' then fields[i] = ARGV[index] end
  end
  return fields
end

local asked = cjson.decode(ARGV[5])
