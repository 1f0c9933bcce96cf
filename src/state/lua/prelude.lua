-- Arguments, amounts, time, and whether Redis still has what it had: the beginning of both scripts.
local MAX = 9007199254740991
-- Where integers have 64 bits, the digits are found three times as fast.
local WHOLE = string.format('%d', MAX) == '9007199254740991' and '%d' or '%.0f'
local function text(value) return string.format(WHOLE, value) end

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

local known_epoch, known_sequence = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'sequence', 'now', 'lost')
now = math.max(now, tonumber(meta[3] or '0'))
local epoch, sequence = meta[1], tonumber(meta[2] or '0')
if not epoch then return {'lost', 'it holds no state of Writ, or lost it'} end
if meta[4] then return {'lost', meta[4]} end
local went_back = known_epoch == epoch and known_sequence > sequence
local back = 'it went back to an earlier state'
