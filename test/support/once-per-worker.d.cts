/** @returns the result of `make` from the first time that a file of this worker asked for this name */
export function oncePerWorker<T>(name: string, make: () => T): T;
