/** A directive of an nginx configuration as nginx itself reads it; `block` for those with braces. */
export interface Directive {
  name: string;
  args: string[];
  block: Directive[] | null;
}

type Token = { kind: 'word'; text: string } | { kind: ';' | '{' | '}' };

/** Parses a configuration by the rules of nginx's own reader: quotes, backslashes, comments, `${name}`. */
export function parseNginx(text: string): Directive[] {
  const tokens = tokenize(text);
  const directives = readBlock(tokens, false);
  if (tokens.length > 0) throw new Error('unexpected "}"');
  return directives;
}

function readBlock(tokens: Token[], inside: boolean): Directive[] {
  const directives: Directive[] = [];
  let words: string[] = [];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if (token.kind === 'word') {
      words.push(token.text);
      continue;
    }
    const [name, ...args] = words;
    if (token.kind === '}') {
      if (!inside || name !== undefined) throw new Error(`unexpected "}" after ${words.join(' ')}`);
      return directives;
    }
    if (name === undefined) throw new Error(`unexpected "${token.kind}"`);
    directives.push({ name, args, block: token.kind === '{' ? readBlock(tokens, true) : null });
    words = [];
  }
  if (inside || words.length > 0) throw new Error(`unexpected end after ${words.join(' ')}`);
  return directives;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const char = text[at] ?? '';
    if (/\s/.test(char)) at += 1;
    else if (char === '#') at = endOr(text.indexOf('\n', at), text);
    else if (char === ';' || char === '{' || char === '}') {
      tokens.push({ kind: char });
      at += 1;
    } else {
      const { word, end } = char === '"' || char === "'" ? readQuoted(text, at + 1, char) : readWord(text, at);
      tokens.push({ kind: 'word', text: word });
      at = end;
    }
  }
  return tokens;
}

const endOr = (index: number, text: string): number => (index === -1 ? text.length : index);

function readQuoted(text: string, start: number, quote: string): { word: string; end: number } {
  let word = '';
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === quote) {
      if (!/[\s;{)]/.test(text[at + 1] ?? ' ')) throw new Error(`unexpected "${text[at + 1]}" after a quoted text`);
      return { word, end: at + 1 };
    }
    // Only these are unescaped; any other backslash is a character like all others.
    if (text[at] === '\\' && /["'\\]/.test(text[at + 1] ?? '')) at += 1;
    word += text[at] ?? '';
  }
  throw new Error('unexpected end in a quoted text');
}

function readWord(text: string, start: number): { word: string; end: number } {
  let at = start;
  for (; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\') at += 1;
    else if (char === '{' && text[at - 1] === '$') at = endOr(text.indexOf('}', at), text);
    else if (/[\s;{]/.test(char)) break;
  }
  return { word: text.slice(start, at), end: at };
}

/** All directives of a name that stand directly in a block. */
export const all = (block: Directive[], name: string): Directive[] =>
  block.filter((directive) => directive.name === name);

/** The one directive of a name (and first arguments) that stands directly in a block. */
export function one(block: Directive[], name: string, ...args: string[]): Directive {
  const found = all(block, name).filter((directive) => args.every((arg, index) => directive.args[index] === arg));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`found ${found.length} × ${[name, ...args].join(' ')}`);
  return first;
}

/** What stands inside the one block of a name. */
export const inside = (block: Directive[], name: string, ...args: string[]): Directive[] =>
  one(block, name, ...args).block ?? [];

/** Every directive at any depth. */
export const flatten = (block: Directive[]): Directive[] =>
  block.flatMap((directive) => [directive, ...flatten(directive.block ?? [])]);

/** Names and numbers of arguments without their values (names in a `map` are values): what no value may change. */
export function shapeOf(block: Directive[], parent = ''): string {
  const shapes = block.map(({ name, args, block: inner }) => {
    const label = parent === 'map' ? 'entry' : name;
    return `${label}/${args.length}${inner ? `{${shapeOf(inner, name)}}` : ''}`;
  });
  return shapes.join(' ');
}
