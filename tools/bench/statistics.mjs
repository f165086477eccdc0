/** The middle of some numbers: one that a machine which is busy now and then does not disturb. */
export function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

/** The median of the ratios within each turn: what slowed a turn down, slowed both of its numbers. */
export function medianRatio(numbers, references) {
  return median(numbers.map((number, turn) => number / references[turn]));
}
