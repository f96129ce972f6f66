import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { VERSION } from '../version.js';
import { type Schema, answer } from './schemas.js';

declare module 'fastify' {
  /** What the description of the API needs besides what fastify uses itself. */
  interface FastifySchema {
    operationId?: string;
    tags?: string[];
    summary?: string;
    description?: string;
  }
}

/** A route that is part of the described API. */
interface DescribedRoute {
  method: string;
  /** In fastify's writing: `/v2/models/:name`. */
  url: string;
  schema: FastifySchema;
}

const TAGS = [
  { name: 'prediction', description: 'What the model is for.' },
  {
    name: 'inference protocol',
    description: 'The same by the Open Inference Protocol (version 2), for clients that speak it.',
  },
  { name: 'operation', description: 'For those who run the server, inside its network only.' },
];

/** fastify names a shared schema `Name#`. */
function rewriteReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewriteReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, `#/components/schemas/${inner.replace(/#$/, '')}`]
        : [key, rewriteReferences(inner)],
    ),
  );
}

function parameters(place: 'path' | 'header', schema: unknown): Schema[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    description,
    schema: rest,
  }));
}

function operation({ schema }: DescribedRoute): Schema {
  const { operationId, tags, summary, description, body, params, headers, response } = schema;
  return {
    operationId,
    tags,
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: [...parameters('path', params), ...parameters('header', headers)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: response,
  };
}

function paths(routes: DescribedRoute[]): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    found[path] = { ...found[path], [route.method.toLowerCase()]: operation(route) };
  }
  return found;
}

/** In OpenAPI a shared schema is named by where it stands. */
const withoutId = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$id'));

/**
 * The description of an API as an OpenAPI 3.1 document. Pure.
 * @param shared schemas that routes refer to, by name
 */
function describeApi(routes: DescribedRoute[], shared: Record<string, Schema>): Schema {
  const schemas = Object.entries(shared).map(([name, schema]) => [name, withoutId(schema)]);
  return {
    openapi: '3.1.1',
    info: {
      title: 'fortress model server',
      version: VERSION,
      description:
        'Classifies short texts. Every answer names the server (`X-Instance-Id`), its version (`X-Api-Version`) and the request (`X-Request-Id`: yours, if you sent one of at most 128 letters, digits and `. : _ -`). There is nothing at any other path (404), nor by any other method (405, with `Allow`).',
    },
    // Relative to this document, so that it holds behind any gateway.
    servers: [{ url: '.' }],
    tags: TAGS,
    ...(rewriteReferences({ paths: paths(routes), components: { schemas: Object.fromEntries(schemas) } }) as Schema),
  };
}

/** Only what says what it is about is part of the description; HEAD comes with every GET. */
const isDescribed = ({ method, schema }: RouteOptions): boolean => schema?.summary !== undefined && method !== 'HEAD';

/** Adds `GET /openapi.json`, which describes the routes that are added after it, and itself. */
export function addOpenApi(app: FastifyInstance): void {
  const routes: DescribedRoute[] = [];
  let document = '';
  app.addHook('onRoute', (route) => {
    if (!isDescribed(route)) return;
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, schema: route.schema ?? {} });
  });
  app.addHook('onReady', (done) => {
    document = JSON.stringify(describeApi(routes, app.getSchemas() as Record<string, Schema>));
    done();
  });
  const schema: FastifySchema = {
    operationId: 'describe',
    tags: ['operation'],
    summary: 'This description',
    response: { 200: answer('An OpenAPI 3.1 document.', { type: 'object' }) },
  };
  app.get('/openapi.json', { schema }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(document),
  );
}
