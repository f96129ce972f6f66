// Runs in a container of its own, so that it has an address of its own: node - KIND SECONDS HOST.
// Prints, when its time is over, what it did: { sent, outcomes: { '401': 17, 'connection closed': 3 } }.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { connect as connectPlain } from 'node:net';

const [kind, seconds, host] = process.argv.slice(2);
const endsAt = Date.now() + Number(seconds) * 1000;
const outcomes = {};
let sent = 0;

const count = (outcome) => {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
};

const open = () => connect({ host, port: 443, servername: 'localhost', rejectUnauthorized: false });

/** Resolves when a connection has ended; counts the status that came first, or that there was none. */
const ended = (socket) =>
  new Promise((resolve) => {
    let answer = '';
    socket.on('data', (chunk) => {
      if (answer.length < 20) answer += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      count(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed without an answer');
      resolve();
    });
  });

const post = (headers) =>
  `POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n`;

/** Says a little, then a byte a second, until it is hung up on. */
async function slow(beginning) {
  const socket = open();
  const over = ended(socket);
  sent += 1;
  socket.write(beginning);
  while (Date.now() < endsAt && !socket.destroyed) {
    await sleep(1000);
    if (!socket.destroyed) socket.write('x');
  }
  socket.destroy();
  return over;
}

/** One request, as large as it may be, read to its end. */
async function once(text, body = '') {
  const socket = open();
  const over = ended(socket);
  sent += 1;
  socket.write(text);
  if (body) socket.write(body);
  setTimeout(() => socket.destroy(), 15_000).unref();
  return over;
}

const basic = (login) => `Authorization: Basic ${Buffer.from(login).toString('base64')}\r\n`;

async function garbage() {
  const socket = connectPlain({ host, port: 443 });
  const over = ended(socket);
  sent += 1;
  socket.write(randomBytes(512));
  setTimeout(() => socket.destroy(), 5_000).unref();
  return over;
}

const LARGE = Buffer.alloc(100 * 1024 * 1024, 0x20);

/** How many do what at a time; `once` ones begin again until the time is over. */
const KINDS = {
  'slow-headers': { atATime: 500, work: () => slow('POST /predict HTTP/1.1\r\nHost: localhost\r\nX-Slow: ') },
  'slow-bodies': { atATime: 500, work: () => slow(`${post('Content-Length: 60000\r\n')}{`) },
  'wrong-passwords': {
    atATime: 50,
    work: (index) => once(post(`${basic(`admin:wrong-${index}`)}Content-Length: 2\r\nConnection: close\r\n`), '{}'),
  },
  'large-bodies': { atATime: 4, work: () => once(post(`Content-Length: ${LARGE.length}\r\n`), LARGE) },
  'header-bombs': {
    atATime: 20,
    work: () => once(post(Array.from({ length: 200 }, (_, index) => `X-${index}: ${'a'.repeat(4000)}\r\n`).join(''))),
  },
  garbage: { atATime: 50, work: garbage },
};

async function repeat(work, first) {
  let index = first;
  while (Date.now() < endsAt) {
    await work(index);
    index += 1_000_003;
  }
}

const { atATime, work } = KINDS[kind];
await Promise.all(Array.from({ length: atATime }, (_, index) => repeat(work, index)));
console.log(JSON.stringify({ sent, outcomes }));
process.exit(0);
