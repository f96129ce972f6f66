// What node:http can do at most: reads each request's body and answers a constant.
// Usage: bare-server.js PORT BODY
import { createServer } from 'node:http';

const [, , port, body] = process.argv;
const answer = Buffer.from(body);
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': answer.length };

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200, headers);
    response.end(answer);
  });
}).listen(Number(port), '127.0.0.1');
