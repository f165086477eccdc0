import leven from 'leven';

/** Only names with at most this share of wrong letters are suggested. */
const WRONG_SHARE = 1 / 3;

/** @returns the name that is most likely meant; `undefined` if none is close */
export function nearest(written: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: leven(written.toLowerCase(), name.toLowerCase()) }));
  const [best] = distances.sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= best.name.length * WRONG_SHARE ? best.name : undefined;
}

/** @returns the suggestion as a sentence that starts with a space; empty if no name is close */
export function didYouMean(written: string, names: readonly string[]): string {
  const meant = nearest(written, names);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}
