import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../package-root.js';

/** The images that Debian has packages for. */
export type DebianImage = 'nginx' | 'node' | 'python' | 'exporter' | 'prometheus';

export const DEBIAN_RELEASE = 'trixie';

/** How an image is made of packages. */
export interface Recipe {
  packages: string[];
  /** Shell scripts that turn the unpacked packages into the image; `$1` is its root. */
  hooks: string[];
  /** Instructions of a Dockerfile. */
  changes: string[];
}

/** Files and directories that every program expects; `sh` and `wget` for health checks; `ldd` and `getent`. */
const BASE_PACKAGES = ['base-files', 'busybox-static', 'libc-bin'];

const BASE_CHANGES = ['ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

const IMAGES: Record<DebianImage, { packages: string[]; changes: string[] }> = {
  nginx: {
    // With JavaScript, which counts for Prometheus; the official image has it, too.
    packages: ['nginx', 'libnginx-mod-http-js'],
    changes: ['USER 101:101', 'EXPOSE 80', 'CMD ["nginx", "-e", "stderr", "-g", "daemon off;"]'],
  },
  node: { packages: ['nodejs'], changes: ['CMD ["node"]'] },
  python: {
    packages: [
      'python3',
      'python3-fastapi',
      'python3-uvicorn',
      'python3-httptools',
      'python3-onnxruntime',
      'python3-prometheus-client',
    ],
    changes: ['CMD ["python3"]'],
  },
  exporter: {
    packages: ['prometheus-nginx-exporter'],
    changes: ['USER 65534:65534', 'EXPOSE 9113', 'ENTRYPOINT ["/usr/bin/nginx-prometheus-exporter"]'],
  },
  prometheus: {
    packages: ['prometheus'],
    changes: [
      'USER 65534:65534',
      'WORKDIR /prometheus',
      'EXPOSE 9090',
      'ENTRYPOINT ["/bin/prometheus"]',
      'CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]',
    ],
  },
};

/** Reads a recipe: the table above and its scripts, which are plain files that people can read. */
export function readRecipe(image: DebianImage, templates: string = join(packageRoot(), 'templates')): Recipe {
  const script = (name: string): string => readFileSync(join(templates, 'images', 'debian', `${name}.sh`), 'utf8');
  return {
    packages: [...BASE_PACKAGES, ...IMAGES[image].packages],
    hooks: [script(image), script('finish')],
    changes: [...BASE_CHANGES, ...IMAGES[image].changes],
  };
}

/** `fortress/nginx:debian-3f2a…`: another recipe is another image, the same one is found again. Pure. */
export function recipeReference(image: DebianImage, recipe: Recipe): string {
  const content = JSON.stringify([DEBIAN_RELEASE, recipe.packages, recipe.hooks, recipe.changes]);
  return `fortress/${image}:debian-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
}
