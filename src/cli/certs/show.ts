import { X509Certificate } from 'node:crypto';
import { relative } from 'node:path';
import type { ResolvedConfig } from '../../config/resolved.js';
import { certificatesIn } from '../../credentials/own-certificate.js';
import type { PreparedCredentials } from '../../credentials/prepare.js';
import { trustedFile } from '../../credentials/store.js';
import { factsOf, formatCertificates, type CertificateFacts } from '../../report/certificates.js';
import { servedCertificate } from './served.js';

/** The certificates of a project and what its gateway does with them. */
export interface CertificateReport {
  /** From the CA down to the gateway's. */
  certificates: CertificateFacts[];
  /** They are the person's; fortress never renews them. */
  own: boolean;
  /** The file that clients are to trust. */
  ca: string;
  /** What the running gateway serves; null: nothing answers. */
  served: { fingerprint: string; current: boolean; validTo: string } | null;
}

export async function reportCertificates(
  config: ResolvedConfig,
  { caCertificate, certificate }: PreparedCredentials,
): Promise<CertificateReport> {
  const now = new Date();
  const { tls } = config.gateway;
  const [leaf = '', ...between] = certificatesIn(certificate);
  const trusted = tls.own !== null && tls.own.ca === null ? [] : certificatesIn(caCertificate);
  const facts = (role: CertificateFacts['role'], pem: string): CertificateFacts =>
    factsOf(role, new X509Certificate(pem), now);
  const gateway = facts('gateway', leaf);
  const served = await servedCertificate(config);
  return {
    certificates: [
      ...trusted.map((pem) => facts('CA', pem)),
      ...between.toReversed().map((pem) => facts('chain', pem)),
      gateway,
    ],
    own: tls.own !== null,
    ca: trustedFile(tls, config.stateDir),
    served: served && {
      fingerprint: served.fingerprint256,
      current: served.fingerprint256 === gateway.fingerprint,
      validTo: new Date(served.validTo).toISOString(),
    },
  };
}

/** For people. */
export function formatReport({ certificates, own, ca, served }: CertificateReport): string {
  const lines = [
    formatCertificates(certificates),
    '',
    `Clients trust  ${relative(process.cwd(), ca)} (how: fortress certs trust)`,
    ...(own ? ['Whose          yours: fortress never writes or renews them'] : []),
    `Served         ${describeServed(served)}`,
  ];
  return lines.join('\n');
}

function describeServed(served: CertificateReport['served']): string {
  if (served === null) return 'nothing answers on the gateway’s port';
  return served.current
    ? 'this certificate'
    : `another one: SHA-256 ${served.fingerprint}, valid to ${served.validTo.slice(0, 10)}; \`fortress up\` brings this one`;
}
