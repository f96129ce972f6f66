import { describe, expect, it } from 'vitest';
import { formatHtml } from '../../../src/report/verify-html.js';
import { inconclusive } from '../../../src/verify/conclude.js';
import { makeReply, makeReport, passing } from '../verify/support/results.js';
import { EVERY_VERDICT, HOSTILE_CHECK, OF_GRADE, verifyReport } from './support/sample-report.js';

const page = formatHtml(verifyReport(EVERY_VERDICT));

/** The section of a check, its style and tags left out. */
const textOf = (html: string, id: string): string =>
  (new RegExp(`<article[^>]* id="${id}">(.*?)</article>`, 's').exec(html)?.[1] ?? '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trim();

describe('formatHtml', () => {
  it('tells what was promised, what was seen, the evidence and how to repeat it', () => {
    expect(textOf(page, 'auth.ok')).toMatchInlineSnapshot(`
      "✗ fail auth.ok critical, 1.2 s
      Promisedpromise of auth.ok
      Seenbroken
      Look atlook there
      ExpectedFound
      ab✗ not as promised
      Evidence: 1 measurement, 1 exchange
      tries1
      &gt; POST https://localhost/predict
      &gt; Authorization: Basic ***
      &gt; 
      &gt; {&quot;sentence&quot;:&quot;hi&quot;}
      &lt; 401 (5 ms)
      &lt; www-authenticate: Basic
      Repeat it by hand
      The answer was 401:
      curl -sS -i --cacert ca.crt -u &quot;$GATEWAY_USER:$GATEWAY_PASSWORD&quot; --data-raw &#39;{&quot;sentence&quot;:&quot;hi&quot;}&#39; &#39;https://localhost/predict&#39;
      With fortress: fortress verify --only auth.ok, with the flags of this run."
    `);
  });

  it('says at the top what it comes to, the worst first', () => {
    expect(page).toContain('<strong>✗ 1 promise is not kept.</strong>');
    expect([...page.matchAll(/<a href="#([a-z.]+)">/g)].map(([, id]) => id)).toEqual([
      'auth.ok',
      'auth.required',
      'tls.trust',
    ]);
  });

  it('has a score for each objective', () => {
    expect(page).toContain('<meter min="0" max="6" value="0" aria-label="share of the points">0 of 6</meter>');
    expect(page).toContain('no grade: 2 checks without an answer');
  });

  it('speaks of grade where a submission was graded', () => {
    const graded = formatHtml(verifyReport(EVERY_VERDICT, OF_GRADE));
    expect(graded).toContain('fortress grade: team&#39;s exam.zip</title>');
    expect(graded).toContain('Graded by fortress grade ');
    expect(textOf(graded, 'auth.ok')).toMatch(
      /Repeat it with fortress\nWith fortress: fortress grade &#39;\/tmp\/team&#39;\\&#39;&#39;s exam.zip&#39;, with/,
    );
    expect(graded).not.toMatch(/fortress verify|fortress links|by hand/);
  });

  it('says where the certificate of a submission is that did run', () => {
    const { target } = verifyReport([]);
    const graded = formatHtml(verifyReport(EVERY_VERDICT, { ...OF_GRADE, target }));
    expect(graded).toContain('fortress grade --keep');
    expect(textOf(graded, 'auth.ok')).toContain('curl ');
  });

  it('needs nothing but itself', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|url\(|@import/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'`);
  });

  it('opens the evidence of what did not pass', () => {
    const withEvidence = formatHtml(
      verifyReport([...EVERY_VERDICT, makeReport('ab.only', passing, { exchanges: [makeReply(200).exchange] })]),
    );
    expect(withEvidence.match(/<details open>/g)).toHaveLength(2);
  });

  it('lets nothing that came over the wire become a tag or an attribute', () => {
    const html = formatHtml(verifyReport([HOSTILE_CHECK]));
    expect(html).not.toMatch(/<script|<img/);
    expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    const tags = [...html.replace(/<style>.*<\/style>/s, '').matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name);
    const honest = [...page.replace(/<style>.*<\/style>/s, '').matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name);
    expect(tags.filter((name) => !honest.includes(name))).toEqual([]);
  });

  it('shows earlier attempts, and not more exchanges than anybody reads', () => {
    const many = makeReport(
      'lb.spread',
      { ...passing, exchanges: Array.from({ length: 15 }, () => makeReply(200).exchange) },
      { earlier: [inconclusive('too slow')] },
    );
    const text = textOf(formatHtml(verifyReport([many])), 'lb.spread');
    expect(text).toContain('Evidence: 15 exchanges, 1 earlier attempt');
    expect(text).toContain('Attempt 1: too slow');
    expect(text).toContain('… and 3 more');
    expect(text.match(/^&gt; POST/gm)).toHaveLength(12);
  });

  it('says when nothing failed but for being strict', () => {
    const [first, , , , skip] = EVERY_VERDICT;
    const strict = verifyReport(first && skip ? [first, skip] : [], { strict: true });
    expect(formatHtml(strict)).toContain('✗ 1 check without an answer: with --strict that is a failure.');
  });
});
