export * from './engine/engine';
export * from './engine/lease';
export * from './ports/context';
export * from './protocol/endpoint-store';
export * from './protocol/wire';
export * from './token-store';
