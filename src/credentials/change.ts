/** One thing that preparing the credentials would change, for people. */
export interface CredentialChange {
  subject: 'CA' | 'certificate' | 'CA copy' | 'passwords' | 'htpasswd';
  action: 'issue' | 'renew' | 'add' | 'change' | 'remove' | 'write';
  /** "no certificate yet", "user ana". */
  detail: string;
}

/** `certificate: renew, expires in 12 days`; `htpasswd: add user ana`. */
export function formatCredentialChange({ subject, action, detail }: CredentialChange): string {
  const separator = action === 'issue' || action === 'renew' ? ', ' : ' ';
  return `${subject}: ${action}${separator}${detail}`;
}
