-- Accepts the current content of Redis as the state.
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then return redis.error_reply('READONLY it is a replica') end
local history = string.match(replication, 'master_replid:(%x+)')
local process = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
redis.call('HDEL', KEYS[1], 'lost')
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'history', history, 'process', process, 'server', ARGV[2])
return 'ok'
