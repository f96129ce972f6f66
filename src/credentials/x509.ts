import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import {
  bitString,
  booleanTrue,
  explicit,
  fromDer,
  implicit,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  setOf,
  time,
  toDer,
  utf8String,
  type Asn1,
} from './der.js';
import { addressBytes, type SubjectName } from './subject-names.js';

const OID = {
  organization: '2.5.4.10',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  rsaWithSha256: '1.2.840.113549.1.1.11',
} as const;

const KEY_USAGE = {
  certSignAndCrlSign: bitString(1, '\u0006'),
  digitalSignature: bitString(7, '\u0080'),
  digitalSignatureAndKeyEncipherment: bitString(5, '\u00a0'),
} as const;

export interface CertificateFields {
  /** Common names, at most 64 characters. */
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  /** Private key of the issuer; for a self-signed certificate the subject's own. */
  issuerKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  usage: { kind: 'ca' } | { kind: 'server'; names: SubjectName[] };
}

/**
 * Builds an X.509 v3 certificate and signs it with SHA-256. node-forge, which knows RSA keys only,
 * does the ASN.1; keys and signatures are node:crypto's, in the same way for RSA and ECDSA.
 * @returns PEM
 */
export function createCertificate(fields: CertificateFields): string {
  const algorithm = signatureAlgorithm(fields.issuerKey);
  const tbsCertificate = sequence(
    explicit(0, integer('\u0002')),
    integer(randomSerial()),
    algorithm,
    distinguishedName(fields.issuer),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    distinguishedName(fields.subject),
    fromDer(publicKeyDer(fields.publicKey)),
    explicit(3, sequence(...extensions(fields))),
  );
  const signature = sign('sha256', toDer(tbsCertificate), fields.issuerKey).toString('binary');
  return toPem(toDer(sequence(tbsCertificate, algorithm, bitString(0, signature))));
}

function signatureAlgorithm(key: KeyObject): Asn1 {
  return key.asymmetricKeyType === 'ec'
    ? sequence(oid(OID.ecdsaWithSha256))
    : sequence(oid(OID.rsaWithSha256), nullValue());
}

function extensions({ usage, publicKey, issuerKey }: CertificateFields): Asn1[] {
  const subjectKeyIdentifier = extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(publicKey)));
  if (usage.kind === 'ca') {
    return [
      critical(OID.basicConstraints, sequence(booleanTrue(), integer('\0'))),
      critical(OID.keyUsage, KEY_USAGE.certSignAndCrlSign),
      subjectKeyIdentifier,
    ];
  }
  // TLS 1.2 may use an RSA key for encryption too; an EC key only ever signs.
  const isRsa = publicKey.asymmetricKeyType === 'rsa';
  const issuerIdentifier = keyIdentifier(createPublicKey(issuerKey));
  return [
    critical(OID.basicConstraints, sequence()),
    critical(OID.keyUsage, isRsa ? KEY_USAGE.digitalSignatureAndKeyEncipherment : KEY_USAGE.digitalSignature),
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
    extension(OID.subjectAltName, sequence(...usage.names.map(generalName))),
    subjectKeyIdentifier,
    extension(OID.authorityKeyIdentifier, sequence(implicit(0, issuerIdentifier))),
  ];
}

const extension = (id: string, value: Asn1): Asn1 => sequence(oid(id), octetString(toDer(value).toString('binary')));
const critical = (id: string, value: Asn1): Asn1 =>
  sequence(oid(id), booleanTrue(), octetString(toDer(value).toString('binary')));

const generalName = ({ kind, value }: SubjectName): Asn1 =>
  kind === 'dns' ? implicit(2, value) : implicit(7, addressBytes(value).toString('binary'));

const distinguishedName = (commonName: string): Asn1 =>
  sequence(nameAttribute(OID.organization, 'fortress'), nameAttribute(OID.commonName, commonName));
const nameAttribute = (type: string, text: string): Asn1 => setOf(sequence(oid(type), utf8String(text)));

const publicKeyDer = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** RFC 7093, section 2: a hash over the whole public key structure, here cut to the customary 160 bits. */
const keyIdentifier = (key: KeyObject): string =>
  createHash('sha256').update(publicKeyDer(key)).digest().subarray(0, 20).toString('binary');

/** 20 octets, the most that RFC 5280 allows; the first is 0x40 to 0x7f: positive, and never shortened by DER. */
function randomSerial(): string {
  const bytes = randomBytes(20);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('binary');
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
