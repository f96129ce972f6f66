const MEBIBYTE = 1024 ** 2;

/** `512Mi`, or plain bytes where it is no whole number of them. */
export const memoryQuantity = (bytes: number): string =>
  bytes % MEBIBYTE === 0 ? `${bytes / MEBIBYTE}Mi` : String(bytes);
