/** A text as a YAML scalar in a compose file, where `$` begins a variable. Pure. */
export const yamlText = (text: string): string => {
  const literal = text.replaceAll('$', '$$$$');
  return /^[\x20-\x7e]*$/.test(literal) ? `'${literal.replaceAll("'", "''")}'` : JSON.stringify(literal);
};

/** `${IMAGE_NGINX:-nginx:1.30}`: what images.sh found, else the official image. */
export const imageVariable = (name: string, official: string): string => `\${IMAGE_${name.toUpperCase()}:-${official}}`;
