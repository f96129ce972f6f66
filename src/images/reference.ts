/**
 * A reference as the engine lists it: without the default registry, with a tag. Pure.
 * `docker.io/library/nginx` → `nginx:latest`
 */
export function familiarReference(reference: string): string {
  const name = reference.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  return name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`;
}
