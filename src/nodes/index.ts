export { getAccessToken } from './get-access-token';
export { refreshIfExpiring } from './refresh-if-expiring';
