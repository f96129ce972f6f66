// A bridge for one port into another network namespace, which shares the file system but no address.
//   node forward.js out PORT SOCKET   within: what comes to the socket goes to 127.0.0.1:PORT
//   node forward.js in PORT SOCKET    without: what comes to 127.0.0.1:PORT goes to the socket
import { connect, createServer } from 'node:net';

const [direction, port, socket] = process.argv.slice(2);
const inner = { host: '127.0.0.1', port: Number(port) };
const [from, to] = direction === 'in' ? [inner, { path: socket }] : [{ path: socket }, inner];

createServer((client) => {
  const server = connect(to);
  client.pipe(server).pipe(client);
  // Whoever goes first takes the other one along.
  for (const [one, other] of [
    [client, server],
    [server, client],
  ]) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}).listen(from);
