import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { Service } from '../../stack/stack.js';
import type { Manifest } from './manifest.js';
import { configMapName, secretName, selectorOf, stackLabels, TLS_SECRET } from './names.js';
import { isText, type PlacedFile, type Placement } from './placement.js';
import { isRestricted } from './security.js';

/** The namespace, with the strictest rules that all pods keep. */
export function namespaceManifest(namespace: string, services: Service[]): Manifest<INamespace> {
  const level = services.every(isRestricted) ? 'restricted' : 'baseline';
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: {
          ...stackLabels(namespace),
          'pod-security.kubernetes.io/enforce': level,
          'pod-security.kubernetes.io/warn': level,
        },
      },
    },
  };
}

/** The files of a service that are no secret. */
export function configMaps(namespace: string, { name }: Service, { config }: Placement): Manifest<IConfigMap>[] {
  if (config.length === 0) return [];
  const texts = config.filter(({ content }) => isText(content));
  const binaries = config.filter(({ content }) => !isText(content));
  return [
    {
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configMapName(name), namespace, labels: selectorOf(namespace, name) },
        data: byKey(texts, ({ content }) => content.toString()),
        binaryData: byKey(binaries, asBase64),
      },
    },
  ];
}

/** The files of a service that are. */
export function secrets(namespace: string, { name }: Service, { secret, tls }: Placement): Manifest<ISecret>[] {
  const labels = selectorOf(namespace, name);
  const one = (type: string, secretOf: string, files: PlacedFile[]): Manifest<ISecret>[] =>
    files.length === 0
      ? []
      : [
          {
            object: {
              apiVersion: 'v1',
              kind: 'Secret',
              metadata: { name: secretOf, namespace, labels },
              type,
              data: byKey(files, asBase64),
            },
          },
        ];
  return [...one('Opaque', secretName(name), secret), ...one('kubernetes.io/tls', TLS_SECRET, tls)];
}

const asBase64 = ({ content }: PlacedFile): string => content.toString('base64');

const byKey = (files: PlacedFile[], valueOf: (file: PlacedFile) => string): Record<string, string> | undefined =>
  files.length === 0 ? undefined : Object.fromEntries(files.map((file) => [file.key, valueOf(file)]));
