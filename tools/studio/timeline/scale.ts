/** The position of a time between two others, 0 to 100 percent. */
export function percentBetween(from: number, to: number, time: number): number {
  return Math.min(100, Math.max(0, ((time - from) / (to - from)) * 100));
}

/** The multiples of `step` between two times. */
export function ticks(from: number, to: number, step: number): number[] {
  const found: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) found.push(time);
  return found;
}
