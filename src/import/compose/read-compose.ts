import { parseEnv } from 'node:util';
import { posix } from 'node:path';
import { configError } from '../../errors.js';
import { isMapping, parseCompose, type ComposeDocument, type Mapping } from '../../grade/compose/document.js';
import { buildOf, mountsOf } from '../../grade/compose/service.js';
import { viewOf, type ContainerView } from '../container-view.js';
import { readImageFacts } from '../dockerfile.js';
import type { Notes } from '../notes.js';
import type { ProjectFiles } from '../project-files.js';
import { treePath } from '../tree-path.js';
import { interpolateAll } from './interpolate.js';
import { placesIn, type ComposePlaces } from './lines.js';

/** A compose project as it is imported. */
export interface ComposeProject {
  files: ProjectFiles;
  /** Name of the compose file in the project. */
  file: string;
  /** Its folder, which its paths are relative to; `''`: the project's own. */
  base: string;
  /** With the variables filled in. */
  document: ComposeDocument;
  /** What the variables are filled in with. */
  values: Readonly<Record<string, string>>;
  /** As it was written: shows which values come from variables. */
  written: ComposeDocument;
  services: ComposeService[];
  placeOf: ComposePlaces;
}

export interface ComposeService {
  name: string;
  settings: Mapping;
  image: string | null;
  build: ComposeBuild | null;
  /** Of its own Dockerfile; null: it has none that could be read. */
  imageFacts: ReturnType<typeof readImageFacts> | null;
  view: ContainerView;
}

export interface ComposeBuild {
  /** Folder in the project; null: it lies outside, or is none. */
  context: string | null;
  /** As it was written. */
  written: string;
  /** Relative to the context. */
  dockerfile: string;
  /** Name of the Dockerfile in the project; null: it is not there. */
  file: string | null;
}

/** In the order in which compose itself looks for them. */
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/**
 * Finds and reads the compose file: at the top, or the only one below it.
 * @throws FortressError (exit 2) when there is none, several, or one that cannot be read
 */
export function readCompose(files: ProjectFiles, notes: Notes): ComposeProject {
  const file = composeFileOf(files);
  const text = files.texts.get(file) ?? '';
  const base = posix.dirname(file) === '.' ? '' : posix.dirname(file);
  const written = parseCompose(text, file);
  const values = valuesOf(files, base);
  const document = filledIn(written, values);
  const placeOf = placesIn(text, file);
  leaveOtherFiles(files, base, document, placeOf, notes);
  const services = Object.entries(document.services).map(([name, settings]) => serviceOf(name, settings, base, files));
  return { files, file, base, document, values, written, services, placeOf };
}

function composeFileOf({ folder, names, texts }: ProjectFiles): string {
  const atTop = COMPOSE_FILES.find((name) => texts.has(name));
  if (atTop !== undefined) return atTop;
  const unread = COMPOSE_FILES.find((name) => names.includes(name));
  if (unread !== undefined)
    throw configError(`${unread}: found a file that cannot be read`, {
      why: 'it is longer than 2 MiB, may not be read, or is a link that leads out of the project',
      hint: 'put the compose file itself there',
    });
  const found = names.filter((name) => texts.has(name) && COMPOSE_FILES.includes(posix.basename(name)));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw configError(
    `--from: found "${folder}", ${only ? 'which holds several projects' : 'which holds no compose file'}`,
    {
      why: only ? found.slice(0, 10).join(', ') : `none of ${COMPOSE_FILES.join(', ')} is there`,
      hint: only ? 'name one of these folders' : 'name the folder that holds docker-compose.yml',
    },
  );
}

/** Those of `.env` beside the compose file; never those of the person who imports. */
function valuesOf({ texts }: ProjectFiles, base: string): Record<string, string> {
  const dotEnv = texts.get(posix.join(base, '.env'));
  const values = dotEnv === undefined ? {} : parseEnv(dotEnv);
  return {
    ...(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >),
    PWD: '.',
  };
}

const filledIn = (written: ComposeDocument, values: Record<string, string>): ComposeDocument =>
  interpolateAll(written, values) as ComposeDocument;

/** What else compose would read. */
function leaveOtherFiles(
  { names }: ProjectFiles,
  base: string,
  { raw }: ComposeDocument,
  placeOf: ComposePlaces,
  notes: Notes,
): void {
  const others = names.filter(
    (name) =>
      posix.dirname(posix.join('/', name)) === posix.join('/', base) &&
      /^(?:docker-)?compose\.[\w.-]+\.ya?ml$/.test(posix.basename(name)),
  );
  if (others.length > 0) {
    notes.leave(
      'further compose files',
      others,
      'only the compose file itself is read',
      'carry over by hand what they change',
    );
  }
  if (raw['include'] !== undefined) {
    notes.leave(
      'include',
      placeOf('include'),
      'only the compose file itself is read',
      'carry over by hand what it includes',
    );
  }
}

function serviceOf(name: string, settings: Mapping, base: string, files: ProjectFiles): ComposeService {
  const image = typeof settings['image'] === 'string' && settings['image'] !== '' ? settings['image'] : null;
  const build = composeBuild(settings, base, files);
  const text = build?.file == null ? undefined : files.texts.get(build.file);
  const imageFacts = text === undefined ? null : readImageFacts(text);
  const view = viewOf({
    project: files,
    base,
    mounts: mountsOf(settings).filter(({ type }) => type === 'bind'),
    context: build?.context ?? null,
    copies: imageFacts?.copies ?? [],
  });
  return { name, settings, image, build, imageFacts, view };
}

/** A repository or an archive rather than a folder. Pure. */
export const isRemote = (context: string): boolean => /^[a-z]+:\/\/|^git@/i.test(context);

function composeBuild(settings: Mapping, base: string, { texts }: ProjectFiles): ComposeBuild | null {
  const build = buildOf(settings);
  if (build === null) return null;
  const context = isRemote(build.context) ? null : treePath(base, build.context);
  const file = context === null || build.inline ? null : treePath(context, build.dockerfile);
  return {
    context,
    written: build.context,
    dockerfile: build.dockerfile,
    file: file !== null && texts.has(file) ? file : null,
  };
}

/** A mapping of a service, `{}` where it has none. Pure. */
export const mappingAt = ({ settings }: Pick<ComposeService, 'settings'>, ...path: string[]): Mapping => {
  let value: unknown = settings;
  for (const key of path) value = isMapping(value) ? value[key] : undefined;
  return isMapping(value) ? value : {};
};
