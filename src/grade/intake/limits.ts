const MIB = 1024 ** 2;

/** What a submission may take at most: far above any honest one, far below what would hurt this machine. */
export interface Limits {
  entries: number;
  /** Bytes of all files together. */
  bytes: number;
  /** Bytes of one file. */
  fileBytes: number;
  /** Unpacked bytes per packed byte… */
  ratio: number;
  /** …once this many were unpacked: small texts compress well. */
  ratioFrom: number;
  /** Bytes of a path in UTF-8. */
  pathBytes: number;
  /** Bytes of one name in it; what file systems allow. */
  nameBytes: number;
  depth: number;
}

export const LIMITS: Limits = {
  entries: 20_000,
  bytes: 1024 * MIB,
  fileBytes: 512 * MIB,
  ratio: 100,
  ratioFrom: 64 * MIB,
  pathBytes: 1024,
  nameBytes: 255,
  depth: 32,
};
