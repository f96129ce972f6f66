import fc from 'fast-check';
import { type Random, seededRandom } from '../../../../src/train/random.js';

const FRAGMENTS = [
  'I love',
  'so sad',
  'not happy at all',
  "don't",
  'don’t',
  'really?',
  'WHY',
  'Good MORNING',
  'sooooo tired',
  '!!!',
  ':)',
  ':-(',
  ';D',
  ':p',
  '<3',
  '&lt;3',
  '^_^',
  '-_-',
  ';_;',
  ':/',
  '10:30',
  '&amp;',
  '&#39;s',
  '...',
  '?!',
  '@some_one',
  '.@Name99',
  'me@mail.example.org',
  'http://x.com/a?b=c',
  'WWW.SITE.ORG',
  'bit.ly/Ab1',
  'a.b',
  'a@b',
  '😀',
  '😀😀😭',
  '👍🏽',
  '👨‍👩‍👧',
  '🇫🇷',
  '☀️',
  '𝐡𝐞𝐥𝐥𝐨',
  '\u{10FFFF}',
  '\uE000',
  'Schöne Grüße',
  'ÄÖÜ ẞ ß',
  'İstanbul ı I',
  'Привет МИР',
  'Καλημέρα ΣΑΣ ς',
  'さようなら世界。',
  '안녕하세요',
  'مرحبا بالعالم',
  'שלום',
  'e\u0301te\u0301',
  'नमस्ते',
  'ﬁne ﬀ',
  'Ǆ ǅ',
  'ｆｕｌｌ　ｗｉｄｔｈ',
  '\u00AD\u200B',
  '\u0002\u0003',
  '#',
  '/',
  '@',
  '\t\r\n',
];

const pick = (random: Random, items: string[]): string => items[Math.floor(random() * items.length)] ?? '';

const sentence = (random: Random): string =>
  Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(random, FRAGMENTS)).join(
    random() < 0.8 ? ' ' : pick(random, ['', ', ', '  ']),
  );

/** Texts at the limits of what a person could send. */
export const EDGE_TEXTS = [
  '',
  ' ',
  '\n',
  '😀',
  '\uD800',
  'x\uDFFFy',
  '!'.repeat(10_000),
  'a'.repeat(10_000),
  '😀'.repeat(5000),
  'word '.repeat(2000),
  `${'long'.repeat(6)} ${'a '.repeat(4980)}`,
  `http://${'x'.repeat(9990)}`,
  'é'.repeat(10_000),
  `@${'name'.repeat(2000)}`,
  `${'a.'.repeat(60)}@b.org`,
  `${'&'.repeat(5000)}${';'.repeat(5000)}`,
  'さよ'.repeat(5000),
];

/** Sentences put together from odd fragments and strings of any characters but NUL, the same for a seed. */
export function variedTexts(count: number, seed: number): string[] {
  const random = seededRandom(seed);
  const sentences = Array.from({ length: Math.ceil(count / 2) }, () => sentence(random));
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...`aZé09_.,:;=()<3@/&'’-^dp!?#~ \t\u0002`), maxLength: 80 }),
  );
  const strings = fc.sample(anything, { seed, numRuns: count - sentences.length });
  return [...sentences, ...strings.map((text) => text.replaceAll('\0', ' '))];
}
