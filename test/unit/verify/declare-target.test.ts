import { describe, expect, it } from 'vitest';
import { FortressError } from '../../../src/errors.js';
import { declareTarget, firstExternalFlag, type ExternalFlags } from '../../../src/verify/declare-target.js';
import type { Profile } from '../../../src/verify/profile.js';

const NONE: Parameters<typeof declareTarget>[2] = { gateway: undefined, grafana: undefined };
const LEAST: ExternalFlags = { url: 'https://localhost', user: 'ana:pw' };

const declare = (flags: ExternalFlags = {}, profile: Profile = {}, passwords = NONE) =>
  declareTarget({ ...LEAST, ...flags }, profile, passwords);

/** What is thrown, as text with everything a person would see. */
function refusalOf(flags: ExternalFlags, profile: Profile = {}): string {
  try {
    declareTarget(flags, profile, NONE);
  } catch (error) {
    if (!(error instanceof FortressError) || error.exitCode !== 2) throw error;
    return [error.message, error.why, error.hint].filter((part) => part !== undefined).join('\n');
  }
  return 'nothing was thrown';
}

describe('declareTarget', () => {
  it("takes the exam's values where nothing is said, and null for what it does not prescribe", () => {
    expect(declare()).toEqual({
      https: 'https://localhost',
      http: null,
      connectTo: null,
      composeProject: null,
      caFile: null,
      user: 'ana',
      password: 'pw',
      predictPath: '/predict',
      requestField: 'sentence',
      responseField: 'prediction value',
      probabilitiesField: 'prediction_proba_dict',
      labels: [],
      replicas: 3,
      experiment: { header: 'X-Experiment-Group', value: 'debug' },
      versions: null,
      rateLimit: { requestsPerSecond: 10, burst: 20, status: null },
      exporter: null,
      prometheus: null,
      scrapeIntervalSeconds: null,
      grafana: null,
      grafanaAccount: null,
    });
  });

  it('takes every flag', () => {
    expect(
      declare({
        url: 'https://ml.example.org:8443/',
        http: 'http://ml.example.org:8080',
        connectTo: '10.0.0.7',
        composeProject: 'team-7',
        user: 'ana:p:w',
        ca: 'ca.crt',
        predictPath: '/classify',
        labels: 'love, hate',
        replicas: '5',
        header: 'X-Group=a=b',
        rate: '20',
        exporter: 'http://localhost:9113',
        prometheus: 'http://localhost:9090',
        grafana: 'http://localhost:3000',
        grafanaUser: 'viewer:gpw',
      }),
    ).toMatchObject({
      https: 'https://ml.example.org:8443',
      http: 'http://ml.example.org:8080',
      connectTo: '10.0.0.7',
      composeProject: 'team-7',
      user: 'ana',
      password: 'p:w',
      caFile: 'ca.crt',
      predictPath: '/classify',
      labels: ['love', 'hate'],
      replicas: 5,
      experiment: { header: 'X-Group', value: 'a=b' },
      rateLimit: { requestsPerSecond: 20, burst: 20, status: null },
      exporter: 'http://localhost:9113',
      prometheus: 'http://localhost:9090',
      grafana: 'http://localhost:3000',
      grafanaAccount: { user: 'viewer', password: 'gpw' },
    });
  });

  const profile: Profile = {
    url: 'https://profile.test',
    replicas: 4,
    rate: { requestsPerSecond: 20, burst: 1, status: 429 },
    experiment: { header: 'X-Profile', value: 'beta' },
    prometheus: { url: 'http://profile.test:9090', scrapeInterval: '1m' },
    grafana: { url: 'http://profile.test:3000', user: 'viewer', password: 'gpw' },
    requestField: 'text',
  };

  it('takes the profile where no flag says otherwise', () => {
    expect(declareTarget({ user: 'ana:pw' }, profile, NONE)).toMatchObject({
      https: 'https://profile.test',
      replicas: 4,
      rateLimit: { requestsPerSecond: 20, burst: 1, status: 429 },
      experiment: { header: 'X-Profile', value: 'beta' },
      prometheus: 'http://profile.test:9090',
      scrapeIntervalSeconds: 60,
      grafanaAccount: { user: 'viewer', password: 'gpw' },
      requestField: 'text',
    });
  });

  it('lets a flag win, and keeps the rest of what it stands in', () => {
    const flags = { replicas: '2', rate: '7', prometheus: 'http://flag.test:1', grafana: 'http://flag.test:2' };
    expect(declare(flags, profile)).toMatchObject({
      https: 'https://localhost',
      replicas: 2,
      rateLimit: { requestsPerSecond: 7, burst: 1, status: 429 },
      prometheus: 'http://flag.test:1',
      scrapeIntervalSeconds: 60,
      grafana: 'http://flag.test:2',
      grafanaAccount: { user: 'viewer', password: 'gpw' },
    });
  });

  it('takes a promise back where the profile does, unless a flag makes it again', () => {
    expect(declare({}, { rate: false, experiment: false })).toMatchObject({ rateLimit: null, experiment: null });
    expect(declare({ rate: '5', header: 'X-A=b' }, { rate: false, experiment: false })).toMatchObject({
      rateLimit: { requestsPerSecond: 5 },
      experiment: { header: 'X-A', value: 'b' },
    });
  });
});

