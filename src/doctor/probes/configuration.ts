import type { DoctorContext, Finding, Probe } from '../probe.js';

export const configuration: Probe = {
  id: 'configuration',
  run: async (context) => [describe(context)],
};

function describe({ config, configured }: DoctorContext): Finding {
  const base = { title: 'Configuration', why: 'it says which ports, images and replicas to look at', fix: null };
  if (configured) return { ...base, status: 'ok', found: `project ${config.project} in ${config.root}` };
  return { ...base, status: 'skip', found: 'none here; looking at the default values', fix: 'fortress init' };
}
