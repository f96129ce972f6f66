/** Systems whose own trust store we know how to fill. */
export type TrustSystem = 'debian' | 'fedora' | 'macos' | 'windows' | 'other';

/** What one kind of client needs to trust a CA. */
export interface TrustStep {
  /** "Debian, Ubuntu", "Firefox". */
  subject: string;
  /** It is the trust store of the machine itself. */
  machine: boolean;
  /** Shell lines, or sentences where there is a window to click in. */
  lines: string[];
}

interface Subject {
  /** The CA certificate, as it is to be shown. */
  file: string;
  project: string;
  system: TrustSystem;
}

/** Where Debian keeps CAs that the machine's administrator adds; the name must end in `.crt`. */
export const installedPath = (project: string): string => `/usr/local/share/ca-certificates/fortress-${project}.crt`;

/** Under which name Debian hands such a CA on to Java’s store, where that is installed. */
export const javaAlias = (project: string): string => `debian:fortress-${project}.pem`;

/** What to do so that this machine's clients trust the CA: its own store first, then programs that have another. Pure. */
export function trustSteps(subject: Subject): TrustStep[] {
  const { system } = subject;
  const own = MACHINE_STEPS[system];
  const machines = own === undefined ? Object.values(MACHINE_STEPS) : [own];
  return [
    ...machines.map((step) => ({ ...step(subject), machine: true })),
    ...programSteps(subject).map((step) => ({ ...step, machine: false })),
  ];
}

type Step = Omit<TrustStep, 'machine'>;

const MACHINE_STEPS: Partial<Record<TrustSystem, (subject: Subject) => Step>> = {
  debian: ({ file, project }) => ({
    subject: 'Debian, Ubuntu (or: fortress certs trust --install)',
    lines: [`sudo install -m 644 ${quote(file)} ${installedPath(project)}`, 'sudo update-ca-certificates'],
  }),
  fedora: ({ file, project }) => ({
    subject: 'Fedora, RHEL',
    lines: [
      `sudo install -m 644 ${quote(file)} /etc/pki/ca-trust/source/anchors/fortress-${project}.crt`,
      'sudo update-ca-trust',
    ],
  }),
  macos: ({ file }) => ({
    subject: 'macOS',
    lines: [`sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${quote(file)}`],
  }),
  windows: ({ file }) => ({ subject: 'Windows (as administrator)', lines: [`certutil -addstore -f Root "${file}"`] }),
};

function programSteps({ file, project, system }: Subject): Step[] {
  const path = quote(file);
  return [
    {
      subject: 'curl, for one request (it also follows the system’s store)',
      lines: [`curl --cacert ${path} …`],
    },
    {
      subject: 'Node.js (does not look into the system’s store)',
      lines: [
        system === 'windows' ? `set NODE_EXTRA_CA_CERTS=${file}` : `export NODE_EXTRA_CA_CERTS=${absolute(path)}`,
      ],
    },
    {
      subject: 'Python requests (brings its own store)',
      lines: [
        system === 'windows' ? `set REQUESTS_CA_BUNDLE=${file}` : `export REQUESTS_CA_BUNDLE=${absolute(path)}`,
        `or in code: requests.post(url, verify=${JSON.stringify(file)})`,
      ],
    },
    {
      subject: 'Firefox (has its own store)',
      lines: [
        'Settings → Privacy & Security → Certificates → View Certificates → Authorities → Import,',
        `choose ${file}, tick "Trust this CA to identify websites"`,
      ],
    },
    {
      subject: 'Java (has its own store)',
      lines: [`keytool -importcert -cacerts -noprompt -storepass changeit -alias fortress-${project} -file ${path}`],
    },
  ];
}

/** Programs may run in another folder than the one in which the line is pasted. */
const absolute = (path: string): string => (path.startsWith('/') ? path : `"$PWD"/${path}`);

const quote = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
