import type { World } from '../../world';

/** How the client proves who it is: one file each, and one line in the registry. */
export interface ClientAuthentication {
  /** Its name in the OAuth registry, RFC 7591 §2. */
  readonly name: string;
  /** Puts the proof into a token request. */
  authenticate(client: Client, request: AuthenticatedRequest, world: Pick<World, 'makeAssertion'>): void | Promise<void>;
}

/** Who asks for a token. */
export interface Client {
  tokenUrl: string;
  clientId: string;
  clientSecret?: string | undefined;
  scope?: string | undefined;
}

/** The parts of a token request that can carry the proof. */
export interface AuthenticatedRequest {
  /** Names in lower case. */
  headers: Record<string, string>;
  parameters: Record<string, string>;
}
