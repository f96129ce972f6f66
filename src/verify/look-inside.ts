import type { TargetSpec } from './target.js';

/** The commands that look into a deployment, by what runs it. */
export const lookInside = ({ isOwn }: Pick<TargetSpec, 'isOwn'>): { status: string; logs: string } =>
  isOwn
    ? { status: '`fortress status`', logs: '`fortress logs`' }
    : { status: '`docker compose ps`', logs: '`docker compose logs`' };
