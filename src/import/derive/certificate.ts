import { posix } from 'node:path';
import type { TlsConfig } from '../../config/types.js';
import { checkOwnCertificate } from '../../credentials/own-certificate.js';
import { FortressError } from '../../errors.js';
import { NGINX_FILES } from '../../export/exam/paths.js';
import { inherited } from '../nginx/gateway-facts.js';
import { placeOf } from '../nginx/parse.js';
import { pathFor, type ImportContext } from './context.js';
import { deriveIssuing, isMadeByFortress } from './own-gateway.js';

interface CertificateFound {
  tls: TlsConfig;
  /** Hosts that the certificate is for; null: fortress makes one for any. */
  hosts: string[] | null;
}

/**
 * The project's own certificate, where fortress can use it as it is.
 * @param hosts those that it must be for; `127.0.0.1` is given up where the certificate lacks nothing else
 */
export function deriveCertificate(hosts: string[], context: ImportContext): CertificateFound {
  const { nginx, notes } = context;
  const server = nginx.prediction?.server ?? nginx.servers.find(({ listens }) => listens.some(({ tls }) => tls));
  const scope = server ? [server.block, nginx.http] : [nginx.http];
  const [certificate, key] = [inherited(scope, 'ssl_certificate'), inherited(scope, 'ssl_certificate_key')];
  if (!certificate || !key) return { tls: {}, hosts: null };
  const where = placeOf(certificate);
  const paths = {
    certificate: fileOf(certificate.args[0], context),
    certificateKey: fileOf(key.args[0], context),
    ca: null,
  };
  const texts = {
    certificate: textOf(paths.certificate, context),
    certificateKey: textOf(paths.certificateKey, context),
  };
  if (context.isOurs && isTheUsual(certificate.args[0]) && texts.certificate === null)
    return { tls: deriveIssuing(null, context), hosts: null };
  if (context.isOurs && texts.certificate !== null && isMadeByFortress(texts.certificate, context)) {
    // It is renewed by what lies in its own project: with fortress, by fortress.
    leave('fortress, or its script, made it; clients trust another one from now on');
    return { tls: deriveIssuing(texts.certificate, context), hosts: null };
  }
  if (
    paths.certificate === null ||
    paths.certificateKey === null ||
    texts.certificate === null ||
    texts.certificateKey === null
  ) {
    leave(`${texts.certificate === null ? certificate.args[0] : key.args[0]} is not in the project`);
    return { tls: {}, hosts: null };
  }
  const usable = hostsThatFit(
    { certificate: texts.certificate, certificateKey: texts.certificateKey },
    hosts,
    context.now,
  );
  if (typeof usable === 'string') {
    leave(usable);
    return { tls: {}, hosts: null };
  }
  notes.carry('gateway.tls', `${where}: ${paths.certificate} with ${paths.certificateKey}`);
  return {
    tls: { certificate: pathFor(context, paths.certificate), certificateKey: pathFor(context, paths.certificateKey) },
    hosts: usable,
  };

  function leave(why: string): void {
    notes.leave(
      'the certificate',
      where,
      why,
      'fortress makes its own and renews it; name a pair of yours in gateway.tls.certificate and certificateKey',
    );
  }
}

/** Where an exported gateway looks for it, which is made when the project is started. */
const isTheUsual = (path: string | undefined): boolean => path === NGINX_FILES.certificate;

/** The hosts that are covered, or why the pair is of no use. */
function hostsThatFit(
  files: { certificate: string; certificateKey: string },
  hosts: string[],
  now: Date,
): string[] | string {
  const names = { certificate: 'the certificate', certificateKey: 'the key', ca: null };
  let problem = 'it is for none of the hosts';
  for (const wanted of [hosts, hosts.filter((host) => host !== '127.0.0.1')]) {
    try {
      checkOwnCertificate({ paths: names, files: { ...files, ca: null }, hosts: wanted, now });
      return wanted;
    } catch (error) {
      if (!(error instanceof FortressError)) return 'it cannot be read';
      problem = [error.message.replace(/^.*?", /, ''), error.why].filter(Boolean).join(': ');
    }
  }
  return problem;
}

function fileOf(path: string | undefined, { roles, nginxFolder }: ImportContext): string | null {
  if (path === undefined) return null;
  return roles.gateway?.view.nameOf(posix.resolve(nginxFolder, path)) ?? null;
}

const textOf = (name: string | null, { files }: ImportContext): string | null =>
  name === null ? null : (files.texts.get(name) ?? null);
