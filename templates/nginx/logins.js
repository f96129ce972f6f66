// Limits how often an address may try wrong passwords. nginx asks `refuse` before it looks at a password and
// calls `accept` when it was right. An attempt counts from the moment it is made, and a right one is
// taken back: many at once gain nothing by asking before the first is answered. This is njs, a small JavaScript.

/** Attempts are counted by the minute; old counts are forgotten by the zone. */
const MINUTE = 60000;

const keyOf = (r) => `${r.remoteAddress} ${Math.floor(Date.now() / MINUTE)}`;

/**
 * Counts an attempt, and remembers which count it was. Gives '1' when it is one too many, else nothing; such a one does not count:
 * nobody looks at its password. Who brings no password attempts nothing.
 */
function refuse(r) {
  if (!r.headersIn.Authorization) return '';
  const key = keyOf(r);
  if (ngx.shared.attempts.incr(key, 1, 0) <= Number(r.variables.wrong_per_minute)) {
    r.variables.attempt = key;
    return '';
  }
  ngx.shared.attempts.incr(key, -1, 0);
  return '1';
}

/** The password was right. */
function accept(r) {
  ngx.shared.attempts.incr(r.variables.attempt, -1, 0);
  r.return(204);
}

export default { refuse, accept };
