import { expect, it } from 'vitest';
import { readDockerfile } from '../../../src/grade/dockerfile.js';

it('reads the last stage, and every base from elsewhere', () => {
  const facts = readDockerfile(`# syntax=docker/dockerfile:1
ARG VERSION=3.12
FROM --platform=linux/amd64 python:\${VERSION}-slim AS build
USER builder
HEALTHCHECK CMD x
FROM build AS test
FROM python:\${TAG:-latest}
COPY --from=build /app /app
COPY main.py \\
  # a comment in between
  util.py /app/
`);
  expect(facts).toMatchObject({ bases: ['python:3.12-slim', 'python:latest'], user: null, healthcheck: false });
});

it('inherits from a stage of its own', () => {
  const facts = readDockerfile('FROM a:1 AS base\nUSER app\nHEALTHCHECK CMD x\nFROM base\n');
  expect(facts).toMatchObject({ bases: ['a:1'], user: 'app', healthcheck: true });
});

it('knows a health check that is switched off', () => {
  expect(readDockerfile('FROM a:1\nhealthcheck cmd x\nHEALTHCHECK NONE').healthcheck).toBe(false);
});
