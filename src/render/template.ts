import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta';
import { configError, messageOf } from '../errors.js';
import { packageRoot } from '../package-root.js';

/** Renders the template of a path (`nginx/nginx.conf.eta`) with a view. */
export type Renderer = (path: string, view: object) => string;

/** Finds the template of a path; `origin` is how people know where it came from. */
export type TemplateReader = (path: string) => { origin: string; text: string };

/**
 * Templates of the project's own folder where it has one of the same path, else those of fortress.
 * @param overrides absolute path of the project's template folder
 */
export function projectTemplates(overrides: string | null): TemplateReader {
  if (overrides !== null && !existsSync(overrides)) {
    throw configError(`templates: found ${overrides}, which does not exist`, {
      hint: 'make the folder, or take "templates" out of the configuration',
    });
  }
  return (path) => {
    const file = findTemplate(path, overrides);
    return { origin: file, text: readText(file) };
  };
}

/** Texts that were kept, by path; for a template that was not known then, that of fortress. */
export function keptTemplates(texts: Readonly<Record<string, string>>): TemplateReader {
  const builtIn = projectTemplates(null);
  return (path) => {
    const text = texts[path];
    return text === undefined ? builtIn(path) : { origin: `${path}, as it was kept,`, text };
  };
}

function findTemplate(path: string, overrides: string | null): string {
  const own = overrides === null ? null : join(overrides, path);
  return own !== null && existsSync(own) ? own : join(packageRoot(), 'templates', path);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw configError(`template ${file} could not be read`, { why: messageOf(error), cause: error });
  }
}

/** @param read gives the templates, which are compiled anew each time */
export function createRenderer(read: TemplateReader): Renderer {
  const eta = new Eta({
    autoEscape: false,
    autoTrim: false,
    autoFilter: true,
    debug: true,
    filterFunction: refuseUndefined,
  });
  return (path, view) => {
    const { origin, text } = read(path);
    try {
      return eta.renderString(text, view);
    } catch (error) {
      throw configError(`template ${origin} could not be rendered`, {
        // Eta appends the program it made of the template, which helps nobody.
        why: messageOf(error).split('\n===', 1)[0]?.trim(),
        hint: 'the values a template may use are described in docs/templates.md',
        cause: error,
      });
    }
  };
}

/** A misspelt name must stop us, not become the word "undefined" in a server's configuration. */
function refuseUndefined(value: unknown): string {
  if (value === undefined || value === null) throw new TypeError(`a <%= %> tag gave ${value}`);
  return String(value);
}
