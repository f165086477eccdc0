/** Real time, in milliseconds. For pauses between actions: no outcome of a test may depend on how long one is. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
