import { describe, expect, it } from 'vitest';
import { markup } from '../../../src/report/markup.js';

describe('markup', () => {
  it('escapes every value, in text and in attributes', () => {
    expect(markup`<b title="${`"'`}">${'<i>&'}${3}</b>`.text).toBe('<b title="&quot;&#39;">&lt;i&gt;&amp;3</b>');
  });

  it('keeps what is markup already, and joins lists', () => {
    const items = ['<a>', '<b>'].map((text) => markup`<li>${text}</li>`);
    expect(markup`<ul>${items}</ul>`.text).toBe('<ul><li>&lt;a&gt;</li><li>&lt;b&gt;</li></ul>');
  });

  it.each([
    ['a control character', '\u0007'],
    ['the escape that steers terminals', '\u001B'],
    ['a C1 control', '\u0085'],
    ['half a surrogate pair', '\uD800'],
    ['a non-character', '\uFFFF'],
    ['what turns the direction of reading around', '\u202E'],
  ])('shows %s as �', (_name, character) => {
    expect(markup`<p>a${character}b</p>`.text).toBe('<p>a�b</p>');
  });

  it('keeps line ends, letters of any script and emoji', () => {
    expect(markup`${'a\n\té — 漢 🙂'}`.text).toBe('a\n\té — 漢 🙂');
  });

  it('takes the escapes of the template for what they mean', () => {
    expect(markup`a\n${'b'}`.text).toBe('a\nb');
  });

  it('leaves the backslashes of values alone', () => {
    expect(markup`${String.raw`\n\u0041`}`.text).toBe(String.raw`\n\u0041`);
  });
});
