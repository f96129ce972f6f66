import { posix } from 'node:path';
import type { ContainerView } from '../container-view.js';
import type { Notes } from '../notes.js';
import { isWrittenByFortress } from '../written-by-fortress.js';
import { parseNginx, placeOf, type Directive } from './parse.js';

/** Files that every nginx image brings and that say nothing of the gateway. */
const OF_THE_IMAGE =
  /(?:mime\.types|fastcgi_params|fastcgi\.conf|scgi_params|uwsgi_params|proxy_params|modules-enabled\/.*|conf\.d\/\*\.conf|modules\/.*\.conf)$/;

/** More files than any configuration has; an include that includes itself is found by its depth. */
const DEEPEST = 10;
const MOST_DIRECTIVES = 50_000;

interface Loading {
  view: ContainerView;
  notes: Notes;
  /** What is included is made when it is started, if it is not there. */
  isOurs: boolean;
  budget: { directives: number };
}

/**
 * The configuration of a gateway, its includes filled in where the project has the files.
 * @param path in the container
 * @param text what stands there
 * @throws FortressError (exit 2) naming file, line and what was found there
 */
export function loadNginx(
  entry: { path: string; file: string; text: string },
  view: ContainerView,
  notes: Notes,
): Directive[] {
  const directives = parseNginx(entry.text, entry.file);
  return fillIn(directives, posix.dirname(entry.path), 0, {
    view,
    notes,
    isOurs: isWrittenByFortress(entry.text),
    budget: { directives: MOST_DIRECTIVES },
  });
}

function fillIn(block: Directive[], folder: string, depth: number, loading: Loading): Directive[] {
  return block.flatMap((directive) => {
    loading.budget.directives -= 1;
    if (loading.budget.directives < 0) return [];
    const [pattern] = directive.args;
    if (directive.name === 'include' && directive.block === null && pattern !== undefined)
      return included(directive, posix.resolve(folder, pattern), folder, depth, loading);
    if (directive.block === null) return [directive];
    return [{ ...directive, block: fillIn(directive.block, folder, depth, loading) }];
  });
}

function included(include: Directive, pattern: string, folder: string, depth: number, loading: Loading): Directive[] {
  const { view, notes, isOurs } = loading;
  const files = depth < DEEPEST ? view.matching(pattern) : [];
  if (files.length === 0 && !isOurs && !OF_THE_IMAGE.test(pattern)) {
    notes.leave(
      `include ${pattern}`,
      placeOf(include),
      depth < DEEPEST ? 'the project has no such file' : 'it lies more than ten includes deep',
      'what it sets is missing in fortress.config.ts: compare by hand',
    );
  }
  return files.flatMap(({ file, text }) => fillIn(parseNginx(text, file), folder, depth + 1, loading));
}
