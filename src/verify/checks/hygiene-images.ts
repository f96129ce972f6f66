import type { Check } from '../check.js';
import { judgeHygiene } from '../hygiene.js';

export const hygieneImages: Check = {
  id: 'hygiene.images',
  title: 'Images from registries are pinned',
  objective: 8,
  severity: 'warning',
  kind: 'paced',
  run: async ({ spec }) =>
    judgeHygiene(spec.deployment, {
      expected: 'a version or a digest of every image',
      concerns: ({ running }) => running,
      problem: ({ image, builtHere }) => looseness(image, builtHere === true),
      hint: 'Name a version in the compose file, e.g. `nginx:1.26`: `latest` is another image tomorrow.',
    }),
};

/** What is built here is what its Dockerfile says, whatever it is called; unless somebody called it `latest` himself. */
function looseness(image: string, builtHere: boolean): string | null {
  if (image.includes('@sha256:') || image.startsWith('sha256:')) return null;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  if (tag === 'latest') return `is of ${image}`;
  return tag === undefined && !builtHere ? `is of ${image}, which means latest` : null;
}
