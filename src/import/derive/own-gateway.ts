import { X509Certificate } from 'node:crypto';
import type { GatewayConfig, TlsConfig } from '../../config/types.js';
import { placeOf, type Directive } from '../nginx/parse.js';
import type { ImportContext } from './context.js';

/** Where fortress writes how often an address may be wrong. */
const WRONG_PER_MINUTE = '$wrong_per_minute';

/** What fortress writes into a gateway's files, and nobody else does, is found again there. */
export function deriveWrongPerMinute({ isOurs, nginx, notes }: ImportContext): Pick<GatewayConfig, 'passwords'> {
  const found = isOurs
    ? everything(nginx.http).find(({ name, args }) => name === 'set' && args[0] === WRONG_PER_MINUTE)
    : undefined;
  const wrongPerMinute = Number(found?.args[1]);
  if (!found || !Number.isInteger(wrongPerMinute) || wrongPerMinute < 5 || wrongPerMinute > 1000) return {};
  notes.carry('gateway.passwords', `${placeOf(found)}: set ${WRONG_PER_MINUTE} ${wrongPerMinute}`);
  return { passwords: { wrongPerMinute } };
}

const everything = (block: readonly Directive[]): Directive[] =>
  block.flatMap((directive) => [directive, ...everything(directive.block ?? [])]);

/** The kind of key of a certificate that fortress or its script made. @param certificate its text, if it is there */
export function deriveKeyType(
  certificate: string | null,
  { isOurs, files, notes }: ImportContext,
): Pick<TlsConfig, 'key'> {
  if (!isOurs) return {};
  const script = [...files.texts].find(([name]) => /(?:^|\/)gen-certs\.sh$/.test(name));
  const asked = /-newkey\s+(?<type>rsa:2048|rsa:4096|ec)\b/.exec(script?.[1] ?? '')?.groups?.['type'];
  const key = asked === undefined ? keyOf(certificate) : KEYS[asked];
  if (key === undefined) return {};
  notes.carry('gateway.tls.key', asked === undefined ? 'the certificate' : `${script?.[0] ?? ''}: -newkey ${asked}`);
  return { key };
}

const KEYS: Record<string, NonNullable<TlsConfig['key']>> = {
  ec: 'ecdsa-p256',
  'rsa:2048': 'rsa-2048',
  'rsa:4096': 'rsa-4096',
};

function keyOf(certificate: string | null): NonNullable<TlsConfig['key']> | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = new X509Certificate(certificate ?? '').publicKey;
    return KEYS[asymmetricKeyType === 'rsa' ? `rsa:${asymmetricKeyDetails?.modulusLength}` : `${asymmetricKeyType}`];
  } catch {
    return undefined;
  }
}
