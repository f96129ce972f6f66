// A process of its own, so that it can have a core of its own. Reads what to do as JSON from stdin:
// { url, connections, seconds, sentences }; writes what it saw as JSON to stdout.
import { json } from 'node:stream/consumers';
import autocannon from 'autocannon';

const { url, connections, seconds, sentences } = await json(process.stdin);

// Each connection has sentences of its own: those that are answered together shall not be the same.
const shares = Array.from({ length: connections }, (_, connection) =>
  sentences
    .filter((_sentence, index) => index % connections === connection)
    .map((sentence) => ({ body: JSON.stringify({ sentence }) })),
);
const latencies = [];
const startedAt = performance.now();
const run = autocannon({
  url,
  connections,
  duration: seconds,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  setupClient: (client) => client.setRequests(shares.pop()),
});
// autocannon's own percentiles are whole milliseconds.
run.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
const result = await run;

latencies.sort((one, other) => one - other);
const percentile = (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? null;
console.log(
  JSON.stringify({
    requests: latencies.length,
    failures: result.non2xx + result.errors + result.timeouts,
    seconds: (performance.now() - startedAt) / 1000,
    p50: percentile(0.5),
    p99: percentile(0.99),
  }),
);
