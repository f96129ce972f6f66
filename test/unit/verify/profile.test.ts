import { describe, expect, it } from 'vitest';
import { parseProfile } from '../../../src/verify/profile.js';

const WHOLE = {
  url: 'https://localhost:8443',
  http: 'http://localhost:8080',
  connectTo: '127.0.0.1',
  composeProject: 'team-7',
  user: 'ana',
  password: 'correct horse',
  ca: 'certs/ca.crt',
  predictPath: '/v1/classify',
  requestField: 'text',
  responseField: 'label',
  probabilitiesField: 'scores',
  labels: ['love', 'hate'],
  replicas: 4,
  experiment: { header: 'X-Group', value: 'beta' },
  versions: { default: 'v1', experiment: 'v2' },
  rate: { requestsPerSecond: 20, burst: 0, status: 429 },
  exporter: 'http://localhost:9113',
  prometheus: { url: 'http://localhost:9090', scrapeInterval: '15s' },
  grafana: { url: 'http://localhost:3000', user: 'viewer', password: 'secret' },
};

/** The lines that say what is wrong with a profile. */
function problemsOf(profile: unknown): string {
  try {
    parseProfile(JSON.stringify(profile), 'team.json');
  } catch (error) {
    return (error as { why: string }).why.trim();
  }
  return 'nothing';
}

describe('parseProfile', () => {
  it('takes every key, and none', () => {
    expect(parseProfile(JSON.stringify(WHOLE), 'team.json')).toEqual(WHOLE);
    expect(parseProfile('{}', 'team.json')).toEqual({});
    expect(problemsOf({ experiment: false, rate: false })).toBe('nothing');
  });

  it.each([
    [{ replica: 3 }, 'replica: unknown key; did you mean "replicas"?'],
    [{ rate: { requestPerSecond: 3 } }, 'rate.requestPerSecond: unknown key; did you mean "requestsPerSecond"?'],
    [{ replicas: 0 }, 'replicas: found 0; expected a number of at least 1'],
    [{ replicas: 'three' }, 'replicas: found "three"; expected a value of type number'],
    [{ labels: 'love' }, 'labels: found "love"; expected a value of type array'],
    [{ labels: ['love'] }, 'labels: found ["love"]; expected at least 2'],
    [{ rate: 10 }, 'rate: found 10; expected false or { requestsPerSecond, burst, status }'],
    [{ rate: { status: 200 } }, 'rate.status: found 200; expected a number of at least 400'],
    [{ experiment: { header: 'X Group', value: 'b' } }, 'experiment.header: found "X Group"; expected a header name'],
    [{ experiment: { header: 'X-Group' } }, 'experiment.value: is missing; expected a value of type string'],
    [{ predictPath: 'predict' }, 'predictPath: found "predict"; expected a path, e.g. "/predict"'],
    [{ predictPath: '/predict?x=1' }, 'predictPath: found "/predict?x=1"'],
    [
      { prometheus: { scrapeInterval: '15' } },
      'prometheus.scrapeInterval: found "15"; expected a duration such as "15s"',
    ],
    [{ connectTo: 'localhost' }, 'connectTo: found "localhost"; expected an IP address'],
    [[], 'the profile: found []; expected a value of type object'],
  ])('names key, value, and what would be right: %j', (profile, problem) => {
    expect(problemsOf(profile)).toContain(problem);
  });

  it.each(['http://localhost', 'localhost', 'https://localhost/predict', 'https://localhost?x', 'https://localhost#x'])(
    '%s is no HTTPS origin',
    (url) => {
      expect(problemsOf({ url })).toBe(
        `url: found "${url}"; expected https://HOST[:PORT] without path and credentials, e.g. "https://localhost:8443"`,
      );
    },
  );

  it('tells all problems at once', () => {
    expect(() => parseProfile('{"replicas": 0, "user": 3}', 'team.json')).toThrow(
      expect.objectContaining({ exitCode: 2, message: 'team.json has 2 problems' }) as Error,
    );
  });

  it.each([
    { password: 12345678 },
    { user: 'ana:12345678' },
    { url: 'https://ana:12345678@localhost' },
    { grafana: { password: 12345678 } },
    { grafana: [{ password: '12345678' }] },
  ])('shows no password: %j', (profile) => {
    expect(problemsOf(profile)).not.toBe('nothing');
    expect(problemsOf(profile)).not.toContain('12345678');
  });

  it('says of a broken file where it breaks, without quoting it', () => {
    expect(() => parseProfile('{"password": "12345678",}', 'team.json')).toThrow(
      expect.objectContaining({
        message: 'team.json is not JSON',
        why: expect.stringMatching(/^(?!.*12345678)./s) as string,
      }) as Error,
    );
  });

  it('does not mind a byte order mark', () => {
    expect(parseProfile('\uFEFF{"replicas": 2}', 'team.json')).toEqual({ replicas: 2 });
  });
});
