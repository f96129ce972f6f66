// What the gateway counts for Prometheus. nginx calls `count` as it logs a request and `show` at
// /metrics. This is njs, a small JavaScript: no destructuring, and everything outside the functions
// runs again for each request. Whatever clients send makes no new series: labels are statuses, the
// replicas of this stack, and words that stand here.

/** Upper bounds of the buckets of a duration, in seconds; nginx' clock ticks in milliseconds. */
const BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Shown as 0 before they first happen: a counter that begins at 1 hides its first event from `rate`. */
const STATUSES = ['200', '429', '500', '502', '503', '504'];

/** What a request is counted under that no API was asked for. */
const NOBODY = 'none none';

/** Number of the first bucket that takes a duration. */
function bucketOf(seconds) {
  let bucket = 0;
  while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) bucket++;
  return bucket;
}

/** Adds a duration to a histogram; its sum in milliseconds, which add up exactly. */
function observe(counts, histogram, seconds) {
  counts.incr(`${histogram} ${bucketOf(seconds)}`, 1, 0);
  counts.incr(`${histogram} sum`, Math.round(seconds * 1000), 0);
}

/** The API and the replica at an address; of one that came of a name, as in Kubernetes, only the API is known. */
function replicaAt(variables, address) {
  variables.asked_address = address;
  if (variables.asked_replica === NOBODY) variables.asked_address = variables.api;
  return variables.asked_replica;
}

/** Counts that a replica was asked. Gives the API and the replica at its address, "v1 api-v1-2", by the map of nginx.conf. */
function countTry(counts, variables, address, time) {
  const replica = replicaAt(variables, address);
  observe(counts, `upstream ${replica}`, Number(time) || 0);
  return replica;
}

/** The same for all that were asked in turn: "10.200.4.11:8000, 10.200.4.12:8000", "1.001, 0.002". Gives the last. */
function countTries(counts, variables, addresses) {
  const times = variables.upstream_response_time.split(', ');
  const replicas = addresses.split(', ').map((address, index) => countTry(counts, variables, address, times[index]));
  const last = replicas.pop();
  replicas.forEach((replica) => counts.incr(`retry ${replica}`, 1, 0));
  return last;
}

/** Counts the replicas that were asked for a request, mostly one. Gives the last. */
function countUpstream(counts, variables) {
  const addresses = variables.upstream_addr;
  if (!addresses) return NOBODY;
  return addresses.includes(',')
    ? countTries(counts, variables, addresses)
    : countTry(counts, variables, addresses, variables.upstream_response_time);
}

/**
 * Counts that a password was wrong: 'checked' and found to be, or 'turned_away' unseen, after too many from that address.
 * An API has no say in it, and the rate limit's 429 is none of these.
 */
function countWrongPassword(counts, variables) {
  if (!variables.http_authorization) return;
  if (variables.status === '401') counts.incr('wrong checked', 1, 0);
  if (variables.status === '429' && variables.limit_req_status !== 'REJECTED') counts.incr('wrong turned_away', 1, 0);
}

/** Counts a request that is over. Gives nothing, so that the log whose condition this is stays empty. */
function count(r) {
  const counts = ngx.shared.requests;
  const variables = r.variables;
  const replica = countUpstream(counts, variables);
  counts.incr(`status ${replica} ${variables.status}`, 1, 0);
  if (replica === NOBODY) countWrongPassword(counts, variables);
  observe(counts, 'request', Number(variables.request_time));
  const limit = variables.limit_req_status;
  if (limit) counts.incr(`limit ${limit.toLowerCase()}`, 1, 0);
  if (variables.connection_requests === '1' && variables.ssl_protocol) {
    const session = variables.ssl_session_reused === 'r' ? 'resumed' : 'new';
    counts.incr(`tls ${variables.ssl_protocol} ${session}`, 1, 0);
  }
  return '';
}

/** `{arm="v1",replica="api-v1-2"}`, given the names of the labels and their values. */
function labels(names, values) {
  return names.length === 0 ? '' : `{${names.map((name, index) => `${name}="${values[index]}"`).join(',')}}`;
}

