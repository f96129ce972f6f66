import { posix } from 'node:path';
import type { ApiConfig } from '../../config/types.js';
import { pairsOf } from '../../grade/compose/document.js';
import { mountsOf, type Mount } from '../../grade/compose/service.js';
import type { ComposeService } from '../compose/read-compose.js';
import { treePath } from '../tree-path.js';
import { pathFor, type ImportContext } from './context.js';

const MODEL_FILE = /\.(?:onnx|joblib|pkl|pickle|bin|pt|pth|h5|keras|safetensors|json)$/i;

/** Files that are mounted into an API: a model that MODEL_PATH names is carried over, the rest is told. */
export function deriveModel(service: ComposeService, key: string, context: ImportContext): Pick<ApiConfig, 'model'> {
  const { compose, notes } = context;
  const mounts = mountsOf(service.settings).filter(({ target }) => target !== '');
  const asked = pairsOf(service.settings['environment'])['MODEL_PATH'];
  const where = compose.placeOf('services', service.name, 'volumes');
  const named = asked === undefined ? null : fileAt(asked, mounts, context);
  const [only, ...others] = mounts.flatMap((mount) => modelIn(mount, context));
  const model = named ?? (only !== undefined && others.length === 0 ? only : null);
  if (named !== null) notes.carry(`${key}.model`, `${where}: the file that MODEL_PATH=${asked} names`);
  else if (model !== null) {
    notes.carry(
      `${key}.model`,
      `${where}: mounted as ${mounts.find((mount) => fileOf(mount, context) === model)?.target ?? ''}`,
    );
    leaveMount(
      model,
      service,
      where,
      context,
      'fortress puts the model where MODEL_PATH says, not at the path of the mount',
    );
  }
  if (asked !== undefined && named === null)
    notes.leave(
      `MODEL_PATH=${asked} of ${service.name}`,
      compose.placeOf('services', service.name, 'environment'),
      'the project has no file that is mounted there',
      `name the file in ${key}.model once it is there; MODEL_PATH then says where fortress put it`,
    );
  for (const { source, target } of mounts.filter((mount) => !holds(mount, model, context))) {
    leaveMount(`${source}:${target}`, service, where, context, 'fortress mounts nothing from this machine into APIs');
  }
  return model === null ? {} : { model: pathFor(context, model) };
}

function leaveMount(what: string, service: ComposeService, where: string, { notes }: ImportContext, why: string): void {
  const notThere = service.build === null ? 'build an image that has the file' : 'COPY it in the Dockerfile';
  notes.leave(
    `${what} in ${service.name}`,
    where,
    why,
    `read os.environ["MODEL_PATH"] if it is the model, or ${notThere}`,
  );
}

/** The project's file at a path in the container; null: none is mounted there, or it is not in the project. */
function fileAt(path: string, mounts: Mount[], context: ImportContext): string | null {
  for (const mount of mounts) {
    const inside = posix.relative(mount.target, path);
    if (inside.startsWith('..')) continue;
    const name = treePath(context.compose.base, posix.join(mount.source, inside));
    if (name !== null && context.files.names.includes(name)) return name;
  }
  return null;
}

const fileOf = ({ type, source }: Mount, { compose, files }: ImportContext): string | null => {
  const name = type === 'bind' ? treePath(compose.base, source) : null;
  return name !== null && files.names.includes(name) ? name : null;
};

function modelIn(mount: Mount, context: ImportContext): string[] {
  const file = fileOf(mount, context);
  return file !== null && MODEL_FILE.test(file) ? [file] : [];
}

function holds({ type, source }: Mount, model: string | null, { compose }: ImportContext): boolean {
  const name = type === 'bind' ? treePath(compose.base, source) : null;
  return model !== null && name !== null && (name === model || model.startsWith(`${name}/`));
}
