export { openApi } from './api';
export type { Api } from './api';
export { ApiFailure, secretForms, toCliError } from './failure';
export { withRetries } from './retry';
export type * from './types';
