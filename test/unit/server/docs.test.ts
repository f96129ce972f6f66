import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createApp } from './create-app.js';

test.each([
  ['/docs', 'text/html', 'index.html'],
  ['/docs/start.js', 'text/javascript', 'start.js'],
  ['/docs/swagger-ui.js', 'text/javascript', 'swagger-ui.js.gz'],
  ['/docs/swagger-ui.css', 'text/css', 'swagger-ui.css.gz'],
])('%s', async (url, type, content) => {
  const { app } = await createApp();
  const response = await app.inject(url);
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toContain(type);
  expect(response.headers['content-security-policy']).toContain("default-src 'none'");
  expect(response.body).toBe(content);
});

test.each(['gzip;q=0', 'br, gzip; q=0.0', 'identity'])('who does not take gzip (%s) gets none', async (accepted) => {
  const { app } = await createApp();
  const response = await app.inject({ url: '/docs/swagger-ui.js', headers: { 'accept-encoding': accepted } });
  expect(response.headers['content-encoding']).toBeUndefined();
  expect(response.body).toBe('swagger-ui.js.gz');
});

test('what is compressed goes out as it is to those who take it', async () => {
  const { app } = await createApp();
  const response = await app.inject({ url: '/docs/swagger-ui.js', headers: { 'accept-encoding': 'gzip, br' } });
  expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(response.rawPayload.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
});

test('the page with a slash leads to the one without, where relative addresses are right', async () => {
  const { app } = await createApp();
  const response = await app.inject('/docs/');
  expect(response.statusCode).toBe(308);
  expect(new URL(String(response.headers['location']), 'https://host/below/docs/').pathname).toBe('/below/docs');
});

test('the page asks only for what the server has, by relative addresses', async () => {
  const page = readFileSync('src/server/docs/index.html', 'utf8');
  const script = readFileSync('src/server/docs/start.js', 'utf8');
  const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g), ...script.matchAll(/url: '([^']*)'/g)]
    .map(([, address]) => address ?? '')
    .filter((address) => !address.startsWith('data:'));
  expect(addresses).toHaveLength(4);
  const { app } = await createApp();
  for (const address of addresses) {
    const { host, pathname } = new URL(address, 'https://gateway/docs');
    expect(host).toBe('gateway');
    expect((await app.inject(pathname)).statusCode).toBe(200);
  }
  expect(page).not.toMatch(/<script>|https?:/);
});

test('a server without the files does not start', async () => {
  const { buildApp } = await import('../../../src/server/app.js');
  const { createRegistry } = await import('../../../src/server/metrics.js');
  const { readSettings } = await import('../../../src/server/settings.js');
  const { classifier, state } = await createApp();
  const settings = readSettings({ LOG_LEVEL: 'silent' });
  const app = buildApp({ settings, classifier, state, register: createRegistry(settings), docsFolder: '/nowhere' });
  await expect(app.ready()).rejects.toThrow('/nowhere/');
});
