/** Waits in real time, milliseconds. Only for pauses between actions: no test's outcome may depend on their length. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
