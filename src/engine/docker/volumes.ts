import type Docker from 'dockerode';
import { LABEL } from '../../stack/names.js';
import { isMissing, tolerate } from './errors.js';

export async function createVolume(docker: Docker, project: string, name: string): Promise<void> {
  await docker.createVolume({ Name: name, Labels: { [LABEL.project]: project } });
}

export const removeVolume = (docker: Docker, name: string): Promise<void> =>
  tolerate(docker.getVolume(name).remove(), isMissing);
