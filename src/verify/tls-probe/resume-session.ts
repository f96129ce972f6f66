import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { messageOf } from '../../errors.js';

/** What two ordinary handshakes show, the second of which wants to go on with the first's session. */
export interface SessionReport {
  /** DER of the certificate that is shown to a client of today. */
  leaf: Buffer | null;
  /** What is spoken inside (ALPN): `h2`; null: nothing was agreed on. */
  application: string | null;
  /** Whether it went on; a text says why that is not known. */
  resumes: boolean | string;
}

const TIMEOUT = 3_000;
/** Milliseconds; of TLS 1.3 a session comes after the handshake, if at all. */
const SESSION_WAIT = 300;

/** Shakes hands twice, whoever signed the certificate. Never rejects. */
export async function resumeSession(endpoint: ConnectionOptions): Promise<SessionReport> {
  try {
    const { leaf, application, session } = await shakeHands(endpoint);
    const again = session === null ? endpoint : { ...endpoint, session };
    const second = await shakeHands(again).catch(messageOf);
    return { leaf, application, resumes: typeof second === 'string' ? second : second.isReused };
  } catch (error) {
    return { leaf: null, application: null, resumes: messageOf(error) };
  }
}

interface Shaken {
  leaf: Buffer | null;
  application: string | null;
  session: Buffer | null;
  isReused: boolean;
}

function shakeHands(options: ConnectionOptions): Promise<Shaken> {
  return new Promise<Shaken>((resolve, reject) => {
    const socket = connect({ ...options, ALPNProtocols: ['h2', 'http/1.1'], rejectUnauthorized: false });
    const timer = setTimeout(() => socket.destroy(new Error(`no TLS handshake within ${TIMEOUT / 1000} s`)), TIMEOUT);
    const finish = (session: Buffer | null): void => {
      clearTimeout(timer);
      clearTimeout(wait);
      resolve({ ...read(socket), session });
      socket.destroy();
    };
    let session: Buffer | null = null;
    let wait: NodeJS.Timeout | undefined;
    socket.once('error', (error) => {
      clearTimeout(timer);
      clearTimeout(wait);
      reject(error);
    });
    socket.once('session', (received) => {
      session = received;
      if (wait) finish(received);
    });
    socket.once('secureConnect', () => {
      if (socket.isSessionReused() || session) finish(session);
      else wait = setTimeout(() => finish(null), SESSION_WAIT);
    });
  });
}

function read(socket: TLSSocket): Omit<Shaken, 'session'> {
  return {
    leaf: socket.getPeerX509Certificate()?.raw ?? null,
    application: socket.alpnProtocol || null,
    isReused: socket.isSessionReused(),
  };
}
