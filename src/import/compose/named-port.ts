import type { PublishedPort } from '../../grade/compose/service.js';

/** Whether it says which port of this machine it is; 0, like no number at all, lets the engine choose. Pure. */
export const isNamedPort = ({ published }: PublishedPort): boolean =>
  published !== null && published > 0 && published < 65_536;
