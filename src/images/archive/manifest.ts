import * as z from 'zod';
import { unsuitableBundle } from './bundle-errors.js';

/** Raised when an older fortress could no longer read what a newer one writes. */
const FORMAT = 1;

const imageSchema = z.object({
  /** What it is in the stack: `nginx`, `backend:v1`. */
  image: z.string(),
  reference: z.string(),
  origin: z.string(),
  id: z.string(),
  size: z.number().nonnegative(),
  layers: z.array(z.string()),
});

const schema = z.object({
  /** Version of fortress that wrote it. */
  fortress: z.string(),
  created: z.string(),
  project: z.string(),
  source: z.string(),
  /** The engine's name of it: `amd64`. */
  architecture: z.string(),
  images: z.array(imageSchema).min(1),
  leftOut: z.array(z.object({ image: z.string(), reason: z.string() })),
});

/** What a bundle says of itself, in its first entry. */
export type BundleManifest = z.infer<typeof schema>;
export type BundledImage = z.infer<typeof imageSchema>;

/** Text of the entry. Pure. */
export const formatManifest = (manifest: BundleManifest): string =>
  `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`;

/**
 * Reads the text of the entry. Pure.
 * @param file how people know the bundle
 * @throws FortressError (exit 2) when this fortress cannot read it
 */
export function parseManifest(text: string, file: string): BundleManifest {
  const document = parseJson(text);
  const { success, data } = schema.safeParse(document);
  const { format } = z.object({ format: z.unknown() }).safeParse(document).data ?? {};
  if (success && format === FORMAT) return data;
  const isNewer = typeof format === 'number' && format > FORMAT;
  throw unsuitableBundle(`${file} cannot be read by this fortress`, {
    why: isNewer
      ? `it has format ${format}, which a newer fortress writes`
      : 'its fortress.json is not what one writes',
    hint: isNewer ? 'update fortress, or load the images alone: docker load' : 'save it again: fortress images save',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
