import { Document, isMap, isScalar, type Pair } from 'yaml';

/** An object of the Kubernetes API with what people should know when they read it. */
export interface Manifest<T extends object = object> {
  object: T;
  /** Stands above it. */
  about?: string;
  /** Stand above single fields, by their path: `spec.externalTrafficPolicy`. */
  notes?: Record<string, string>;
}

/**
 * YAML of objects, one document each. kubectl reads YAML 1.1, where `no` and `0123` are not texts: texts that
 * look like anything else are quoted.
 */
export const toYaml = (manifests: Manifest[]): string => manifests.map(documentOf).join('---\n');

function documentOf({ object, about, notes = {} }: Manifest): string {
  const document = new Document(object, { version: '1.1', compat: 'core', aliasDuplicateObjects: false });
  for (const [path, note] of Object.entries(notes)) annotate(document, path.split('.'), note);
  if (about !== undefined && isMap(document.contents)) document.contents.commentBefore = asComment(about);
  return document.toString({ lineWidth: 0, directives: false, commentString: (text) => text });
}

function annotate(document: Document, path: string[], note: string): void {
  const parent = document.getIn(path.slice(0, -1), true);
  const pairs: Pair[] = isMap(parent) ? parent.items : [];
  const key = pairs.find((pair) => isScalar(pair.key) && pair.key.value === path.at(-1))?.key;
  if (!isScalar(key)) throw new Error(`nothing to comment on at ${path.join('.')}`);
  key.commentBefore = asComment(note);
}

const asComment = (text: string): string => text.replace(/^/gm, '# ');
