/** How much longer than an entry the place of a key's last one is kept, in ms: a day. */
export const LAST_KEPT_MS = 86_400_000;

/** The error of a script when the log is another one by now. */
export const LOST = 'WKLOST';

/** The keys of a log. All have one hash tag, so that scripts may use them together. */
export const keysOf = (log: string) => ({
  /** A hash: the log's epoch, the run of Redis that it belongs to, and the last offset. */
  log: `wk-log:{${log}}`,
  /** A stream. The id of an entry is its offset and its time, so that a place finds it. */
  entries: (epoch: string, key: string) => `wk-log:{${log}}:${epoch}:${key}`,
  /** The id of the last entry, which outlives the stream. */
  last: (epoch: string, key: string) => `wk-log:{${log}}:${epoch}:${key}:last`,
});

/** Where the entries of a key are published. */
export const channelOf = (log: string, key: string) => `wk-log.${log}.${key}`;

/**
 * Opens a log. KEYS: the log. ARGV: the run of Redis, and whether a log survives its end (`1`). Returns the epoch.
 *
 * Epochs are times in us: one that has come after another differs from it.
 */
export const OPEN = `
local epoch, run = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'run'))
if not epoch or (ARGV[2] ~= '1' and run ~= ARGV[1]) then
  local now = redis.call('TIME')
  epoch = now[1] .. '-' .. string.format('%06d', now[2])
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'run', ARGV[1])
end
return epoch`;

/**
 * Appends an entry, and publishes it. KEYS: the log, the entries, the last one. ARGV: the epoch, the message, how many
 * entries are kept, for how long in ms, and the channel. Returns the id.
 *
 * Each entry knows the one before it, so that it shows when others between two of them were dropped. With each one, up
 * to two go that have become too old: more than come.
 */
export const APPEND = `
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return redis.error_reply('${LOST} the log is another one') end
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
local previous = 0
local last = redis.call('GET', KEYS[3])
if last then
  local offset, before = string.match(last, '^(%d+)-(%d+)$')
  previous, at = offset, math.max(at, tonumber(before))
end
local id = string.format('%.0f-%.0f', redis.call('HINCRBY', KEYS[1], 'offset', 1), at)
redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[3], id, 'previous', previous, 'message', ARGV[2])
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 2)) do
  local offset, appended = string.match(entry[1], '^(%d+)-(%d+)$')
  if tonumber(appended) >= at - ARGV[4] then break end
  redis.call('XTRIM', KEYS[2], 'MINID', '=', string.format('%.0f', offset + 1))
end
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('SET', KEYS[3], id, 'PX', string.format('%.0f', ARGV[4] + ${LAST_KEPT_MS}))
redis.call('PUBLISH', ARGV[5], ARGV[1] .. ' ' .. id .. ' ' .. previous .. '\\n' .. ARGV[2])
return id`;

/**
 * Reads entries. KEYS: the log, the entries, the last one. ARGV: the epoch, the first offset, and how many at most.
 * Returns the entries, the id of the last one if it is known, and the time.
 */
export const READ = `
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return redis.error_reply('${LOST} the log is another one') end
local entries = redis.call('XRANGE', KEYS[2], ARGV[2], '+', 'COUNT', ARGV[3])
local now = redis.call('TIME')
return { entries, redis.call('GET', KEYS[3]), string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000)) }`;
