import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { IVolumeProjection } from 'kubernetes-models/v1/VolumeProjection';
import { FILES_CURRENT, type Service } from '../../stack/stack.js';
import { configMapName, secretName, TLS_SECRET } from './names.js';
import type { PlacedFile, Placement } from './placement.js';
import { memoryQuantity } from './quantities.js';
import { parseSize } from '../../config/units.js';

/** For the group of the pod's user to read, and nobody else. */
const FILE_MODE = 0o440;

const FILES = 'files';

/** The volumes of a service's pods: its files in one, memory for what it writes, a claim for what it keeps. */
export function volumesOf(service: Service, placement: Placement): IVolume[] {
  const sources = projections(service, placement);
  return [
    ...(sources.length === 0 ? [] : [{ name: FILES, projected: { defaultMode: FILE_MODE, sources } }]),
    ...Object.entries(service.tmpfs).map(([path, options]) => ({
      name: memoryName(path),
      emptyDir: { medium: 'Memory', sizeLimit: sizeOf(options) },
    })),
    ...service.volumes.map(() => ({ name: DATA, persistentVolumeClaim: { claimName: claimName(service) } })),
  ];
}

const DATA = 'data';

/** The claim of a service's data. */
export const claimName = ({ name }: Service): string => `${name}-${DATA}`;

function projections({ name }: Service, { config, secret, tls }: Placement): IVolumeProjection[] {
  return [
    ...(config.length === 0 ? [] : [{ configMap: { name: configMapName(name), items: items(config) } }]),
    ...(secret.length === 0 ? [] : [{ secret: { name: secretName(name), items: items(secret) } }]),
    ...(tls.length === 0 ? [] : [{ secret: { name: TLS_SECRET, items: items(tls) } }]),
  ];
}

const items = (files: PlacedFile[]): { key: string; path: string }[] => files.map(({ key, path }) => ({ key, path }));

/** Where a service's pods find their volumes. */
export function mountsOf(service: Service, placement: Placement): IVolumeMount[] {
  return [
    ...fileMounts(placement),
    ...Object.keys(service.tmpfs).map((path) => ({ name: memoryName(path), mountPath: path })),
    ...service.volumes.map(({ path }) => ({ name: DATA, mountPath: path })),
  ];
}

/** The whole folder; where the image brings a part of it, only the other parts, so that they don't hide it. */
function fileMounts({ config, secret, tls, layer }: Placement): IVolumeMount[] {
  const files = [...config, ...secret, ...tls];
  if (files.length === 0) return [];
  if (layer.length === 0) return [{ name: FILES, mountPath: FILES_CURRENT, readOnly: true }];
  const parts = new Set(files.map(({ path }) => path.split('/')[0] ?? path));
  return [...parts].map((part) => ({
    name: FILES,
    mountPath: `${FILES_CURRENT}/${part}`,
    subPath: part,
    readOnly: true,
  }));
}

const memoryName = (path: string): string => `memory${path.replaceAll(/[^a-z0-9]+/g, '-').replace(/-$/, '')}`;

/** Of mount options like `rw,size=16m`. */
function sizeOf(options: string): string | undefined {
  const size = /(?:^|,)size=([^,]+)/.exec(options)?.[1];
  return size === undefined ? undefined : memoryQuantity(parseSize(size));
}
