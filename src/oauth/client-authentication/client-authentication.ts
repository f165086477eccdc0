import type { SignedJwt, World } from '../../world';

/** How the client proves who it is: one file each, and one line in the registry. */
export interface ClientAuthentication {
  /** Puts the proof into a token request. */
  authenticate(client: Client, request: AuthenticatedRequest, world: Pick<World, 'makeAssertion'>): void | Promise<void>;
  /** What of it must never be shown, besides the client secret. */
  secrets?(client: Client): string[];
}

/** Who asks for a token, and what there is to prove it with. */
export interface Client {
  tokenUrl: string;
  clientId: string;
  clientSecret?: string | undefined;
  signedJwt?: SignedJwt | undefined;
  scope?: string | undefined;
}

/** The parts of a token request that can carry the proof. */
export interface AuthenticatedRequest {
  /** Names in lower case. */
  headers: Record<string, string>;
  parameters: Record<string, string>;
}
