import { missingImageTools } from '../image-tools.js';
import type { DoctorContext, Finding, Probe } from '../probe.js';

export const imageTools: Probe = {
  id: 'images.tools',
  run: async (context) => [await probeTools(context)],
};

async function probeTools({ engine }: DoctorContext): Promise<Finding> {
  const title = 'Image tools';
  const why = 'where no container registry answers, images are built from Debian packages with mmdebstrap';
  if (engine.state !== 'ready')
    return { title, status: 'skip', found: 'no engine to ask for a registry', why, fix: null };
  const { needed, reason, hint } = engine.facts.imageTools;
  if (needed === null)
    return {
      title,
      status: 'fail',
      found: `cannot be told: ${reason}`,
      why,
      fix: hint ?? 'run `fortress plan` to see more',
    };
  if (!needed) return { title, status: 'ok', found: `not needed: ${reason}`, why, fix: null };
  const missing = await missingImageTools();
  if (missing.length === 0)
    return { title, status: 'ok', found: 'mmdebstrap and the archive keyring are there', why, fix: null };
  const found = `missing: ${missing.join(', ')} (${reason})`;
  const fix = `sudo apt-get install --no-install-recommends ${missing.join(' ')} (Debian, Ubuntu), or give the engine a way to a registry`;
  return { title, status: 'fail', found, why, fix };
}
