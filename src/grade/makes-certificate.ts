import { readText } from './files.js';
import type { Project } from './project.js';

/** Whether the Makefile or a script of a submission makes certificates, and with them their keys. */
export async function makesCertificate({ root, files }: Pick<Project, 'root' | 'files'>): Promise<boolean> {
  const recipes = files.filter((name) => /(?:^|\/)(?:gnu)?makefile$|\.(?:sh|mk)$/i.test(name));
  const texts = await Promise.all(recipes.map((name) => readText(root, name)));
  return texts.some((text) => /\bopenssl\s+(?:req|x509)\b|\bmkcert\b/.test(text ?? ''));
}
