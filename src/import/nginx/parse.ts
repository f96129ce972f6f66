import { broken, tokensOf } from './tokens.js';

/** A directive of nginx and where it stands. */
export interface Directive {
  name: string;
  /** Without quotes. */
  args: string[];
  /** null: it ends in a semicolon, or its block is a program. */
  block: Directive[] | null;
  file: string;
  line: number;
}

/** Deeper than any configuration that a person writes, and no danger to those who walk through it. */
const DEEPEST = 32;

interface Open {
  directive: Directive;
  block: Directive[];
}

/**
 * The directives of an nginx configuration; includes are not followed. Pure.
 * @throws FortressError (exit 2) naming file, line and what was found there
 */
export function parseNginx(text: string, file: string): Directive[] {
  const root: Directive[] = [];
  const open: Open[] = [];
  let words: { text: string; line: number }[] = [];
  const blockNow = (): Directive[] => open.at(-1)?.block ?? root;
  const finish = (block: Directive[] | null): Directive => {
    const [first, ...rest] = words;
    const directive = {
      name: first?.text ?? '',
      args: rest.map((word) => word.text),
      block,
      file,
      line: first?.line ?? 1,
    };
    words = [];
    return directive;
  };
  for (const { kind, text: word, line } of tokensOf(text, file)) {
    if (kind === 'word') words.push({ text: word, line });
    else if (kind === '}') {
      if (words[0] !== undefined) throw broken(file, line, `"}" where "${words[0].text}" is not ended by ";"`);
      if (open.pop() === undefined) throw broken(file, line, '"}" without a "{" before it');
    } else if (words.length === 0) throw broken(file, line, `"${kind}" without a directive before it`);
    else if (kind === '{') {
      const block: Directive[] = [];
      const directive = finish(block);
      blockNow().push(directive);
      open.push({ directive, block });
      if (open.length > DEEPEST) throw broken(file, line, `more than ${DEEPEST} blocks inside one another`);
    } else blockNow().push(finish(null));
  }
  if (words[0] !== undefined) throw broken(file, words[0].line, `"${words[0].text}", which is not ended by ";"`);
  const unclosed = open.at(-1)?.directive;
  if (unclosed) throw broken(file, unclosed.line, `"${unclosed.name} {", which is not closed by "}"`);
  return root;
}

/** `deployments/nginx/nginx.conf:12` */
export const placeOf = ({ file, line }: Pick<Directive, 'file' | 'line'>): string => `${file}:${line}`;

/** As it would be written on one line. */
export const textOfDirective = ({ name, args }: Directive): string => [name, ...args].join(' ');

/** Those of a block that have a name, in order. */
export const named = (block: readonly Directive[], ...names: string[]): Directive[] =>
  block.filter(({ name }) => names.includes(name));

/** The last of a name: what nginx goes by, where it allows several. */
export const lastOf = (block: readonly Directive[], name: string): Directive | undefined => named(block, name).at(-1);
