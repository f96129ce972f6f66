import type { Exported, ExportMaterial } from '../exported.js';
import type { Access } from './access.js';
import type { ExamModels } from './model.js';
import { PATHS } from './paths.js';

/** What the tree does not carry over. */
export function leftOut({ config }: ExportMaterial, models: ExamModels, access: Access): Exported['left'] {
  const { gateway, apis, hooks, templates } = config;
  const secrets = apis.flatMap(({ name, secrets: files }) =>
    Object.keys(files).map((file) => `${PATHS.secrets}/${name}/${file}`),
  );
  const served = apis.filter(({ backend }) => backend.kind === 'server').map(({ name }) => name);
  return [
    ...(served.length > 0
      ? [
          {
            what: "fortress's model server",
            why: `${served.join(', ')}: FastAPI apps take its place, with /predict, /health and /metrics`,
          },
        ]
      : []),
    ...(models.replaced.length > 0
      ? [
          {
            what: 'model',
            why: `${models.replaced.join(', ')}: the self-contained one beside it, which needs no featuriser of ours and answers a little otherwise`,
          },
        ]
      : []),
    ...(gateway.tls.own === null
      ? []
      : [{ what: 'certificate', why: 'yours is not handed in; `make gen-certs` makes a self-signed one' }]),
    ...(access.password === null
      ? [{ what: 'password', why: `that of "${access.user}" is not in the tree: GATEWAY_PASSWORD=… make test` }]
      : []),
    ...(secrets.length > 0
      ? [{ what: 'secrets', why: `not handed in: put them there yourself: ${secrets.join(', ')}` }]
      : []),
    ...(templates === null ? [] : [{ what: 'templates', why: 'nginx.conf is made from the one of fortress' }]),
    {
      what: 'changes without a dropped request',
      why: 'compose replaces containers at once; there are no generations to go back to',
    },
    ...(config.guard ? [{ what: 'guard', why: 'the engine alone restarts containers, and not unhealthy ones' }] : []),
    ...([hooks.beforeUp, hooks.afterUp, hooks.beforeDown].some((hook) => hook !== null)
      ? [{ what: 'hooks', why: 'compose knows none' }]
      : []),
  ];
}
