/**
 * What the two scripts that Redis runs have in common, one script a trip. What they mean is said in `store.ts`, and `apply.ts` says it again
 * for the other stores.
 *
 * Numbers are Lua's doubles, exact up to 2^53, and leave as integers or through `text`, for `tostring` would round them
 * to fourteen digits, and Redis takes longer to write a number than to carry out the command that it is for. Texts are compared byte by byte, for Lua's `<` follows the locale of the server.
 *
 * Keys: the meta hash, then each cell once. A window is the packed list of start, leaves and amount of its parts. A map
 * is a hash with its expiry under `x` and each field under `f` and its name; or, until it is changed for the first time,
 * the packed list of the word `map`, its expiry, and names and values in turn, if it is likely never looked at again.
 *
 * Arguments: the epoch and the sequence that the caller knows, and what it asks, as one text of JSON, for fifty small
 * arguments take Redis longer than all else that it does for a decision; then the long texts that it speaks of.
 */

/** Arguments, amounts, time, and whether Redis still knows what it knew. */
export const luaPrelude = `
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
`;
