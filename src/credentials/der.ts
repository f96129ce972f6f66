import forge from 'node-forge';

// Short names for node-forge's ASN.1 nodes, so that x509.ts reads like RFC 5280.
const { asn1 } = forge;
const { Class, Type } = asn1;
export type Asn1 = forge.asn1.Asn1;

const primitive = (type: forge.asn1.Type, bytes: string): Asn1 => asn1.create(Class.UNIVERSAL, type, false, bytes);

export const sequence = (...items: Asn1[]): Asn1 => asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, items);
export const setOf = (item: Asn1): Asn1 => asn1.create(Class.UNIVERSAL, Type.SET, true, [item]);
/** `[tag] EXPLICIT`. */
export const explicit = (tag: number, item: Asn1): Asn1 => asn1.create(Class.CONTEXT_SPECIFIC, tag, true, [item]);
/** `[tag] IMPLICIT`, of a primitive type. */
export const implicit = (tag: number, bytes: string): Asn1 => asn1.create(Class.CONTEXT_SPECIFIC, tag, false, bytes);

export const oid = (dotted: string): Asn1 => primitive(Type.OID, asn1.oidToDer(dotted).getBytes());
/** The bytes are big-endian two's complement in the shortest form, as DER wants them. */
export const integer = (bytes: string): Asn1 => primitive(Type.INTEGER, bytes);
export const octetString = (bytes: string): Asn1 => primitive(Type.OCTETSTRING, bytes);
export const bitString = (unusedBits: number, bytes: string): Asn1 =>
  primitive(Type.BITSTRING, String.fromCharCode(unusedBits) + bytes);
export const utf8String = (text: string): Asn1 => primitive(Type.UTF8, Buffer.from(text).toString('binary'));
export const booleanTrue = (): Asn1 => primitive(Type.BOOLEAN, '\u00ff');
export const nullValue = (): Asn1 => primitive(Type.NULL, '');

/** RFC 5280: UTCTime through 2049, GeneralizedTime from 2050. */
export const time = (date: Date): Asn1 =>
  date.getUTCFullYear() < 2050
    ? primitive(Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));

export const fromDer = (der: Buffer): Asn1 => asn1.fromDer(der.toString('binary'));
export const toDer = (node: Asn1): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'binary');
