export * from './authorization';
export * from './expires-in';
export * from './record';
export * from './rule';
