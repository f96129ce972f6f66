/** Oldest first. SSL 2.0 has a greeting of its own, and no server of this decade a word for it. */
export const PROTOCOL_VERSIONS = ['SSL 3.0', 'TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'] as const;
export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number];

/** As they are written on the wire. */
export const VERSION_CODES: Record<ProtocolVersion, number> = {
  'SSL 3.0': 0x0300,
  'TLS 1.0': 0x0301,
  'TLS 1.1': 0x0302,
  'TLS 1.2': 0x0303,
  'TLS 1.3': 0x0304,
};
