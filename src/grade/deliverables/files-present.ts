import { conclude, advice, expectation } from '../../verify/conclude.js';
import type { Expectation } from '../../verify/check.js';
import { makesCertificate } from '../makes-certificate.js';
import type { Deliverable } from './deliverable.js';

/** Where the exam wants a file or folder, and by what it is known elsewhere. */
interface Wanted {
  path: string;
  /** Of another place or spelling that does the same. */
  elsewhere: RegExp;
  /** It may be made by a target of the Makefile, which is not run here. */
  generated?: true;
}

const CERTIFICATES = 'deployments/nginx/certs/';

const WANTED: Wanted[] = [
  { path: 'Makefile', elsewhere: /(?:^|\/)(?:gnu)?makefile$/i },
  { path: 'docker-compose.yml', elsewhere: /^(?:docker-)?compose\.ya?ml$/ },
  { path: 'deployments/nginx/Dockerfile', elsewhere: /nginx[^/]*\/dockerfile$|dockerfile[.-]nginx$/i },
  { path: 'deployments/nginx/nginx.conf', elsewhere: /nginx[^/]*\.conf(?:\.template)?$|nginx\/.*\.conf$/i },
  { path: CERTIFICATES, elsewhere: /\.(?:crt|pem)$/i, generated: true },
  { path: 'deployments/nginx/.htpasswd', elsewhere: /htpasswd/i, generated: true },
  { path: 'deployments/prometheus/prometheus.yml', elsewhere: /prometheus[^/]*\.ya?ml$/i },
  { path: 'model/', elsewhere: /\.(?:onnx|joblib|pkl|pickle|bin|safetensors)$/i, generated: true },
  { path: 'src/api/requirements.txt', elsewhere: /(?:^|\/)(?:requirements[^/]*\.txt|pyproject\.toml|pipfile)$/i },
  { path: 'src/api/v1/', elsewhere: /v1[^/]*\/.*\.py$|v1[^/]*\.py$/i },
  { path: 'src/api/v2/', elsewhere: /v2[^/]*\/.*\.py$|v2[^/]*\.py$/i },
  { path: 'tests/run_tests.sh', elsewhere: /(?:^|\/)(?:run_)?tests?[^/]*\.(?:sh|py)$/i },
  { path: 'README.md', elsewhere: /(?:^|\/)readme[^/]*$/i },
];

export const filesPresent: Deliverable = {
  id: 'files.present',
  title: 'The files that the exam asks for are there',
  severity: 'major',
  examine: async (project) => {
    const made = (await makesCertificate(project)) ? [CERTIFICATES] : [];
    const expectations = WANTED.map((wanted) => lookFor(wanted, project.files, made));
    const missing = expectations.filter(({ ok, advisory }) => !ok && !advisory).length;
    return conclude({
      summary: `${WANTED.length - missing} of ${WANTED.length} are there`,
      expectations,
      exchanges: [],
    });
  },
};

/** @param made what the Makefile is known to make */
function lookFor({ path, elsewhere, generated }: Wanted, files: readonly string[], made: string[]): Expectation {
  const isThere = files.some((file) => (path.endsWith('/') ? file.startsWith(path) : file === path));
  if (isThere) return expectation(true, path, 'there');
  const other = files.find((file) => elsewhere.test(file));
  if (other !== undefined) return advice(false, path, `${other} instead`);
  if (made.includes(path)) return expectation(true, path, 'not handed in; the Makefile, or a script, makes it');
  if (generated) return advice(false, path, 'not handed in; perhaps the Makefile makes it, which grading never runs');
  return expectation(false, path, 'nothing like it');
}
