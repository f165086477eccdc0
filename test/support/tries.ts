/**
 * How often a property is tried. A soak tries all times, with new values each time; where it has to be quick, a share
 * of them will do, with the same values on every machine.
 *
 * @param share of the tries, up to 1
 */
export function tries(numRuns: number, share: number): { numRuns: number; seed?: number } {
  return share < 1 ? { numRuns: Math.ceil(numRuns * share), seed: 1 } : { numRuns };
}
