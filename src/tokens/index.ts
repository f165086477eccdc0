export * from './failure';
export * from './get-token';
export * from './refresh';
export * from './result';
