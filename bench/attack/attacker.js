// Runs in a container: node - KIND SECONDS HOST HTTPS-PORT HTTP-PORT.
// Prints 'begun' and, when its time is over, what it did: { sent, outcomes: { '401': 17, 'closed without an answer': 3 } }.
import { Buffer } from 'node:buffer';
import { createCipheriv, randomBytes } from 'node:crypto';
import { once as event } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';

const [kind, seconds, host, httpsPort, httpPort] = process.argv.slice(2);
const endsAt = Date.now() + Number(seconds) * 1000;
const outcomes = {};
let sent = 0;

const count = (outcome) => {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
};

const TLS = { host, port: httpsPort, servername: 'localhost', rejectUnauthorized: false };
const open = () => connect(TLS);
const openPlain = (port) => connectPlain({ host, port });

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

const post = (headers, path = '/predict') =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n`;

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

/** One request, as large as it may be, on a connection of its own that is read to its end. */
async function once(text, socket = open()) {
  const over = ended(socket);
  sent += 1;
  socket.write(text);
  const timer = setTimeout(() => socket.destroy(), 15_000);
  await over;
  clearTimeout(timer);
}

const basic = (login) => `Authorization: Basic ${Buffer.from(login).toString('base64')}\r\n`;

const guess = (number, headers = '') => `${post(`${basic(`admin:wrong-${number}`)}Content-Length: 2\r\n${headers}`)}{}`;

/** Guesses on one connection, each when the one before is answered, until it is hung up on. */
async function guessOn(socket, first) {
  let number = first;
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    for (const [, status] of chunk.toString('latin1').matchAll(/HTTP\/1\.1 (\d+)/g)) {
      count(status);
      if (Date.now() >= endsAt) return socket.destroy();
      number += 1;
      sent += 1;
      socket.write(guess(number));
    }
  });
  sent += 1;
  socket.write(guess(number));
  await event(socket, 'close').catch(() => undefined);
}

async function garbage() {
  const socket = openPlain(httpsPort);
  const over = ended(socket);
  sent += 1;
  socket.write(randomBytes(512));
  const timer = setTimeout(() => socket.destroy(), 5_000);
  await over;
  clearTimeout(timer);
}

const MEGABYTE = Buffer.alloc(1024 * 1024, 0x20);
const CHUNK = Buffer.concat([Buffer.from('100000\r\n'), MEGABYTE, Buffer.from('\r\n')]);
const LENGTH = `Content-Length: ${100 * MEGABYTE.length}\r\nConnection: close\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\nConnection: close\r\n';

/** A body of 100 MB, as fast as the gateway takes it, whatever it answers meanwhile. */
async function large(head, piece, socket = open()) {
  const over = once(head, socket);
  for (let piecesLeft = 100; piecesLeft > 0 && !socket.destroyed; piecesLeft -= 1) {
    if (!socket.write(piece)) await Promise.race([event(socket, 'drain').catch(() => undefined), over]);
  }
  if (piece === CHUNK && !socket.destroyed) socket.write('0\r\n\r\n');
  return over;
}

/** What it costs to make such a body, without a gateway: tells what the attacker takes from it on the same machine. */
async function encrypt() {
  const cipher = createCipheriv('aes-128-gcm', randomBytes(16), randomBytes(12));
  for (let piecesLeft = 100; piecesLeft > 0; piecesLeft -= 1) {
    cipher.update(MEGABYTE);
    await sleep(0);
  }
  sent += 1;
}

const BOMB = post(Array.from({ length: 200 }, (_, index) => `X-${index}: ${'a'.repeat(4000)}\r\n`).join(''));

/** How many do what at a time; each begins again until the time is over. */
const KINDS = {
  'slow-headers': { atATime: 500, work: () => slow('POST /predict HTTP/1.1\r\nHost: localhost\r\nX-Slow: ') },
  'slow-bodies': { atATime: 500, work: () => slow(`${post('Content-Length: 60000\r\n')}{`) },
  'wrong-passwords': { atATime: 50, work: (number) => once(guess(number, 'Connection: close\r\n')) },
  'wrong-passwords-kept': { atATime: 50, work: (number) => guessOn(open(), number) },
  nothing: { atATime: 4, work: encrypt },
  'large-bodies': { atATime: 4, work: () => large(post(LENGTH), MEGABYTE) },
  'large-bodies-chunked': { atATime: 4, work: () => large(post(CHUNKED), CHUNK) },
  'large-bodies-elsewhere': { atATime: 4, work: () => large(post(CHUNKED, '/nothing/here'), CHUNK) },
  'large-bodies-redirected': { atATime: 4, work: () => large(post(LENGTH), MEGABYTE, openPlain(httpPort)) },
  'header-bombs': { atATime: 20, work: () => once(BOMB) },
  garbage: { atATime: 50, work: garbage },
};

async function repeat(work, first) {
  let number = first;
  while (Date.now() < endsAt) {
    await work(number);
    number += 1_000_003;
  }
}

const { atATime, work } = KINDS[kind];
console.log('begun');
await Promise.all(Array.from({ length: atATime }, (_, index) => repeat(work, index)));
console.log(JSON.stringify({ sent, outcomes }));
process.exit(0);
