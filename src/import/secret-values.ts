/** Names of variables and arguments whose values are nobody's business; the tokens of a text are everybody's. */
const SECRET_NAME =
  /PASS|PWD$|SECRET|(?<!(?:MAX|MIN|NUM|NEW)_)TOKEN(?!I[SZ]E)|CREDENTIAL|(?:^|_)(?:API_?)?KEY$|DSN$|DATABASE_URL$/i;

/** Headers by which a client shows who it is. */
const SECRET_HEADER = /^(?:Proxy-)?Authorization$|^Cookie$/i;

/** Texts that let somebody in, wherever they stand. */
const SECRETS = [
  // A password in an address, and a token in its place.
  /(?<=:\/\/)[^\s/:@]*:[^\s/@]+(?=@)/,
  /(?<=https?:\/\/)[^\s/:@]+(?=@)/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*/,
  /\b(?:Bearer|Basic)\s+(?=\S*[\d=])\S{8,}/i,
  /\bsk-(?=[\w-]{0,200}\d)[\w-]{12,}/,
  /\b[sr]k_(?:live|test)_\w{8,}/,
  /\bgh[opsur]_\w{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,}/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bAIza[\w-]{30,}|\bhf_[A-Za-z0-9]{20,}|\bxox[abeprs]-[\w-]{10,}/,
  /\beyJ[\w-]{8,2000}\.[\w-]{8,}\.[\w-]*/,
  /\b(?:password|passwd|pwd|secret|token|api_?key|accountkey|sharedaccesskey)\s*=\s*[^\s;&,]+/i,
];

/** What is shown in their place. */
const UNSEEN = '…';

/** Pure. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** Pure. */
export const isSecretHeader = (header: string): boolean =>
  SECRET_HEADER.test(header) || isSecretName(header.replaceAll('-', '_'));

/** Whether a text is a secret, or holds one. Pure. */
export const holdsSecret = (text: string): boolean => SECRETS.some((secret) => secret.test(text));

/** The text as it may be shown to anybody. Pure. */
export const withoutSecrets = (text: string): string =>
  SECRETS.reduce((shown, secret) => shown.replaceAll(new RegExp(secret, `g${secret.flags}`), UNSEEN), text);

/** An address without the name and the password, or the token, that stand before its host. Pure. */
export const withoutLogin = (address: string): string =>
  holdsSecret(address) ? address.replace(/(?<=:\/\/)[^\s/@]*@/, '') : address;
