/**
 * Stand-ins for what must not reach a vocabulary (addresses, people) or has many spellings
 * (emoticons): one private-use character each, so that no word of a text can be mistaken for one.
 */
export const Token = {
  url: '\uE000',
  user: '\uE001',
  happy: '\uE002',
  sad: '\uE003',
  laugh: '\uE004',
  wink: '\uE005',
  tongue: '\uE006',
  heart: '\uE007',
  unsure: '\uE008',
  surprised: '\uE009',
  annoyed: '\uE00A',
} as const;

const NAMED_ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi;

function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (entity, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED_ENTITIES[name.toLowerCase()] ?? entity;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : entity;
  });
}

// The bounded lengths keep the search linear on hostile input.
const WEB_ADDRESS = /(?:https?:\/\/|www\.)\S+|[a-z\d-]{1,63}\.[a-z]{2,10}(?:\.[a-z]{2,3})?\/\S*/gi;
const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,10}/gi;
const MENTION = /@\w+/g;

function maskAddresses(text: string): string {
  let masked = text;
  if (masked.includes('.')) masked = masked.replace(WEB_ADDRESS, ` ${Token.url} `);
  if (masked.includes('@')) masked = masked.replace(EMAIL, ` ${Token.user} `).replace(MENTION, ` ${Token.user} `);
  return masked;
}

const EYES = String.raw`(?<![\w:;=])[:=]`;
const NOSE = "[-o^'*]?";
const EMOTICONS: [token: string, pattern: string][] = [
  [Token.happy, String.raw`${EYES}${NOSE}[)\]}]+|\(-?[:=;]|\^_*\^`],
  [Token.sad, String.raw`${EYES}['-]{0,2}[(\[{@<]+|(?<!\w)\)-?[:=]|\bt_t\b|;_;`],
  [Token.laugh, String.raw`${EYES}${NOSE}d+\b|\bx+d+\b`],
  [Token.wink, String.raw`(?<![\w:;=]);${NOSE}[)\]}d]+`],
  [Token.tongue, String.raw`(?<![\w:;=])[:=;]${NOSE}p+\b`],
  [Token.heart, String.raw`<3+(?!\d)`],
  [Token.unsure, String.raw`${EYES}-?[/\\|s](?![\w/])`],
  [Token.surprised, String.raw`${EYES}-?[o0]+\b|\bo_+o\b`],
  [Token.annoyed, String.raw`-_+-|>[._]<|>:[(o]`],
];
const EMOTICON = new RegExp(EMOTICONS.map(([, pattern]) => `(${pattern})`).join('|'), 'g');
const MAY_HOLD_EMOTICON = /[:;=^<>_]|xd/;

function foldEmoticons(text: string): string {
  if (!MAY_HOLD_EMOTICON.test(text)) return text;
  return text.replace(EMOTICON, (match, ...groups: unknown[]) => {
    const found = EMOTICONS[groups.findIndex((group) => group !== undefined)];
    return found === undefined ? match : ` ${found[0]} `;
  });
}

const ELONGATION = /([\p{L}!?.])\1{2,}/gu;
const SURROGATE_BITS = 0xf8_00;
const SURROGATE = 0xd8_00;

/** Whether a character stands three times in a row, or may do so as a pair of code units. */
function mayHoldElongation(text: string): boolean {
  let beforeLast = 0;
  let last = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code === last && code === beforeLast) || (code & SURROGATE_BITS) === SURROGATE) return true;
    beforeLast = last;
    last = code;
  }
  return false;
}

/**
 * HTML entities resolved (twice: tweets are often escaped twice), apostrophes straightened, web
 * addresses, mail addresses and @mentions masked. Upper case is kept.
 */
export function mask(text: string): string {
  return maskAddresses(unescapeHtml(unescapeHtml(text)).replaceAll('’', "'"));
}

/**
 * Brings a masked text into the form that n-grams are made of: lower case, emoticons folded into
 * classes, three and more equal letters or marks cut to two.
 */
export function normalize(masked: string): string {
  const folded = foldEmoticons(masked.toLowerCase());
  // The scan costs a tenth of the expression, and most texts have nothing to cut.
  return mayHoldElongation(folded) ? folded.replace(ELONGATION, '$1$1') : folded;
}
