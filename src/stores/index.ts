export * from './conversation';
export * from './endpoint';
export * from './lease';
export * from './protocol';
export * from './token-store';
