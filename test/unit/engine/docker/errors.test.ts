import { describe, expect, test } from 'vitest';
import {
  explainEngineError,
  isBeingRemoved,
  isMissing,
  isUnchanged,
  tolerate,
} from '../../../../src/engine/docker/errors.js';
import { ExitCode, FortressError } from '../../../../src/errors.js';

const engineError = (statusCode: number, message: string): Error =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), { statusCode });

describe('a port that is taken is named, in the words of every engine', () => {
  test.each([
    [
      8080,
      'driver failed programming external connectivity on endpoint shop-gateway-1 (0f1e): Bind for 0.0.0.0:8080 failed: port is already allocated',
    ],
    [
      443,
      'driver failed programming external connectivity on endpoint shop-gateway-1 (0f1e): Bind for :::443 failed: port is already allocated',
    ],
    [
      80,
      'driver failed programming external connectivity on endpoint x (0f1e): Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use',
    ],
    [
      80,
      'driver failed programming external connectivity on endpoint x (0f1e): Error starting userland proxy: listen tcp 127.0.0.1:80: bind: address already in use',
    ],
    [
      9090,
      'failed to set up container networking: driver failed programming external connectivity on endpoint x (0f1e): failed to listen on TCP socket: listen tcp6 [::1]:9090: bind: address already in use',
    ],
    [
      8080,
      'failed to set up container networking: driver failed programming external connectivity on endpoint x (0f1e): failed to bind host port for 0.0.0.0:8080:172.18.0.2:80/tcp: address already in use',
    ],
    [
      8080,
      'failed to set up container networking: driver failed programming external connectivity on endpoint x (0f1e): failed to bind host port 0.0.0.0:8080/tcp: address already in use',
    ],
  ])('%d: %s', (port, message) => {
    const explained = explainEngineError(engineError(500, message), 'container.start');
    expect(explained).toMatchObject({
      code: 'PORT_TAKEN',
      exitCode: ExitCode.failed,
      message: `port ${port} is taken`,
    });
    expect(explained.hint).toContain('choose another port');
  });
});

test('anything else comes in the words of the engine, without those of the client', () => {
  expect(explainEngineError(engineError(400, 'Minimum memory limit allowed is 6MB'), 'container.create')).toMatchObject(
    {
      code: 'ENGINE_REFUSED',
      exitCode: ExitCode.failed,
      message: 'container.create failed',
      why: expect.stringMatching(/^Minimum memory limit allowed is 6MB/) as string,
    },
  );
  expect(explainEngineError('a text', 'x').why).toBe('a text');
});

test('what was explained already stays as it is', () => {
  const error = new FortressError('IMAGE_PULL', 3, 'x could not be pulled');
  expect(explainEngineError(error, 'image.ensure')).toBe(error);
});

describe('tolerate', () => {
  test('what is already so is no error', async () => {
    const calls = [
      tolerate(Promise.reject(engineError(304, '')), isUnchanged),
      tolerate(Promise.reject(engineError(404, 'no such container')), isUnchanged, isMissing),
      tolerate(Promise.reject(engineError(409, 'removal of container x is already in progress')), isBeingRemoved),
    ];
    await expect(Promise.all(calls)).resolves.toHaveLength(3);
  });

  test.each([
    ['another status', engineError(500, 'no')],
    ['another conflict', engineError(409, 'container x is running: stop the container before removing it')],
    ['no answer of an engine', new Error('socket hang up')],
  ])('%s is one', async (_, error) => {
    await expect(tolerate(Promise.reject(error), isMissing, isUnchanged, isBeingRemoved)).rejects.toBe(error);
  });
});
