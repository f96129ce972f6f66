/** What a server writes, byte by byte: for answers that no server of today can be made to give. */

interface HelloBytes {
  version: number;
  suite: number;
  compression?: number;
  extensions?: [type: number, data: Buffer][];
  random?: Buffer;
}

const length = (bytes: Buffer, size: number): Buffer => {
  const prefix = Buffer.alloc(size);
  prefix.writeUIntBE(bytes.length, 0, size);
  return Buffer.concat([prefix, bytes]);
};

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

export const record = (type: number, content: Buffer, version = 0x0301): Buffer =>
  Buffer.concat([Buffer.from([type]), uint16(version), length(content, 2)]);

export const message = (type: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([type]), length(body, 3)]);

export const alertRecord = (level: number, code: number): Buffer => record(21, Buffer.from([level, code]));

export function serverHello({ version, suite, compression = 0, extensions = [], random }: HelloBytes): Buffer {
  const list = extensions.map(([type, data]) => Buffer.concat([uint16(type), length(data, 2)]));
  return message(
    2,
    Buffer.concat([
      uint16(version),
      random ?? Buffer.alloc(32, 7),
      length(Buffer.alloc(0), 1),
      uint16(suite),
      Buffer.from([compression]),
      ...(list.length > 0 ? [length(Buffer.concat(list), 2)] : []),
    ]),
  );
}

export const certificateMessage = (...chain: Buffer[]): Buffer =>
  message(11, length(Buffer.concat(chain.map((certificate) => length(certificate, 3))), 3));

/** ServerKeyExchange of finite-field Diffie-Hellman, without what comes after the prime. */
export const primeMessage = (prime: Buffer): Buffer => message(12, length(prime, 2));
/** The same of a named curve. */
export const curveMessage = (group: number): Buffer => message(12, Buffer.concat([Buffer.from([3]), uint16(group)]));

export const helloDone = message(14, Buffer.alloc(0));
export { uint16 };

/** A whole flight of TLS 1.2 or older in one record. */
export const flight = (hello: HelloBytes, ...messages: Buffer[]): Buffer =>
  record(22, Buffer.concat([serverHello(hello), ...messages, helloDone]));
