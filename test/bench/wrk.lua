-- Asks what the file of the first argument holds, HTTP requests with a zero byte between them, each drawn at random: whoever asks them in
-- turn asks each when a cache has just forgotten what it is about, as people do not. Where they hold the second argument, each gets a name of
-- that length instead: the third argument and a number of twelve digits.

local requests = {}
local names = 0
local placeholder, prefix

function init(args)
  for request in assert(io.open(args[1], "rb")):read("*a"):gmatch("%Z+") do
    requests[#requests + 1] = request
  end
  -- Looked for once, as looking takes the generator's time.
  if requests[1]:find(args[2], 1, true) then placeholder, prefix = args[2], args[3] end
end

function request()
  local drawn = requests[math.random(#requests)]
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
