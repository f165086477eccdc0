// Both transports are left out on purpose: callers import them late, so that others load no HTTP client.
export * from './form';
export * from './retry-after';
export * from './transport';
export * from './url';
