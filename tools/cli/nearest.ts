import leven from 'leven';

/** A name is suggested if at most this share of its letters is wrong. */
const WRONG_SHARE = 1 / 3;

/** @returns the name that was most likely meant; `undefined` if none is close */
export function nearest(written: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: leven(written.toLowerCase(), name.toLowerCase()) }));
  const [best] = distances.sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= best.name.length * WRONG_SHARE ? best.name : undefined;
}

/** @returns the same as a sentence, with a space before it; empty if no name is close */
export function didYouMean(written: string, names: readonly string[]): string {
  const meant = nearest(written, names);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}
