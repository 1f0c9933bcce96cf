-- Arguments, time, and whether Redis still has all that it had: the beginning of both scripts.
local MAX = 9007199254740991
-- Where integers have 64 bits, the digits are found three times as fast.
local WHOLE = string.format('%d', MAX) == '9007199254740991' and '%d' or '%.0f'
local function text(value) return string.format(WHOLE, value) end

-- Cells.
local function only(is_packed, ...)
  if is_packed and select('#', ...) == 1 then return (...) end
end
-- What a packed cell holds, or nil if Writ cannot have written it: a count that cannot be read is never nothing.
local function unpacked(stored)
  local value = only(pcall(cmsgpack.unpack, stored))
  if type(value) ~= 'table' then return nil end
  local size = #value
  if value[1] == 'map' then
    if type(value[2]) ~= 'number' or size % 2 ~= 0 then return nil end
    for i = 3, size do
      if type(value[i]) ~= 'string' then return nil end
    end
    return value
  end
  if size == 0 or size % 3 ~= 0 then return nil end
  for i = 1, size, 3 do
    local start, leaves, amount = value[i], value[i + 1], value[i + 2]
    if type(start) ~= 'number' or type(leaves) ~= 'number' or type(amount) ~= 'number' then return nil end
    if leaves <= start or amount <= 0 then return nil end
  end
  return value
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

local known_epoch, known_sequence, known_now, trust = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local time = redis.call('TIME')
local clock = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'sequence', 'now', 'lost', 'history', 'replicated', 'durable',
  'process')
local epoch, sequence, recorded = meta[1], tonumber(meta[2] or '0'), tonumber(meta[3] or '0')
-- Never behind what any caller was told: what has expired once stays expired.
local now = math.max(clock, recorded, known_now)
if not epoch then return {'lost', 'it holds no state of Writ, or lost it'} end
if meta[4] then return {'lost', meta[4]} end
local went_back = known_epoch == epoch and known_sequence > sequence
local back = 'it went back to an earlier state'

-- Redis names each history of its data, and begins another when it starts, when a replica takes over, and when the first
-- replica comes to it.
local replication = redis.call('INFO', 'replication')
local history = string.match(replication, 'master_replid:(%x+)')
if not string.find(replication, 'role:master', 1, true) then return {'replica'} end
