import { describe, expect, it } from 'vitest';
import { addressKey } from '../../../src/verify/limit-key.js';
import { withConfiguration } from './support/configured.js';
import { nginxText } from '../render/fixture.js';

const keyOf = (configuration: string) => addressKey(withConfiguration(configuration));
const ADDRESS = '$binary_remote_addr';
const zone = (key: string): string => `limit_req_zone ${key} zone=clients:1m rate=10r/s;`;
const mapped = (entries: string, source = '$http_x_secret'): string =>
  `http { map ${source} $client { ${entries} }\n${zone('$client')} }`;

describe('addressKey', () => {
  it('is what the limits count by, when that is the address', async () => {
    expect(await keyOf(zone(ADDRESS))).toBe(ADDRESS);
    expect(await keyOf(`${zone(ADDRESS)}\n${zone('"${remote_addr}"')}`)).toBe(ADDRESS);
    for (const key of ['$http_x_user', `${ADDRESS}$uri`, '$server_name', '$client'])
      expect.soft(await keyOf(zone(key)), key).toBeNull();
    expect(await keyOf(`${zone(ADDRESS)}\n${zone('$uri')}`)).toBeNull();
    expect(await keyOf('events {}')).toBeNull();
  });

  it('is the address also where a secret in a header exempts from the limit', async () => {
    for (const entries of [
      `default ${ADDRESS}; include secrets.conf;`,
      `"some; secret" "";\n default ${ADDRESS};`,
      `abc ''; default ${ADDRESS};`,
    ])
      expect.soft(await keyOf(mapped(entries)), entries).toBe(ADDRESS);
  });

  it('is not the address where a map may give something else', async () => {
    for (const entries of [
      `default $http_x_secret; "" ${ADDRESS};`,
      `default ${ADDRESS}; debug everybody;`,
      'default ""; include secrets.conf;',
      'default $server_name; include secrets.conf;',
      '',
    ])
      expect.soft(await keyOf(mapped(entries)), entries).toBeNull();
    expect(await keyOf(mapped(`default ${ADDRESS};`, '$request_uri'))).toBeNull();
    expect(await keyOf(mapped(`default ${ADDRESS};`).replace('$client {', '$other {'))).toBeNull();
  });

  it("knows fortress's own", async () => {
    expect(await keyOf(nginxText())).toBe(ADDRESS);
  });
});
