export * from './bound-to';
export * from './client';
export type { ClientAuthenticationName } from './client-authentication';
export * from './config';
export * from './grants';
export * from './request';
export * from './response';
