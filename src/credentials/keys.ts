import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyType } from '../config/types.js';

const generate = promisify(generateKeyPair);

/** Makes a new private key. Off the main thread: a 4096 bit RSA key takes seconds. */
export async function generatePrivateKey(type: KeyType): Promise<KeyObject> {
  const { privateKey } =
    type === 'ecdsa-p256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: Number(type.slice('rsa-'.length)) });
  return privateKey;
}

/** What kind of key this is, in our words; null for kinds that we never make. */
export function keyTypeOf(key: KeyObject): KeyType | null {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return namedCurve === 'prime256v1' ? 'ecdsa-p256' : null;
  if (key.asymmetricKeyType !== 'rsa') return null;
  if (modulusLength === 2048) return 'rsa-2048';
  return modulusLength === 4096 ? 'rsa-4096' : null;
}

/** PKCS#8 PEM, which nginx and OpenSSL read for either kind of key. */
export const privateKeyToPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Reads a private key; null when the text is not one. */
export function parsePrivateKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
