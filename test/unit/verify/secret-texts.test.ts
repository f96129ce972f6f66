import { describe, expect, it } from 'vitest';
import { ownSecrets } from '../../../src/verify/own-secrets.js';
import { secretsIn, secretVariables } from '../../../src/verify/secret-texts.js';

describe('secretsIn', () => {
  it.each([
    ['-----BEGIN PRIVATE KEY-----', 'a private key'],
    ['-----BEGIN RSA PRIVATE KEY-----', 'a private key'],
    ['ana:$apr1$Xq3kd9/.$5QyHn8wsPBBqtA2uVTmTe1', 'the hash of a password'],
    [`ana:$2y$10$${'a'.repeat(53)}`, 'the hash of a password'],
    [`ana:$6$rounds=5000$salt$${'b'.repeat(86)}`, 'the hash of a password'],
    [`ana:$y$j9T$salt$${'c'.repeat(43)}`, 'the hash of a password'],
    [`ana:{SHA}${'d'.repeat(27)}=`, 'the hash of a password'],
    [`ana:{SSHA}${'d'.repeat(32)}`, 'the hash of a password'],
  ])('knows %j whoever made it', (text, name) => {
    expect(secretsIn(`before ${text} after`, [])).toEqual([name]);
  });

  it.each(['-----BEGIN CERTIFICATE-----', '$1', 'cost $5, then $6$', '"$request_method"', '{SHA}', '$2'])(
    'leaves %j alone',
    (text) => {
      expect(secretsIn(text, [])).toEqual([]);
    },
  );

  it('names what it was told of, each once', () => {
    const secrets = ['one', 'two', 'one'].map((text) => ({ name: `the ${text}`, text }));
    expect(secretsIn('one and one', secrets)).toEqual(['the one']);
  });

  it('finds them inside of JSON, too', () => {
    const text = 'with "quotes" and \\';
    expect(secretsIn(JSON.stringify({ env: [text] }), [{ name: 'it', text }])).toEqual(['it']);
  });
});

describe('secretVariables', () => {
  it('are those whose name says so and that hold something', () => {
    const secret = ['POSTGRES_PASSWORD=x', 'api_key=a=b', 'AWS_SECRET=x', 'GITHUB_TOKEN=x', 'PRIVATE_KEY=x'];
    const harmless = ['PASSWORD=', 'PASSWORD_FILE=/x', 'A__PASSWORD__FILE=/x', 'TOKENIZER=x', 'KEY=x', 'TOKEN'];
    expect(secretVariables([...secret, ...harmless])).toEqual(secret.map((entry) => entry.split('=')[0]));
  });
});

const pem = (letter: string): string =>
  `-----BEGIN PRIVATE KEY-----\n${['1', '2', '3'].map((line) => letter.repeat(63) + line).join('\n')}\n-----END PRIVATE KEY-----\n`;

describe('ownSecrets', () => {
  const all = ownSecrets({
    store: { caKey: pem('C'), key: pem('G'), htpasswd: 'ana:THE HASH\nbob:HIS HASH\n', hashKey: 'THE HASH KEY' },
    users: [
      { name: 'ana', password: 'long enough' },
      { name: 'bob', password: 'short' },
    ],
    grafana: { user: 'Grafana', password: 'of Grafana' },
    probeToken: 'THE TOKEN',
    ownKey: pem('O'),
    apiSecrets: { 'apis.v1.secrets.token': 'token:\n  of the API\n', 'apis.v1.secrets.pin': '1234\n' },
  });
  const textsOf = (name: string): string[] => all.filter((one) => one.name === name).map(({ text }) => text);

  it('are passwords, as they are and as they are sent', () => {
    expect(textsOf('the password of ana')).toEqual(['long enough']);
    expect(textsOf('the password of Grafana')).toEqual(['of Grafana']);
    expect(textsOf('the credentials of bob')).toEqual([Buffer.from('bob:short').toString('base64')]);
  });

  it('but none that any text may hold', () => {
    expect(textsOf('the password of bob')).toEqual([]);
  });

  it('are hashes, keys and what is derived from them', () => {
    expect(textsOf('the hash of a password')).toEqual(['THE HASH', 'HIS HASH']);
    expect(textsOf('the key of hashes')).toEqual(['THE HASH KEY']);
    expect(textsOf('the probe token')).toEqual(['THE TOKEN']);
  });

  it('are private keys by a line that no other key has', () => {
    expect(textsOf('the key of the CA')).toEqual([`${'C'.repeat(63)}2`]);
    expect(textsOf('the key of the gateway')).toEqual([`${'G'.repeat(63)}2`, `${'O'.repeat(63)}2`]);
  });

  it('are what APIs are given as secrets, where no other text can hold it by chance', () => {
    expect(textsOf('apis.v1.secrets.token')).toEqual(['of the API']);
    expect(textsOf('apis.v1.secrets.pin')).toEqual([]);
  });

  it('are none where there is nothing', () => {
    const store = { caKey: null, key: null, htpasswd: null, hashKey: null };
    expect(ownSecrets({ store, users: [], grafana: null, probeToken: null, ownKey: null, apiSecrets: {} })).toEqual([]);
  });
});
