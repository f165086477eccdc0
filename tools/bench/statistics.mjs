/** The median. A machine that is busy now and then does not distort it. */
export function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

/** The median of the ratios within each turn. What slows down a turn slows down both of its numbers. */
export function medianRatio(numbers, references) {
  return median(numbers.map((number, turn) => number / references[turn]));
}
