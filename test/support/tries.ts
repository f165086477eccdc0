/**
 * How often a property is tried. A soak runs all tries, with new values each time. A quick run does only a share of them, with
 * the same values on every machine.
 *
 * @param share the share of the tries, up to 1
 */
export function tries(numRuns: number, share: number): { numRuns: number; seed?: number } {
  return share < 1 ? { numRuns: Math.ceil(numRuns * share), seed: 1 } : { numRuns };
}
