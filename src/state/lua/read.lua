-- Reads cells. It writes nothing, so it works even if Redis has no memory left.
if went_back then return {'lost', back} end
if not is_same then return {'moved'} end
local kinds, packed, deadlines = {}, {}, {}
for i = 2, #KEYS do
  local kind = redis.call('TYPE', KEYS[i]).ok
  local is_sound = kind == 'none'
  if kind == 'string' then
    packed[i] = unpacked(redis.call('GET', KEYS[i]))
    is_sound = packed[i]
  elseif kind == 'hash' then
    deadlines[i] = tonumber(redis.call('HGET', KEYS[i], 'x') or '')
    is_sound = deadlines[i]
  end
  if not is_sound then return {'damaged', i} end
  kinds[i] = kind
end

local answer = {'ok', now, epoch, sequence}
for _, asked in ipairs(cjson.decode(ARGV[5])) do
  local what, index, names = asked[1], asked[2], asked[3]
  local key, kind, stored = KEYS[index], kinds[index], packed[index]
  if what == 'w' then
    local parts = {}
    if kind == 'string' then
      if stored[1] ~= 'map' then
        parts = live(stored, now)
      elseif stored[2] > now then
        return {'kind', index, 'map'}
      end
    elseif kind == 'hash' and deadlines[index] > now then
      return {'kind', index, 'map'}
    end
    answer[#answer + 1] = parts
  else
    local cell = {0}
    if kind == 'hash' and deadlines[index] > now then
      cell[1] = 1
      if what == 'a' then
        local flat = redis.call('HGETALL', key)
        for j = 1, #flat, 2 do
          if flat[j] ~= 'x' then
            cell[#cell + 1] = string.sub(flat[j], 2)
            cell[#cell + 1] = flat[j + 1]
          end
        end
      else
        for _, name in ipairs(names) do
          local value = redis.call('HGET', key, 'f' .. name)
          if value then
            cell[#cell + 1] = name
            cell[#cell + 1] = value
          end
        end
      end
    elseif kind == 'string' then
      if stored[1] ~= 'map' then
        if #live(stored, now) > 0 then return {'kind', index, 'window'} end
      elseif stored[2] > now then
        cell[1] = 1
        local wanted = {}
        for _, name in ipairs(names or {}) do wanted[name] = true end
        for j = 3, #stored, 2 do
          if what == 'a' or wanted[stored[j]] then
            cell[#cell + 1] = stored[j]
            cell[#cell + 1] = stored[j + 1]
          end
        end
      end
    end
    answer[#answer + 1] = cell
  end
end
return answer
