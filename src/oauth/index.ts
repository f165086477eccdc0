export * from './bound-to';
export * from './client';
export type { ClientAuthenticationName } from './client-authentication';
export * from './config';
export * from './grants';
export * from './refusal';
export * from './remedy';
export * from './request';
export * from './response';
