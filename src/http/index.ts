// The transport is left out on purpose: callers import it late, so that others load no HTTP client.
export * from './form';
export * from './no-answer';
export * from './retry-after';
export * from './transport';
export * from './url';
