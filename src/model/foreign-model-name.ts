import { extname } from 'node:path';

/** What a model that is not for fortress's own server is called in a container: `model.joblib` of `/srv/emotion-3.joblib`. */
export const foreignModelName = (path: string): string => `model${extname(path)}`;
