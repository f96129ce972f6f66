import { splitReference } from './images.js';
import { toYaml } from './manifest.js';

/**
 * What `kubectl apply -k` reads.
 * @param local images that have to be pushed; push-images.sh says here where to
 */
export function kustomization(resources: string[], local: string[]): string {
  const object = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources,
    ...(local.length > 0 && {
      images: [...new Set(local.map((reference) => splitReference(reference).name))].map((name) => ({
        name,
        newName: name,
      })),
    }),
  };
  return toYaml([
    {
      about: 'kubectl apply -k .',
      object,
      ...(local.length > 0 && {
        notes: { images: 'Where the images are that no registry had. push-images.sh fills in "newName".' },
      }),
    },
  ]);
}
