import { authorizedRequest } from './authorized-request';
import { forgetToken } from './forget-token';
import { getAccessToken } from './get-access-token';
import { refreshIfExpiring } from './refresh-if-expiring';

/** All nodes, each followed by its branches, in the order of the editor. */
export const nodes = [...getAccessToken, ...refreshIfExpiring, ...authorizedRequest, forgetToken];
