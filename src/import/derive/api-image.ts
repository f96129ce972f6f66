import type { ApiConfig } from '../../config/types.js';
import { textOf } from '../../grade/compose/document.js';
import { unsetVariables } from '../compose/interpolate.js';
import type { ComposeService } from '../compose/read-compose.js';
import type { ImportContext } from './context.js';

/** No registry ever has this name (RFC 2606): what stands there is never fetched from anybody. */
const NOBODY = 'name-it.invalid';
const REFERENCE = /^[a-z0-9](?:[a-z0-9._/:@-]*[a-z0-9_])?$/i;

/** The image of an API that is not built here; where it cannot be known, one that nobody has, and that is told. */
export function deriveImage(service: ComposeService, key: string, context: ImportContext): Pick<ApiConfig, 'image'> {
  const { compose, notes } = context;
  const where = compose.placeOf('services', service.name, 'image');
  const why = whyUnknown(service, context);
  if (why === null) {
    notes.carry(key, `${where}: image ${service.image ?? ''}`);
    return { image: service.image ?? '' };
  }
  const image = `${NOBODY}/${plainName(service.name)}`;
  notes.leave(
    `the image of ${service.name}`,
    where,
    `${why}; ${image} stands in its place, which nobody has`,
    `name it in ${key}.image`,
  );
  return { image };
}

function whyUnknown({ name, image }: ComposeService, { compose }: ImportContext): string | null {
  const unset = unsetVariables(textOf(compose.written.services[name]?.['image']), compose.values);
  if (unset.length > 0) return `nothing in the project says what ${unset.join(', ')} is`;
  if (image === null) return `${compose.file} names neither an image nor a build for it`;
  return REFERENCE.test(image) ? null : `${image} is no reference of an image`;
}

const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60) || 'api';
