import { advice, conclude } from '../../verify/conclude.js';
import { textOf } from '../compose/document.js';
import type { Project } from '../project.js';
import type { Deliverable } from './deliverable.js';
import { dockerfilesOf } from './dockerfiles.js';

export const imagesPinned: Deliverable = {
  id: 'images.pinned',
  title: 'Every image is pinned to a version',
  severity: 'warning',
  examine: async (project) => {
    const images = await imagesOf(project);
    const loose = images.filter(({ image }) => !isPinned(image));
    return conclude({
      summary: `${images.length - loose.length} of ${images.length} are pinned`,
      expectations: images.map(({ where, image }) => advice(isPinned(image), `${where}: a version`, image)),
      exchanges: [],
      hint: 'Write a version (nginx:1.29) or a digest; what is "latest" differs from day to day.',
    });
  },
};

/** Images that are taken from elsewhere; what the project builds is its own. */
async function imagesOf(project: Project): Promise<{ where: string; image: string }[]> {
  const services = Object.entries(project.compose.services);
  const own = new Set(services.filter(([, { build }]) => build).map(([, { image }]) => textOf(image)));
  const taken = services
    .map(([where, { image }]) => ({ where, image: textOf(image) }))
    .filter(({ image }) => image !== '' && !own.has(image));
  const bases = (await dockerfilesOf(project)).flatMap(({ file, facts }) =>
    (facts?.bases ?? []).filter((image) => image !== 'scratch').map((image) => ({ where: file, image })),
  );
  return [...taken, ...uniqueOf(bases)];
}

const uniqueOf = (items: { where: string; image: string }[]): { where: string; image: string }[] =>
  items.filter(
    ({ where, image }, index) => items.findIndex((each) => each.where === where && each.image === image) === index,
  );

/** A digest, or a tag that is not `latest`; the default of `${TAG:-1.2}` counts as its value. */
export function isPinned(image: string): boolean {
  const filled = image.replaceAll(/\$\{\w+:?-(?<value>[^}]*)\}/g, '$<value>');
  if (filled.includes('@sha256:')) return true;
  const tag = /:(?<tag>[^/:]+)$/.exec(filled)?.groups?.['tag'];
  return tag !== undefined && tag !== 'latest';
}
