import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import type { FortressConfig } from '../../../src/config/types.js';
import type { ImageName, ImageReference } from '../../../src/images/image-source.js';
import { buildStack } from '../../../src/stack/build.js';
import type { Service, Stack } from '../../../src/stack/stack.js';

const EXAMPLE_SUBNET = '10.200.4.0/22';

export const exampleImage = (name: ImageName): ImageReference => ({
  reference: `example/${name.replace(':', '-')}:1`,
  origin: 'an example',
});

export interface Example {
  config: ResolvedConfig;
  stack: Stack;
}

/** The stack of a configuration in the folder /srv/shop. */
export function example(
  input: FortressConfig = {},
  image: (name: ImageName) => ImageReference = exampleImage,
): Example {
  const config = resolveConfig(input, '/srv/shop');
  return { config, stack: buildStack(config, { subnet: EXAMPLE_SUBNET, image }) };
}

export function serviceOf({ services }: Stack, name: string): Service {
  const service = services.find((candidate) => candidate.name === name);
  if (!service) throw new Error(`no service ${name} among ${services.map((other) => other.name).join(', ')}`);
  return service;
}
