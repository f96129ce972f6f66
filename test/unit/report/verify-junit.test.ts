import { describe, expect, it } from 'vitest';
import { formatJunit } from '../../../src/report/verify-junit.js';
import { EVERY_VERDICT, HOSTILE_CHECK, OF_GRADE, verifyReport } from './support/sample-report.js';

describe('formatJunit', () => {
  it('has a suite for each objective and a case for each check', () => {
    expect(formatJunit(verifyReport(EVERY_VERDICT))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite id="0" name="Reverse proxy" package="fortress.verify" hostname="localhost" timestamp="2030-01-01T00:00:00" tests="1" failures="0" errors="0" skipped="0" time="1.234">
          <properties>
            <property name="target" value="https://localhost"/>
            <property name="points" value="3 of 3"/>
            <property name="grade" value="100 %"/>
          </properties>
          <testcase classname="fortress.verify.proxy" name="proxy.predict: promise of proxy.predict" time="1.234"></testcase>
          <system-out>✓ proxy.predict: fine
      </system-out>
          <system-err></system-err>
        </testsuite>
        <testsuite id="1" name="HTTPS" package="fortress.verify" hostname="localhost" timestamp="2030-01-01T00:00:00" tests="1" failures="0" errors="0" skipped="0" time="1.234">
          <properties>
            <property name="target" value="https://localhost"/>
            <property name="points" value="1 of 2"/>
            <property name="grade" value="50 %"/>
          </properties>
          <testcase classname="fortress.verify.tls" name="tls.trust: promise of tls.trust" time="1.234"></testcase>
          <system-out>! tls.trust: fine
        expected a SAN
        found    a name
      </system-out>
          <system-err></system-err>
        </testsuite>
        <testsuite id="2" name="Access control" package="fortress.verify" hostname="localhost" timestamp="2030-01-01T00:00:00" tests="2" failures="1" errors="1" skipped="0" time="2.468">
          <properties>
            <property name="target" value="https://localhost"/>
            <property name="points" value="0 of 6"/>
            <property name="grade" value="no grade: 1 check without an answer"/>
          </properties>
          <testcase classname="fortress.verify.auth" name="auth.ok: promise of auth.ok" time="1.234"><failure type="critical" message="broken">promised: promise of auth.ok
      expected a
      found    b
      tries: 1
      &gt; POST https://localhost/predict  {&quot;sentence&quot;:&quot;hi&quot;}
      &gt; Authorization: Basic ***
      &lt; 401  (5 ms)
      &lt; www-authenticate: Basic
      → look there</failure></testcase>
          <testcase classname="fortress.verify.auth" name="auth.required: promise of auth.required" time="1.234"><error type="inconclusive" message="no answer">promised: promise of auth.required
      &gt; POST https://localhost/predict  {&quot;sentence&quot;:&quot;hi&quot;}
      &gt; Authorization: Basic ***
      &lt; no answer: the connection was refused  (5 ms)</error></testcase>
          <system-out>✗ auth.ok: broken
      ? auth.required: no answer
      </system-out>
          <system-err></system-err>
        </testsuite>
        <testsuite id="3" name="Monitoring" package="fortress.verify" hostname="localhost" timestamp="2030-01-01T00:00:00" tests="1" failures="0" errors="0" skipped="1" time="1.234">
          <properties>
            <property name="target" value="https://localhost"/>
            <property name="points" value="0 of 0"/>
            <property name="grade" value="no grade: 1 check without an answer"/>
          </properties>
          <testcase classname="fortress.verify.grafana" name="grafana.live: promise of grafana.live" time="1.234"><skipped message="there is no image"/></testcase>
          <system-out>- grafana.live: there is no image
      </system-out>
          <system-err></system-err>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('names a submission of which nothing ran', () => {
    const xml = formatJunit(verifyReport(EVERY_VERDICT, OF_GRADE));
    expect(xml).toContain('package="fortress.grade" hostname="localhost"');
    expect(xml).toContain('<property name="submission" value="/tmp/team&#39;s exam.zip"/>');
    expect(xml).toContain('classname="fortress.grade.proxy"');
    expect(xml).not.toMatch(/"target"|fortress.verify/);
  });

  it('lets nothing that came over the wire become a tag or an invalid character', () => {
    const xml = formatJunit(verifyReport([HOSTILE_CHECK]));
    expect(xml).not.toMatch(/<(?:script|img)/);
    expect(xml).not.toMatch(/[^\t\n\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u);
    expect(xml).toContain('&lt;script&gt;');
    expect(tags(xml).filter((name) => !KNOWN.has(name))).toEqual([]);
  });
});

const KNOWN = new Set([
  'testsuites',
  'testsuite',
  'properties',
  'property',
  'testcase',
  'failure',
  'system-out',
  'system-err',
]);

const tags = (xml: string): string[] => [...xml.matchAll(/<\/?([a-z-]+)/g)].map(([, name = '']) => name);
