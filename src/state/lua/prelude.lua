-- Arguments, time, and whether Redis still has all its data: the beginning of both scripts.
local MAX = 9007199254740991
-- With 64-bit integers, this format is three times as fast.
local WHOLE = string.format('%d', MAX) == '9007199254740991' and '%d' or '%.0f'
local function text(value) return string.format(WHOLE, value) end

-- Cells.
-- Comparing a value that is not a number raises an error, which costs less than checking the type of each.
local function sound(stored)
  local rest, value = cmsgpack.unpack_one(stored)
  local size = #value
  if rest ~= -1 or size == 0 then return nil end
  if value[1] == 'map' then
    for i = 3, size do
      if type(value[i]) ~= 'string' then return nil end
    end
    return value[2] > 0 and size % 2 == 0 and value
  end
  for i = 1, size, 3 do
    local leaves = value[i + 1]
    if not (leaves > 0 and value[i] < leaves and value[i + 2] > 0) then return nil end
  end
  return value
end
-- Unpacks a cell, or returns nothing if Writ cannot have written it: an unreadable count never means zero.
local function unpacked(stored)
  local is_sound, value = pcall(sound, stored)
  return is_sound and value
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
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'sequence', 'now', 'lost', 'history', 'server')
local epoch, sequence, recorded, history = meta[1], tonumber(meta[2] or '0'), tonumber(meta[3] or '0'), meta[5]
-- Never before a time that any caller was given: an expired cell stays expired.
local now = math.max(clock, recorded, known_now)
if not epoch then return {'lost', 'it holds no state of Writ, or lost it'} end
if meta[4] then return {'lost', meta[4]} end
local went_back = known_epoch == epoch and known_sequence > sequence
local back = 'it went back to an earlier state'

-- Redis names each history of its data, and starts a new one when it starts, when a replica takes over, and when the first
-- replica connects.
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then return {'replica'} end
local is_same = history and string.find(replication, 'master_replid:' .. history, 1, true)
