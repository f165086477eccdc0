export * from './failure';
export * from './fetch-token';
export * from './get-token';
export * from './handed-out';
export * from './own-part';
export * from './refresh-under-lease';
export * from './result';
