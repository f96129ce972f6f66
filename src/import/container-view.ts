import { posix } from 'node:path';
import type { Mount } from '../grade/compose/service.js';
import type { CopyInstruction } from './dockerfile.js';
import type { ProjectFiles } from './project-files.js';
import { liesIn, treePath } from './tree-path.js';

/** A file of the project as a container has it. */
interface SeenFile {
  /** Path in the container. */
  path: string;
  /** Name in the project. */
  file: string;
  text: string;
}

/** Which files of the project a container has, and where: those that its Dockerfile copies, those that are mounted. */
export interface ContainerView {
  /** Name in the project of a file in the container; null: none of its files lies there. */
  nameOf(path: string): string | null;
  /** Files whose text is known, at a path that may hold `*` and `?`, in nginx's order. */
  matching(pattern: string): SeenFile[];
}

interface Sources {
  project: ProjectFiles;
  /** Folder of the compose file in the project. */
  base: string;
  mounts: Mount[];
  /** Context of the image's build in the project; null: it is not built here. */
  context: string | null;
  copies: CopyInstruction[];
}

/** Pure. Mounts hide what an image has at the same place. */
export function viewOf({ project, base, mounts, context, copies }: Sources): ContainerView {
  const files = new Map<string, string>();
  if (context !== null) for (const copy of copies) place(files, project, copied(copy, context));
  for (const { source, target } of mounts) {
    const name = treePath(base, source);
    if (name !== null) place(files, project, [{ name, target, intoFolder: false }]);
  }
  return {
    nameOf: (path) => files.get(posix.normalize(path)) ?? null,
    matching: (pattern) => {
      const wanted = globPattern(pattern);
      return [...files]
        .filter(([path]) => wanted.test(path))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([path, file]) => {
          const text = project.texts.get(file);
          return text === undefined ? [] : [{ path, file, text }];
        });
    },
  };
}

interface Placement {
  /** File or folder of the project. */
  name: string;
  target: string;
  /** A file keeps its name below the target. */
  intoFolder: boolean;
}

function copied({ sources, target }: CopyInstruction, context: string): Placement[] {
  const intoFolder = target.endsWith('/') || sources.length > 1;
  return sources.flatMap((source) => {
    const name = treePath(context, source.replace(/^\/+/, ''));
    return name === null ? [] : [{ name, target, intoFolder }];
  });
}

function place(files: Map<string, string>, { names }: ProjectFiles, placements: Placement[]): void {
  for (const { name, target, intoFolder } of placements) {
    const wanted = /[*?]/.test(name) ? globPattern(name) : null;
    for (const file of names) {
      if (wanted?.test(file)) files.set(posix.join(target, posix.basename(file)), file);
      else if (file === name)
        files.set(intoFolder ? posix.join(target, posix.basename(file)) : posix.normalize(target), file);
      else if (wanted === null && liesIn(file, name)) {
        files.set(posix.join(target, name === '' ? file : file.slice(name.length + 1)), file);
      }
    }
  }
}

/** More would take long to match, and nobody writes them. */
const MOST_STARS = 4;
const NOTHING = /(?!)/;

/** `*` and `?` stand for anything but `/`. */
const globPattern = (glob: string): RegExp =>
  glob.split('*').length - 1 > MOST_STARS
    ? NOTHING
    : new RegExp(
        `^${glob
          .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
          .replaceAll(/\*+/g, '[^/]*')
          .replaceAll('?', '[^/]')}$`,
      );
