/** Bounds how many texts wait or run at a time. */
export interface Admission {
  /** Takes room for so many texts; false when there is not enough of it. */
  enter(texts: number): boolean;
  /** Gives the room back. */
  leave(texts: number): void;
  /** Texts inside. */
  pending(): number;
}

/** @param limit texts; a batch that is larger by itself is let in when it is alone, else it could never be */
export function createAdmission(limit: number): Admission {
  let inside = 0;
  return {
    enter: (texts) => {
      if (inside > 0 && inside + texts > limit) return false;
      inside += texts;
      return true;
    },
    leave: (texts) => {
      inside -= texts;
    },
    pending: () => inside,
  };
}
