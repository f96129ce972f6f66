import { X509Certificate } from 'node:crypto';
import type { GatewayConfig, TlsConfig } from '../../config/types.js';
import { placeOf, type Directive } from '../nginx/parse.js';
import type { ImportContext } from './context.js';

/** Where fortress writes how often an address may be wrong. */
const WRONG_PER_MINUTE = '$wrong_per_minute';

/** What fortress writes into a gateway's files, and nobody else does, is found again there. */
export function derivePasswords(context: ImportContext): Pick<GatewayConfig, 'passwords'> {
  if (!context.isOurs) return {};
  const passwords = { ...deriveHash(context), ...deriveWrongPerMinute(context) };
  return Object.keys(passwords).length > 0 ? { passwords } : {};
}

/** All of a file that fortress wrote have the same kind. */
function deriveHash({ files, notes }: ImportContext): { hash?: 'apr1' } {
  const found = [...files.texts].find(([name, text]) => name.endsWith('htpasswd') && /^[^:\n]+:\$apr1\$/m.test(text));
  if (found === undefined) return {};
  notes.carry('gateway.passwords', `${found[0]}: $apr1$`);
  return { hash: 'apr1' };
}

function deriveWrongPerMinute({ nginx, notes }: ImportContext): { wrongPerMinute?: number } {
  const found = everything(nginx.http).find(({ name, args }) => name === 'set' && args[0] === WRONG_PER_MINUTE);
  const wrongPerMinute = Number(found?.args[1]);
  if (!found || !Number.isInteger(wrongPerMinute) || wrongPerMinute < 5 || wrongPerMinute > 1000) return {};
  notes.carry('gateway.passwords', `${placeOf(found)}: set ${WRONG_PER_MINUTE} ${wrongPerMinute}`);
  return { wrongPerMinute };
}

const everything = (block: readonly Directive[]): Directive[] =>
  block.flatMap((directive) => [directive, ...everything(directive.block ?? [])]);

/** How fortress, or the script that it wrote, makes certificates. @param certificate the text of one, if it is there */
export function deriveIssuing(
  certificate: string | null,
  { files, notes }: ImportContext,
): Pick<TlsConfig, 'key' | 'days' | 'renewBeforeDays'> {
  const [name, script] = [...files.texts].find(([file]) => /(?:^|\/)gen-certs\.sh$/.test(file)) ?? [];
  if (script === undefined) {
    const key = keyOf(certificate);
    if (key !== undefined) notes.carry('gateway.tls.key', 'the certificate');
    return key === undefined ? {} : { key };
  }
  const type = /-newkey\s+(?<type>rsa:2048|rsa:4096|ec)\b/.exec(script)?.groups?.['type'] ?? '';
  const number = (variable: string): number =>
    Number(new RegExp(String.raw`^readonly ${variable}=(?<value>\d{1,4})$`, 'm').exec(script)?.groups?.['value']);
  const [days, renewBeforeDays] = [number('DAYS'), number('RENEW_BEFORE_DAYS')];
  const key = KEYS[type];
  if (key !== undefined) notes.carry('gateway.tls.key', `${name}: -newkey ${type}`);
  const isValid = days >= 1 && days <= 825 && renewBeforeDays >= 1 && renewBeforeDays < days;
  if (isValid) notes.carry('gateway.tls.days', `${name}: DAYS=${days}, RENEW_BEFORE_DAYS=${renewBeforeDays}`);
  return { ...(key !== undefined && { key }), ...(isValid && { days, renewBeforeDays }) };
}

/** Whether a certificate was made by fortress, or by the script that it wrote, which notes down when it ends. */
export function isMadeByFortress(certificate: string, { files }: ImportContext): boolean {
  try {
    const { issuer, validTo } = new X509Certificate(certificate);
    if (/^CN=fortress CA \(/m.test(issuer)) return true;
    const noted = [...files.texts].find(([name]) => /(?:^|\/)certs\/expiry\.conf$/.test(name))?.[1] ?? '';
    return noted.includes(String(Date.parse(validTo) / 1000));
  } catch {
    return false;
  }
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
