/** How the client proves who it is: one file each, and one line in the registry. */
export interface ClientAuthentication {
  /** Puts the proof into a token request. */
  authenticate(client: ClientCredentials, request: AuthenticatedRequest): void;
  /** What of it must never be shown, besides the client secret. */
  secrets(client: ClientCredentials): string[];
}

export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

/** The parts of a token request that can carry the proof. */
export interface AuthenticatedRequest {
  /** Names in lower case. */
  headers: Record<string, string>;
  parameters: Record<string, string>;
}
