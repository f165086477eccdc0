export * from './backoff';
export * from './client';
export * from './config';
export * from './request';
export * from './response';
