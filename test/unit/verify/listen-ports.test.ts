import { expect, it } from 'vitest';
import { listenPorts } from '../../../src/verify/listen-ports.js';
import { withConfiguration } from './support/configured.js';

it('finds the ports that are open to others, each once', async () => {
  const text = `
server { listen 80; listen [::]:80; }
server {
    listen 0.0.0.0:443 ssl;
    listen 10.0.0.7:8443 ssl;
    listen *:8000;
    listen 127.0.0.1:8081;
    listen localhost:8082;
    listen [::1]:8083;
    listen unix:/run/nginx.sock;
    # listen 9000;
}`;
  expect(await listenPorts(withConfiguration(text))).toEqual([80, 443, 8443, 8000]);
});
