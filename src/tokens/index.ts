export * from './failure';
export * from './get-token';
export * from './handed-out';
export * from './refresh';
export * from './result';
