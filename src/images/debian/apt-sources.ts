/** A package archive as a host's apt configuration names it. */
export interface AptSource {
  uri: string;
  suite: string;
  components: string[];
}

/** Reads the one-line format of `sources.list`: `deb [options] uri suite component…`. Pure. */
export function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(?<uri>\S+)\s+(?<suite>\S+)(?<components>[^#]*)/.exec(line);
    const { uri, suite, components } = match?.groups ?? {};
    if (uri === undefined || suite === undefined) return [];
    return [{ uri: withoutSlash(uri), suite, components: words(components) }];
  });
}

/** Reads the deb822 format of `*.sources`: stanzas of `Key: value`, continued by indented lines. Pure. */
export function parseDeb822(text: string): AptSource[] {
  const withoutComments = text.replaceAll(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = parseStanza(stanza);
    if (!words(fields.get('types')).includes('deb') || fields.get('enabled')?.toLowerCase() === 'no') return [];
    const components = words(fields.get('components'));
    return words(fields.get('uris')).flatMap((uri) =>
      words(fields.get('suites')).map((suite) => ({ uri: withoutSlash(uri), suite, components })),
    );
  });
}

function parseStanza(stanza: string): Map<string, string> {
  const unfolded = stanza.replaceAll(/\n[ \t]+/g, ' ');
  const fields = unfolded.split('\n').map((line) => /^(?<key>[^:\s]+):\s*(?<value>.*)$/.exec(line)?.groups);
  return new Map(fields.flatMap((field) => (field ? [[field['key']?.toLowerCase() ?? '', field['value'] ?? '']] : [])));
}

const words = (text = ''): string[] => text.split(/\s+/).filter((word) => word !== '');

const withoutSlash = (uri: string): string => uri.replace(/\/+$/, '');
