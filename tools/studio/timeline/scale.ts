/** Where a point in time lies between two others, percent of the way, not beyond either. */
export function percentBetween(from: number, to: number, time: number): number {
  return Math.min(100, Math.max(0, ((time - from) / (to - from)) * 100));
}

/** Whole multiples of `step` between two times. */
export function ticks(from: number, to: number, step: number): number[] {
  const found: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) found.push(time);
  return found;
}
