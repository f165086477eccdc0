import type { ErrorReport } from '../errors';

/** What *Authorized Request* puts into the context or input. Never the token. */
export interface ApiResult {
  /** The HTTP status. */
  status: number;
  /** The headers of the response without cookies, names in lower case. */
  headers: Record<string, string>;
  /** The parsed JSON, or the text; `null` if there is none. With *Parts of the response*, only those parts. */
  body: unknown;
  /** Whether the request was sent twice: with a new token, or after the pause that the API asked for. */
  retried: boolean;
  /** The token that was sent: `expires_in`, its seconds left; `refreshed`, whether this execution fetched it; `response`, what *More from the response* asks for. */
  token: UsedToken;
  /** At *On Error*: `api_error` for a status of 400 or more, or for a token that the response rejects. */
  error?: ErrorReport;
}

export interface UsedToken {
  expires_in: number;
  refreshed: boolean;
  /** The members of the token endpoint's response that you asked for. */
  response?: Record<string, unknown>;
}
