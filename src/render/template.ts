import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta';
import { configError, messageOf } from '../errors.js';
import { packageRoot } from '../package-root.js';

/** Renders the template of a path (`nginx/nginx.conf.eta`) with a view. */
export type Renderer = (path: string, view: object) => string;

/**
 * Templates come from the project's own folder where it has one of the same path, else from fortress.
 * @param overrides absolute path of the project's template folder
 */
export function createRenderer(overrides: string | null): Renderer {
  if (overrides !== null && !existsSync(overrides)) {
    throw configError(`templates: found ${overrides}, which does not exist`, {
      hint: 'make the folder, or take "templates" out of the configuration',
    });
  }
  return (path, view) => renderFile(findTemplate(path, overrides), view);
}

function findTemplate(path: string, overrides: string | null): string {
  const own = overrides === null ? null : join(overrides, path);
  return own !== null && existsSync(own) ? own : join(packageRoot(), 'templates', path);
}

function renderFile(file: string, view: object): string {
  const eta = new Eta({
    autoEscape: false,
    autoTrim: false,
    autoFilter: true,
    debug: true,
    filterFunction: refuseUndefined,
  });
  try {
    return eta.renderString(readFileSync(file, 'utf8'), view);
  } catch (error) {
    throw configError(`template ${file} could not be rendered`, {
      // Eta appends the program it made of the template, which helps nobody.
      why: messageOf(error).split('\n===', 1)[0]?.trim(),
      hint: 'the values a template may use are described in docs/templates.md',
      cause: error,
    });
  }
}

/** A misspelt name must stop us, not become the word "undefined" in a server's configuration. */
function refuseUndefined(value: unknown): string {
  if (value === undefined || value === null) throw new TypeError(`a <%= %> tag gave ${value}`);
  return String(value);
}
