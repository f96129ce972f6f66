import type { ResolvedConfig } from '../config/resolved.js';
import type { RecordedImages } from '../images/recorded.js';

/** What a stack was made from: enough to make it again, for whichever containers then serve. */
export interface Inputs {
  /** May hold passwords. */
  config: ResolvedConfig;
  images: RecordedImages;
  /** By path of the model in `config`: sha256 by the file's name inside the container. */
  models: Record<string, Record<string, string>>;
  /** Texts of the templates that were rendered, built-in and the project's own: `nginx/nginx.conf.eta`. */
  templates: Record<string, string>;
}

/** One successful change of a stack. */
export interface Generation extends Inputs {
  format: typeof FORMAT;
  /** 1 for the first one of a project; never used twice. */
  number: number;
  /** ISO 8601. */
  createdAt: string;
  /** What the person ran: `fortress up`. */
  cause: string;
  /** "1 container to reload". */
  summary: string;
  /** Version of fortress. */
  fortress: string;
  /** sha256 of the inputs: the same inputs are the same generation. */
  hash: string;
}

/** The command that makes the stack what the configuration file says. */
export const UP = 'fortress up';

/** Of the files of generations; another number is another shape. */
export const FORMAT = 1;

/** How many generations of a project are kept. */
export const KEPT_GENERATIONS = 5;
