-- Sends the HTTP requests in the file named by the first argument, which are separated by zero bytes: in order if the second argument is
-- "in turn", otherwise at random. A fixed order would request each user just after the caches evicted it, which real traffic does not. If
-- they contain the third argument, it is replaced by a name of the same length: the fourth argument and a 12-digit number.

local requests = {}
local asked, names = 0, 0
local inTurn, placeholder, prefix

function init(args)
  for request in assert(io.open(args[1], "rb")):read("*a"):gmatch("%Z+") do
    requests[#requests + 1] = request
  end
  inTurn = args[2] == "in turn"
  -- Searched once, because a search for each request would slow the generator down.
  if requests[1]:find(args[3], 1, true) then placeholder, prefix = args[3], args[4] end
end

function request()
  asked = asked % #requests + 1
  local drawn = requests[inTurn and asked or math.random(#requests)]
  if not placeholder then return drawn end
  names = names + 1
  return (drawn:gsub(placeholder, ("%s%012d"):format(prefix, names)))
end

-- Statuses are counted by wrk, from 400 on: a function for each response would slow it down, and nothing that is asked answers 3xx.
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local line = '{"answers":%d,"microseconds":%d,"p99":%d,"failed":%d}\n'
  io.write(line:format(summary.requests, summary.duration, latency:percentile(99), failed))
end
