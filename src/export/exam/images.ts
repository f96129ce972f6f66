import { DEBIAN_RELEASE, readRecipe, recipeReference, type DebianImage } from '../../images/debian/recipes.js';
import type { Renderer } from '../../render/template.js';
import type { ExportedFile, ExportMaterial } from '../exported.js';
import { basesOf } from './apis.js';
import { PATHS } from './paths.js';
import { readTemplate } from './templates.js';

/** The script that finds images, and the recipes by which it builds them where no registry answers. */
export function imageFiles(material: ExportMaterial, render: Renderer, generatePassword: boolean): ExportedFile[] {
  const { references } = material.config.images;
  const names = debianImages(material);
  return [
    { path: 'deployments/check-tools.sh', content: readTemplate('exam/deployments/check-tools.sh'), mode: 0o755 },
    {
      path: 'deployments/images.sh',
      content: render('exam/deployments/images.sh.eta', {
        release: DEBIAN_RELEASE,
        recipes: names.map((name) => ({ name, official: references[name], ...recipeOf(name) })),
        grafana: material.config.monitoring?.grafana ? { official: references.grafana, generatePassword } : null,
      }),
      mode: 0o755,
    },
    ...[...names, 'finish'].map((name) => ({
      path: `${PATHS.debian}/${name}.sh`,
      content: readTemplate(`images/debian/${name}.sh`),
    })),
  ];
}

/** Those of the stack, in the order in which they are looked for. */
function debianImages(material: ExportMaterial): DebianImage[] {
  const bases = basesOf(material);
  const isUsed: Record<DebianImage, boolean> = {
    nginx: true,
    python: bases.has('python'),
    node: bases.has('node'),
    exporter: material.config.monitoring !== null,
    prometheus: material.config.monitoring !== null,
  };
  return (Object.keys(isUsed) as DebianImage[]).filter((name) => isUsed[name]);
}

/** Under the name that fortress gives the same image: where it has built it, it is not built again. */
function recipeOf(name: DebianImage): { reference: string; packages: string[]; changes: string[] } {
  const recipe = readRecipe(name);
  return { reference: recipeReference(name, recipe), packages: recipe.packages, changes: recipe.changes };
}
