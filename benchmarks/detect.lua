-- For wrk: posts the form that a file holds (the argument), and prints what came of it as JSON.
-- A client that is told to come back later waits as long as it is told.

local threads = {}

function setup(thread)
   table.insert(threads, thread)
end

function init(arguments)
   local file = assert(io.open(arguments[1], "rb"))
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "multipart/form-data; boundary=unmask"
   wrk.body = file:read("*a")
   file:close()
   judged, refused, failed, waits, seconds = 0, 0, 0, 0, 0
end

function delay()
   if waits == 0 then
      return 0
   end
   waits = waits - 1
   return 1000 * seconds
end

function response(status, headers)
   if status == 200 then
      judged = judged + 1
   elseif status == 503 then
      seconds = tonumber(headers["retry-after"])
      refused, waits = refused + 1, waits + 1
   else
      failed = failed + 1
   end
end

function done(summary, latency)
   local judged, refused, failed = 0, 0, 0
   for _, thread in ipairs(threads) do
      judged = judged + thread:get("judged")
      refused = refused + thread:get("refused")
      failed = failed + thread:get("failed")
   end
   failed = failed + summary.errors.connect + summary.errors.read + summary.errors.write
      + summary.errors.timeout
   -- Refusals are the quickest answers: what is left above them are the times of the judged.
   local share = refused / math.max(1, judged + refused)
   local function milliseconds(part)
      return latency:percentile(100 * (share + (1 - share) * part)) / 1000
   end
   io.write(string.format(
      '{"judged": %d, "refused": %d, "failed": %d, "seconds": %f, "p50": %f, "p95": %f}\n',
      judged, refused, failed, summary.duration / 1e6, milliseconds(0.5), milliseconds(0.95)))
end
