import { createRenderer, projectTemplates } from '../../render/template.js';
import type { Exported, ExportedFile, ExportMaterial } from '../exported.js';
import { accessOf } from './access.js';
import { apiFiles, composeApis, type ComposeApi } from './apis.js';
import { composeView } from './compose.js';
import { gatewayFiles } from './gateway.js';
import { imageFiles } from './images.js';
import { leftOut } from './left.js';
import { linksOf } from './links.js';
import { examModels } from './model.js';
import { monitoringFiles } from './monitoring.js';
import { PATHS } from './paths.js';
import { readmeView } from './readme.js';
import { readTemplate, templateFolder } from './templates.js';
import { testView } from './tests.js';

/**
 * The complete tree that the course's exam asks for: a person starts it with `make start-project` and
 * reads it without knowing fortress. Pure but for reading templates and models.
 * @throws FortressError (exit 2) where a model cannot be served by the FastAPI apps
 */
export async function exportExam(material: ExportMaterial): Promise<Exported> {
  const { config } = material;
  const render = createRenderer(projectTemplates(null));
  const own = createRenderer(projectTemplates(config.templates));
  const access = accessOf(config);
  const models = await examModels(config.apis);
  const apis = composeApis(material, models);
  const generatePassword = config.monitoring?.grafana != null && access.grafanaPassword === null;
  const files: ExportedFile[] = [
    { path: 'README.md', content: render('exam/README.md.eta', readmeView(material, apis, access)) },
    { path: 'Makefile', content: render('exam/Makefile.eta', makefileView(material, apis, generatePassword)) },
    { path: 'docker-compose.yml', content: render('exam/docker-compose.yml.eta', composeView(material, apis, access)) },
    { path: '.gitignore', content: readTemplate('exam/gitignore') },
    ...imageFiles(material, render, generatePassword),
    ...gatewayFiles(material, render),
    ...monitoringFiles(material, render, own),
    ...models.files,
    ...apiFiles(material),
    ...templateFolder('exam/src').map((file) => ({ ...file, path: `src/${file.path}` })),
    {
      path: 'tests/run_tests.sh',
      content: render('exam/tests/run_tests.sh.eta', testView(material, access)),
      mode: 0o755,
    },
  ];
  return {
    files,
    folders: { [`${PATHS.nginx}/certs`]: 0o700 },
    left: leftOut(material, models, access),
    next: ['make start-project', 'make test'],
  };
}

/** What `exam/Makefile.eta` may use. */
function makefileView({ config }: ExportMaterial, apis: ComposeApi[], isGenerated: boolean): object {
  const { https, exporter, prometheus, grafana } = linksOf(config);
  const links = [
    { what: 'predictions', url: `${https}/predict` },
    { what: 'Prometheus', url: prometheus },
    { what: 'exporter', url: exporter && `${exporter}/metrics` },
    { what: 'Grafana', url: grafana },
  ];
  const hasModel = apis.some(({ model }) => model !== null);
  const secrets = apis.flatMap((api) => api.secrets.map(({ file }) => file));
  const folders = secrets.length > 0 ? [PATHS.secrets] : [];
  return {
    project: config.project,
    links: links.filter(({ url }) => url !== null),
    grafanaPassword: isGenerated ? 'generated' : 'published',
    readable: [...(hasModel ? [PATHS.model] : []), 'src', 'deployments', ...folders],
    closed: [`${PATHS.nginx}/certs`, ...folders],
    secrets,
  };
}
