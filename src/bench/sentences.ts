import { seededRandom, type Random } from '../train/random.js';

const SEED = 20_261_123;

const OPENINGS = [
  'just got home from work and',
  'omg i cannot believe that',
  'so tired today,',
  'good morning everyone!',
  'thank you so much,',
  'haha yeah,',
  'are you serious?',
  'why is it that',
  'sitting on the train and',
  'i really wish that',
  "i'm so happy because",
  "i don't think that",
  'at the dentist again,',
  'woke up way too early and',
  'finally friday and',
  'no sleep last night,',
  'ugh,',
  'Back from the beach:',
  'listening to the new album,',
  'nobody told me that',
  '',
];
const MIDDLES = [
  'my feet are killing me',
  'the weather is perfect for a walk',
  'my little brother ate all of the cake',
  'the new season starts tonight',
  'i miss my best friend',
  'we lost the match in the last minute',
  'the exam was not as bad as i thought',
  'my phone died in the middle of the call',
  'there is nothing on tv',
  'mum made pancakes for breakfast',
  "they don't sell my favourite tea any more",
  'i have to work all weekend',
  'the puppy learned how to open the door',
  'i burnt my tongue on the coffee',
  "it's raining and i forgot my umbrella",
  'the concert was amazing',
  'my computer crashed and took the essay with it',
  'she said yes',
  'the bus never came',
  'i am stuck in traffic again',
  'the garden smells of summer',
  'i think i have a cold',
  'we are moving to another city in {number} days',
  'i could sleep for {number} hours',
  'the flight is {number} minutes late',
  'my hair looks like a bird lives in it',
];
const CODAS = [
  'and i hate it',
  'and i love it',
  'but nobody cares',
  "so i'm staying in bed",
  'wish you were here',
  "can't wait to see you all",
  'what a day',
  'how was yours?',
  'hope it gets better tomorrow',
  'this is not funny',
  'never again',
  'life is good',
  'what should i do now',
  'see http://example.com/{word}',
  'pics at www.example.org/{word} soon',
  '',
  '',
  '',
  '',
  '',
  '',
  '',
];
const ENDINGS = [
  '!',
  '!!!',
  '...',
  '...',
  '.',
  '.',
  '. And now?',
  '',
  '',
  '?',
  ' :)',
  ' :(',
  ' xD',
  ' &lt;3',
  ' &amp; more',
  ' 😭😭',
  ' sooooo much',
  ' nooooo',
  ' yaaay',
  ' lol',
  '',
  '',
  '',
];

const SYLLABLES = ['ba', 'do', 'fi', 'gu', 'ka', 'lo', 'mi', 'nu', 'pe', 'ra', 'si', 'to', 'vu', 'we', 'zo'];

const pick = <Item>(items: readonly Item[], random: Random): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** A word that no language has: names of people and pages, and what only one author writes. */
export const inventWord = (random: Random): string =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(SYLLABLES, random)).join('');

/** Of texts: those that speak to somebody, those with a second thought. */
const MENTION_SHARE = 0.45;
const SECOND_SHARE = 0.2;

function compose(random: Random): string {
  const parts = [
    random() < MENTION_SHARE ? '@{user}' : '',
    pick(OPENINGS, random),
    pick(MIDDLES, random),
    pick(CODAS, random),
    random() < SECOND_SHARE ? `... ${pick(MIDDLES, random)}` : '',
  ].filter((part) => part !== '');
  return (parts.join(' ') + pick(ENDINGS, random))
    .replaceAll('{user}', () => inventWord(random))
    .replaceAll('{word}', () => inventWord(random))
    .replaceAll('{number}', () => String(2 + Math.floor(random() * 58)));
}

/** Distinct texts as people tweet them: some 75 characters long, the same list every time. */
export function makeSentences(count: number, seed = SEED): string[] {
  const random = seededRandom(seed);
  const sentences = new Set<string>();
  while (sentences.size < count) sentences.add(compose(random));
  return [...sentences];
}
