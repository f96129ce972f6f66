/** XML or HTML that is complete and safe as it stands. */
export interface Markup {
  readonly text: string;
}

/** Text is escaped, markup stays as it is. */
export type Content = Markup | string | number | readonly Content[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** What XML 1.0 cannot hold, with the marks that turn the direction of reading around. */
const UNPRINTABLE =
  /[^\t\n\r\u{20}-\u{7E}\u{A0}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]|[\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A template whose every value is escaped, for text between tags and in quoted attributes: nothing
 * that came over the wire can become a tag. Characters that cannot be shown become `�`.
 */
export const markup = (literals: TemplateStringsArray, ...values: Content[]): Markup => ({
  text: String.raw({ raw: literals }, ...values.map(render)),
});

function render(content: Content): string {
  if (typeof content === 'string') return escape(content);
  if (typeof content === 'number') return String(content);
  return 'text' in content ? content.text : content.map(render).join('');
}

const escape = (text: string): string =>
  text.replaceAll(UNPRINTABLE, '\uFFFD').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
