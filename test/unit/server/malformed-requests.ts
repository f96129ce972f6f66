import fc from 'fast-check';

/** What a careless, broken or hostile client sends, byte by byte. */
export interface MalformedRequest {
  kind: string;
  bytes: Buffer;
  /** Nothing that could be answered: the connection may just end. */
  incomplete: boolean;
}

const PREDICT = '/predict';
const INFER = '/v2/models/model/infer';
const paths = fc.constantFrom(PREDICT, INFER);

interface Parts {
  method?: string;
  path?: string;
  headers?: string[];
  body?: string | Buffer;
  length?: string;
}

/** A whole request, its parts written as they are. */
function write({ method = 'POST', path = PREDICT, headers, body = '', length }: Parts): Buffer {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: x',
    'connection: close',
    ...(headers ?? ['content-type: application/json']),
    `content-length: ${length ?? content.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}

const complete = (bytes: fc.Arbitrary<Buffer>) => bytes.map((value) => ({ bytes: value, incomplete: false }));
const cut = (bytes: fc.Arbitrary<Buffer>) => bytes.map((value) => ({ bytes: value, incomplete: true }));

const bodies = (body: fc.Arbitrary<string | Buffer>) =>
  complete(fc.tuple(paths, body).map(([path, content]) => write({ path, body: content })));

const json = fc.jsonValue({ maxDepth: 4 });
const odd = fc.oneof(json, fc.constantFrom(null, true, -0, 1e308, '', ' ', '\u0000', [], {}, [[]], 'x'.repeat(10_001)));
const lonely = fc.constantFrom(
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u0000"',
  '"\uFEFF"',
  '"\\u000"',
  '"\\x"',
  '"\u2028"',
);
const tensors = fc.record({
  id: fc.oneof(odd, fc.constant('1')),
  parameters: odd,
  inputs: fc.oneof(
    odd,
    fc.array(
      fc.record(
        {
          name: fc.oneof(odd, fc.constant('text')),
          datatype: fc.oneof(odd, fc.constantFrom('BYTES', 'FP32', 'bytes')),
          shape: fc.oneof(odd, fc.array(fc.oneof(fc.integer(), fc.double()), { maxLength: 4 }), fc.constant([2])),
          data: fc.oneof(odd, fc.array(odd, { maxLength: 4 }), fc.constant(['a', 'b'])),
          parameters: fc.oneof(odd, fc.record({ binary_data_size: odd })),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
  ),
  outputs: fc.oneof(odd, fc.array(fc.record({ name: fc.oneof(odd, fc.constant('label')) }), { maxLength: 3 })),
});
const junk = fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, '?'));
const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.~!$&'), minLength: 1, maxLength: 12 });

const KINDS: Record<string, fc.Arbitrary<Omit<MalformedRequest, 'kind'>>> = {
  'wrong types': bodies(
    fc
      .tuple(fc.constantFrom('sentence', 'sentences', 'text', 'inputs'), odd)
      .map(([name, value]) => JSON.stringify({ [name]: value })),
  ),
  'any JSON': bodies(odd.map((value) => JSON.stringify(value))),
  'truncated JSON': bodies(
    fc.tuple(json, fc.nat(30)).map(([value, end]) => JSON.stringify({ sentence: value }).slice(0, -1 - end)),
  ),
  'random bytes': bodies(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))),
  'invalid UTF-8': bodies(
    fc
      .uint8Array({ minLength: 1, maxLength: 30, min: 0x80 })
      .map((bytes) => Buffer.concat([Buffer.from('{"sentence": "'), bytes, Buffer.from('"}')])),
  ),
  'odd characters': bodies(lonely.map((text) => `{"sentence": ${text}}`)),
  'byte order mark': bodies(fc.constant('\uFEFF{"sentence": "a"}')),
  'deep nesting': bodies(
    fc
      .tuple(fc.constantFrom('[', '{"a":', '[[{"sentences":'), fc.integer({ min: 50, max: 4000 }))
      .map(([open, depth]) => `{"sentence": ${open.repeat(depth)}`),
  ),
  'deep nesting that is closed': bodies(
    fc.integer({ min: 50, max: 30_000 }).map((depth) => `{"sentences": ${'['.repeat(depth)}${']'.repeat(depth)}}`),
  ),
  'deep tensors': bodies(
    fc
      .integer({ min: 3, max: 20_000 })
      .map(
        (depth) =>
          `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ${'['.repeat(depth)}"a"${']'.repeat(depth)}}]}`,
      ),
  ),
  prototypes: bodies(
    fc
      .tuple(fc.constantFrom('__proto__', 'constructor', 'toString', '\\u005f_proto__'), odd)
      .map(([name, value]) => `{"${name}": ${JSON.stringify(value)}, "sentence": {"${name}": {"prototype": 1}}}`),
  ),
  'duplicate keys': bodies(odd.map((value) => `{"sentence": "a", "sentence": ${JSON.stringify(value)}}`)),
  huge: bodies(fc.integer({ min: 60_000, max: 200_000 }).map((size) => `{"sentence": "${'a'.repeat(size)}"}`)),
  'long lists': bodies(fc.integer({ min: 257, max: 20_000 }).map((size) => `{"sentences": [${'1,'.repeat(size)}1]}`)),
  tensors: bodies(tensors.map((value) => JSON.stringify(value))),
  'binary tensors': complete(
    fc
      .tuple(
        fc.oneof(odd, fc.nat(60)),
        fc.oneof(odd, fc.constant({ toString: 1, valueOf: 1 }), fc.constant('text')),
        fc.uint8Array({ maxLength: 40 }),
        fc.option(fc.oneof(fc.nat(200).map(String), junk)),
      )
      .map(([size, name, data, length]) => {
        const header = JSON.stringify({
          inputs: [{ name, datatype: 'BYTES', shape: [1], parameters: { binary_data_size: size } }],
        });
        return write({
          path: INFER,
          headers: [`inference-header-content-length: ${length ?? Buffer.byteLength(header)}`],
          body: Buffer.concat([Buffer.from(header), data]),
        });
      }),
  ),
  'wrong methods': complete(
    fc
      .tuple(
        fc.constantFrom('GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'BREW', 'post'),
        paths,
      )
      .map(([method, path]) => write({ method, path, body: '{"sentence": "a"}' })),
  ),
  'wrong paths': complete(
    fc
      .tuple(
        fc.constantFrom('GET', 'POST'),
        fc.constantFrom(
          '/',
          PREDICT,
          '/v2/models/',
          '/docs/',
          '//',
          '/%',
          '/%00',
          '/%c0%ae/',
          '/..%2f',
          '/v2/models/%',
        ),
        token,
      )
      .map(([method, path, rest]) => write({ method, path: `${path}${rest}`, body: '{}' })),
  ),
  'junk paths': complete(junk.map((path) => write({ path: `/${path}` }))),
  'long paths': complete(
    fc.integer({ min: 100, max: 40_000 }).map((size) => write({ path: `/v2/models/${'a'.repeat(size)}` })),
  ),
  'wrong types of content': complete(
    fc
      .tuple(
        paths,
        fc.oneof(
          fc.constantFrom(
            'text/plain',
            'application/x-www-form-urlencoded',
            'multipart/form-data; boundary=a',
            'application/json; charset=latin1',
            'application/jsonx',
            ';',
            '/',
          ),
          junk,
        ),
      )
      .map(([path, type]) => write({ path, headers: [`content-type: ${type}`], body: '{"sentence": "a"}' })),
  ),
  'compressed as it says': complete(
    fc.constantFrom('gzip', 'br', 'x').map((encoding) =>
      write({
        headers: ['content-type: application/json', `content-encoding: ${encoding}`],
        body: '{"sentence": "a"}',
      }),
    ),
  ),
  'junk headers': complete(
    fc
      .array(fc.tuple(fc.oneof(token, junk), junk), { minLength: 1, maxLength: 40 })
      .map((headers) =>
        write({ headers: headers.map(([name, value]) => `${name}: ${value}`), body: '{"sentence": "a"}' }),
      ),
  ),
  'junk request ids': complete(
    junk.map((id) => write({ headers: ['content-type: application/json', `x-request-id: ${id}`], body: '{}' })),
  ),
  'large headers': complete(
    fc.integer({ min: 10_000, max: 40_000 }).map((size) => write({ headers: [`x-large: ${'a'.repeat(size)}`] })),
  ),
  'wrong lengths': cut(
    fc
      .tuple(
        paths,
        fc.oneof(
          fc.constantFrom('-1', 'x', '1e3', '0x10', '99999999999999999999', '5, 5', '1'),
          fc.nat(70_000).map(String),
        ),
      )
      .map(([path, length]) => write({ path, body: '{"sentence": "a"}', length })),
  ),
  'chunks of junk': cut(
    fc
      .tuple(paths, junk)
      .map(([path, chunk]) =>
        Buffer.from(
          `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk}\r\n0\r\n\r\n`,
          'latin1',
        ),
      ),
  ),
  smuggling: cut(
    paths.map((path) =>
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n`,
      ),
    ),
  ),
  'no HTTP': cut(fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes))),
  'another protocol': cut(
    fc
      .constantFrom(
        'GET /\r\n\r\n',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        'GET / HTTP/9.9\r\n\r\n',
        '\u0016\u0003\u0001\u0002',
      )
      .map((text) => Buffer.from(text, 'latin1')),
  ),
};

/** So many requests, of all kinds in turn; the same ones for the same seed. */
export function malformedRequests(count: number, seed: number): MalformedRequest[] {
  const names = Object.keys(KINDS);
  const each = Math.ceil(count / names.length);
  const samples = Object.entries(KINDS).map(([kind, arbitrary]) =>
    fc.sample(arbitrary, { numRuns: each, seed }).map((request) => ({ kind, ...request })),
  );
  return Array.from({ length: each }, (_, index) => samples.flatMap((ofKind) => ofKind[index] ?? []))
    .flat()
    .slice(0, count);
}