/** What Prometheus wants to know about a metric, and its series. */
function metric(type, name, help, series) {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`].concat(series);
}

/** A series for each key that begins with a word; the rest of a key is the values of its labels. `known`: such rests, at least 0. */
function counter(name, help, names, counts, word, known) {
  const rests = Object.keys(counts)
    .filter((key) => key.startsWith(`${word} `))
    .map((key) => key.slice(word.length + 1));
  const all = rests.concat(known.filter((rest) => !rests.includes(rest))).toSorted();
  const series = all.map((rest) => `${name}${labels(names, rest.split(' '))} ${counts[`${word} ${rest}`] || 0}`);
  return metric('counter', name, help, series);
}

/** The series of one histogram: each bucket counts what lies in those before it, too. */
function histogramSeries(name, names, values, counts, key) {
  let total = 0;
  const buckets = BOUNDS.concat('+Inf').map((bound, bucket) => {
    total += counts[`${key} ${bucket}`] || 0;
    return `${name}_bucket${labels(names.concat('le'), values.concat(bound))} ${total}`;
  });
  const own = labels(names, values);
  return buckets.concat([`${name}_sum${own} ${(counts[`${key} sum`] || 0) / 1000}`, `${name}_count${own} ${total}`]);
}

/** The histograms of all replicas. */
function replicaSeries(name, counts, replicas) {
  return replicas.reduce(
    (series, replica) =>
      series.concat(histogramSeries(name, ['arm', 'replica'], replica.split(' '), counts, `upstream ${replica}`)),
    [],
  );
}

/** Every replica that has been asked, and those that serve now. */
function replicasOf(counts, serving) {
  return Object.keys(counts)
    .filter((key) => key.startsWith('upstream '))
    .map((key) => key.split(' ').slice(1, 3).join(' '))
    .concat(serving)
    .filter((replica, index, all) => all.indexOf(replica) === index)
    .toSorted();
}

/** All that there is to tell, in Prometheus' text format. */
function exposition(counts, replicas, certificateExpiry) {
  const request = 'fortress_gateway_request_duration_seconds';
  const upstream = 'fortress_gateway_upstream_duration_seconds';
  const expiry = 'fortress_gateway_certificate_expiry_timestamp_seconds';
  const statuses = replicas
    .concat(NOBODY)
    .reduce((all, replica) => all.concat(STATUSES.map((status) => `${replica} ${status}`)), []);
  return [].concat(
    counter(
      'fortress_gateway_requests_total',
      'Requests by the replica that answered or was asked last, and status',
      ['arm', 'replica', 'status'],
      counts,
      'status',
      statuses,
    ),
    counter(
      'fortress_gateway_retries_total',
      'Requests that a replica failed and another one was asked for',
      ['arm', 'replica'],
      counts,
      'retry',
      replicas,
    ),
    counter(
      'fortress_gateway_rate_limit_total',
      'Requests that the rate limit let pass, and that it rejected',
      ['outcome'],
      counts,
      'limit',
      ['passed', 'rejected'],
    ),
    counter(
      'fortress_gateway_wrong_passwords_total',
      'Wrong passwords that were checked, and any that were turned away after too many from their address',
      ['outcome'],
      counts,
      'wrong',
      ['checked', 'turned_away'],
    ),
    counter(
      'fortress_gateway_tls_connections_total',
      'TLS connections that brought a request, by whether they resumed a session or began a new one',
      ['protocol', 'session'],
      counts,
      'tls',
      ['TLSv1.3 new', 'TLSv1.3 resumed'],
    ),
    metric(
      'histogram',
      request,
      'From the first byte of a request to the last of its answer; a slow client makes it long',
      histogramSeries(request, [], [], counts, 'request'),
    ),
    metric(
      'histogram',
      upstream,
      'From asking a replica to the end of its answer, or until it failed',
      replicaSeries(upstream, counts, replicas),
    ),
    // Nobody has said so where the certificate was not made by our own script.
    certificateExpiry === undefined
      ? []
      : metric('gauge', expiry, 'When the certificate that is served expires', [`${expiry} ${certificateExpiry}`]),
  );
}

/** Answers Prometheus. */
function show(r) {
  const counts = {};
  ngx.shared.requests.items(100000).forEach((item) => {
    counts[item[0]] = item[1];
  });
  const replicas = replicasOf(counts, r.variables.serving_replicas.split(', '));
  r.headersOut['Content-Type'] = 'text/plain; version=0.0.4; charset=utf-8';
  r.return(200, `${exposition(counts, replicas, r.variables.certificate_expiry).join('\n')}\n`);
}

export default { count, show };
