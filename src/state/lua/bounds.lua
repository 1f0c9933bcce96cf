-- When the sub-window that holds a time begins, and when it leaves; window.ts does the same.
local DAY = 86400000
local function bounds(kind, length, part, time)
  if kind == 'rolling' then
    local start = math.floor(time / part) * part
    return start, start + part + length
  elseif kind == 'hour' then
    local start = math.floor(time / 3600000) * 3600000
    return start, start + 3600000
  end
  local days = math.floor(time / DAY)
  if kind == 'day' then
    return days * DAY, (days + 1) * DAY
  elseif kind == 'week' then
    local monday = math.floor((days + 3) / 7) * 7 - 3
    return monday * DAY, (monday + 7) * DAY
  end
  local function first_of_month(of)
    -- The part of Howard Hinnant's civil_from_days that computes the day of the month.
    local z = of + 719468
    local era = math.floor(z / 146097)
    local doe = z - era * 146097
    local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
    local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
    local month = math.floor((5 * doy + 2) / 153)
    return of - (doy - math.floor((153 * month + 2) / 5))
  end
  local first = first_of_month(days)
  return first * DAY, first_of_month(first + 31) * DAY
end
