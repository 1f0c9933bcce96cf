-- What a commit asks; and that Redis went back is written down, for all replicas.
if went_back then
  redis.call('HSET', KEYS[1], 'lost', back)
  return {'lost', back}
end

-- Texts that are arguments of their own stand in lists of fields by their number.
local function texts(fields)
  for i = 2, #fields, 2 do
    local place = fields[i]
    if type(place) == 'number' then fields[i] = ARGV[place] end
  end
  return fields
end

local asked = cjson.decode(ARGV[3])
