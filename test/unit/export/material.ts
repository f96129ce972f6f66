import { resolveConfig } from '../../../src/config/resolve.js';
import type { FortressConfig } from '../../../src/config/types.js';
import type { ExportMaterial } from '../../../src/export/exported.js';
import { everyReplica } from '../../../src/export/serving.js';
import { createServiceRenderer } from '../../../src/render/render.js';
import { createRenderer, projectTemplates } from '../../../src/render/template.js';
import type { ImageName, ImageReference } from '../../../src/images/image-source.js';
import { buildStack } from '../../../src/stack/build.js';
import { MATERIALS } from '../render/fixture.js';
import { exampleImage } from '../stack/example.js';

/** What an export of a configuration in /srv/shop starts from. */
export function exportMaterialOf(
  input: FortressConfig = {},
  image: (name: ImageName) => ImageReference = exampleImage,
): ExportMaterial {
  const config = resolveConfig(input, '/srv/shop');
  const stack = buildStack(config, { subnet: '10.200.4.0/22', image });
  const render = createServiceRenderer(config, stack, MATERIALS, createRenderer(projectTemplates(null)));
  const serving = everyReplica(stack);
  return {
    config,
    stack,
    serving,
    files: (service, others = serving) => render(service, others),
    contentOf: ({ content, path }) =>
      typeof content === 'string' || Buffer.isBuffer(content) ? content : `THE CONTENT OF ${path}`,
    credentials: {
      ...MATERIALS,
      caCertificate: 'THE CA',
      users: [{ name: 'admin', password: 'THE PASSWORD' }],
    } as never,
    builds: {},
  };
}
