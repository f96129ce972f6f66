import { constants } from 'node:crypto';
import { createServer as createTcpServer } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { resumeSession, type SessionReport } from '../../../../src/verify/tls-probe/resume-session.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { listen } from '../support/listen.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

async function resumeAt(options: TlsOptions): Promise<SessionReport> {
  const server = createServer({ key: identity.server.key, cert: identity.server.certificate, ...options });
  server.on('tlsClientError', () => undefined).on('secureConnection', (socket) => socket.on('error', () => undefined));
  const { port, close } = await listen(server);
  try {
    return await resumeSession({ host: '127.0.0.1', port });
  } finally {
    await close();
  }
}

describe('resumeSession', () => {
  it.each<[name: string, options: TlsOptions]>([
    ['TLS 1.3', { minVersion: 'TLSv1.3' }],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }],
  ])('goes on with a session of %s', async (_name, options) => {
    expect(await resumeAt({ ...options, ALPNProtocols: ['h2'] })).toEqual({
      leaf: expect.any(Buffer) as Buffer,
      application: 'h2',
      resumes: true,
    });
  });

  it('notices a server that starts anew each time', async () => {
    // Neither tickets nor a memory of its own.
    const options: TlsOptions = { maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET };
    expect(await resumeAt(options)).toMatchObject({ application: null, resumes: false });
  });

  it('says why there was no handshake', async () => {
    const { port, close } = await listen(
      createTcpServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end('HTTP/1.1 400\r\n\r\n'),
      ),
    );
    const { leaf, resumes } = await resumeSession({ host: '127.0.0.1', port });
    await close();
    expect(leaf).toBeNull();
    expect(resumes).toMatch(/wrong version|packet|disconnected|ECONN/i);
  });
});
