import type { ErrorReport } from '../errors';

/** What *Authorized Request* puts into the context or input. Never the token. */
export interface ApiResult {
  /** The HTTP status. */
  status: number;
  /** The headers of the answer, their names in lower case; without cookies. */
  headers: Record<string, string>;
  /** What the JSON says, or the text; `null` for none. Where parts of the answer are named, those only. */
  body: unknown;
  /** Whether the request was sent once more: with a new token, or after the time that the API has asked for. */
  retried: boolean;
  /** The token that was sent: `expires_in`, seconds left at hand-out; `refreshed`, whether this execution fetched it; `response`, what *More from the response* asks for. */
  token: UsedToken;
  /** After *On Error*: `api_error`, for a status from 400 on, or a token that was refused in the answer. */
  error?: ErrorReport;
}

export interface UsedToken {
  expires_in: number;
  refreshed: boolean;
  /** The members of the token endpoint's answer that were asked for. */
  response?: Record<string, unknown>;
}