describe('passwords', () => {
  const environment = { gateway: 'from-env', grafana: 'grafana-env' };

  it('come from the flag, else the environment, else the profile', () => {
    const profile = { user: 'ana', password: 'from-profile' };
    expect(declare({ user: 'ana:from-flag' }, profile, environment).password).toBe('from-flag');
    expect(declare({ user: 'ana' }, profile, environment).password).toBe('from-env');
    expect(declare({ user: 'ana' }, profile).password).toBe('from-profile');
    expect(declareTarget({ url: 'https://localhost' }, profile, NONE)).toMatchObject(profile);
  });

  it("of the profile are not tried on the flag's user", () => {
    const profile = { url: 'https://localhost', user: 'ana', password: 'from-profile' };
    expect(refusalOf({ user: 'bob' }, profile)).toContain('There is no password of user bob');
  });

  it("of Grafana work alike, and without any the exam's is left to be tried", () => {
    expect(declare({ grafanaUser: 'viewer' }, {}, environment).grafanaAccount).toEqual({
      user: 'viewer',
      password: 'grafana-env',
    });
    expect(declare({}, {}, environment).grafanaAccount).toEqual({ user: 'admin', password: 'grafana-env' });
    expect(refusalOf({ ...LEAST, grafanaUser: 'viewer' })).toContain("There is no password of Grafana's user viewer");
  });

  it.each<ExternalFlags>([
    { ...LEAST, user: ':12345678' },
    { ...LEAST, user: 'a b:12345678' },
    { ...LEAST, grafanaUser: ':12345678' },
    { ...LEAST, url: 'https://ana:12345678@localhost' },
    { ...LEAST, user: 'ana:12345678', replicas: 'x' },
    { user: 'ana:12345678' },
  ])('are in no message: %j', (flags) => {
    expect(refusalOf(flags)).not.toBe('nothing was thrown');
    expect(refusalOf(flags)).not.toContain('12345678');
  });
});

describe('wrong flags', () => {
  it.each<[ExternalFlags, string]>([
    [{ url: 'localhost' }, '--url: found "localhost"; expected https://HOST[:PORT] without path and credentials'],
    [{ http: 'https://localhost' }, '--http: found "https://localhost"; expected http://HOST[:PORT]'],
    [
      { exporter: 'http://localhost:9113/metrics' },
      '--exporter: found "http://localhost:9113/metrics"; expected http or https',
    ],
    [{ prometheus: 'x' }, '--prometheus: found "x"'],
    [{ grafana: 'x' }, '--grafana: found "x"'],
    [{ connectTo: 'x' }, '--connect-to: found "x"; expected an IP address'],
    [{ composeProject: 'A B' }, '--compose-project: found "A B"'],
    [{ predictPath: 'x' }, '--predict-path: found "x"; expected a path'],
    [{ labels: 'love' }, '--labels: found ["love"]; expected at least 2'],
    [{ labels: 'love,,hate' }, '--labels: found ""; expected at least 1'],
    [{ replicas: 'three' }, '--replicas: found "three"; expected a value of type number'],
    [{ replicas: '0' }, '--replicas: found 0; expected a number of at least 1'],
    [{ rate: '1e3' }, '--rate: found "1e3"'],
    [{ header: 'debug' }, '--header: found "debug"; expected NAME=VALUE'],
    [{ header: '=x' }, '--header: found ""; expected a header name'],
    [{ header: 'X-A=' }, '--header: found ""; expected a value without spaces'],
  ])('%j', (flags, message) => {
    expect(refusalOf({ ...LEAST, ...flags })).toContain(message);
  });

  it('says what is missing', () => {
    expect(refusalOf({ user: 'ana:pw' })).toContain('There is no URL to verify');
    expect(refusalOf({ url: 'https://localhost' })).toContain('There is no user to verify with');
    expect(refusalOf({ url: 'https://localhost', user: 'ana' })).toContain('Set FORTRESS_PASSWORD');
  });
});

describe('firstExternalFlag', () => {
  it('names it as people type it', () => {
    expect(firstExternalFlag({ grafanaUser: 'a:b' })).toBe('--grafana-user');
    expect(firstExternalFlag({ replicas: '3', url: 'https://localhost' })).toBe('--url');
    expect(firstExternalFlag({})).toBeUndefined();
  });
});
