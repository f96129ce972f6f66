/**
 * The one version of onnxruntime-node that runs in the API image, and npm's checksums of it and of
 * the package it needs. A unit test holds them against package-lock.json.
 */
export const ONNXRUNTIME = {
  version: '1.30.0',
  integrity: {
    'onnxruntime-node':
      'sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==',
    'onnxruntime-common':
      'sha512-7fdVWjAID1dVhH/G8qK3APARunV4VkBFoCQAP7qp4Wkab0mrorvmc+sqiT+mKXOzDqdjN5j+/Z9nb4gzNPWcyA==',
  },
} as const;

export type OnnxRuntimePackage = keyof typeof ONNXRUNTIME.integrity;

/** Node's name of the architecture of a Linux image, from Docker's. */
export const nodeArchitecture = (architecture: string): string => (architecture === 'amd64' ? 'x64' : architecture);

/**
 * Whether a file of one of the packages is needed on Linux: 46 of 288 MB are. Pure.
 * @param path relative to the package's folder
 * @param architecture Node's name of it
 */
export function isNeeded(name: OnnxRuntimePackage, path: string, architecture: string): boolean {
  if (['package.json', 'LICENSE'].includes(path)) return true;
  if (name === 'onnxruntime-common') return /^dist\/cjs\/.*\.(js|json)$/.test(path);
  return /^dist\/[^/]+\.js$/.test(path) || new RegExp(`^bin/[^/]+/linux/${architecture}/`).test(path);
}
