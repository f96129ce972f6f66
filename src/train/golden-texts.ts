/**
 * Texts whose probabilities are kept in `model.json`, so that a server can prove at start that its
 * features and graph give what training gave. Written for this purpose; none is from a data set.
 */
export const GOLDEN_TEXTS = [
  'I love this sunny day!',
  'I am so sad, everything went wrong today :(',
  "I don't think that was a good idea... not happy at all",
  'Thanks @someone for the link: https://example.com/a?b=c &amp;lt;3',
  'SOOOOO exciting!!! 😀😀',
  'Schöne Grüße aus Köln, до свидания, さようなら',
  '12345',
  '',
];
