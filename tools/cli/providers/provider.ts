import type { ClientAuthenticationName } from '../../../src/oauth/client-authentication';

/** How to get a token from a provider, and everything else that is known about it. Texts are Markdown. */
export interface Provider {
  /** In kebab case, for `init --provider`. */
  id: string;
  name: string;
  way: Way;
  /** The settings that differ between its users, by the name in `{…}`. `init` asks in this order. */
  placeholders?: Placeholders;
  /** Notes about settings, by key. */
  notes?: Readonly<Record<string, string>>;
  /** What to do at the provider first. */
  prepare?: string;
  /** Whether the client can get a token on its own: `yes`, `no`, or under which condition. */
  clientAccess: string;
  /** Whether the client can get one on behalf of a user. */
  userAccess: string;
  /** How long an access token lives. */
  lifetime: string;
  /** How long a refresh token lives, and whether it rotates; `none` if there are none. */
  refreshToken: string;
  /** How to ask a user for consent with the code grant, if the provider offers it. */
  consent?: Consent;
  /** The recommended store. */
  store: string;
  /** How its API expects the token, if not as `Authorization: Bearer`. */
  authorization?: Authorization;
  /** Members of the answer, or claims of a JWT, that are worth handing out, and what they mean. */
  includeMembers?: Readonly<Record<string, string>>;
  /** What to know before choosing this provider. */
  about?: string;
  quirks: readonly Quirk[];
  /** Further paragraphs. */
  remarks?: readonly string[];
  sources: readonly Source[];
}

/** A user's consent, RFC 6749 §4.1. The addresses use the placeholders of the token URL. */
export interface Consent {
  authorizationUrl: string;
  /** RFC 8628, if the provider supports it. */
  deviceAuthorizationUrl?: string;
  /** Extra parameters of the authorization request. Without them, no refresh token comes. */
  parameters?: Readonly<Record<string, string>>;
  /** The scope without which no refresh token comes. */
  offlineScope?: string;
  /** What to check if no refresh token comes anyway. */
  withoutRefreshToken: string;
  /** How many days a refresh token lives, if the provider says so and each use brings a new one. */
  refreshTokenDays?: number;
}

/** How to get the token: the value of the nodes' field `authentication`, and the settings of its connection. */
export type Way = ClientSecret | SignedJwt | CustomRequest;

/** The settings may contain `{placeholders}`. Every user has their own client ID and secret. */
export interface ClientSecret {
  authentication: 'clientSecret';
  tokenUrl: string;
  /** The one to choose comes first. */
  clientAuthentication: readonly [ClientAuthenticationName, ...ClientAuthenticationName[]];
  scope?: string;
  audience?: string;
  /** `key=value` pairs joined by `&`. */
  extraParameters?: string;
  refreshToken?: string;
  /** Seconds, as text. For servers that don't say how long a token lives. */
  defaultLifetimeSeconds?: string;
}

export interface SignedJwt {
  authentication: 'signedJwt';
  key: string;
  tokenUrl: string;
  /** Absent if the provider's JSON key contains it. */
  clientId?: string;
  subject?: string;
  scope?: string;
  audience?: string;
  keyId?: string;
  algorithm: 'RS256' | 'PS256' | 'ES256';
  /** `client`: the JWT authenticates the client (RFC 7523 §2.2). `grant`: the JWT is the grant (§2.1). */
  use: 'client' | 'grant';
  extraParameters?: string;
}

export interface CustomRequest {
  authentication: 'customRequest';
  url: string;
  method: 'GET' | 'POST';
  /** One `Name: value` per line. Each request replaces `{username}`, `{secret}` and `{basic}`, here and in the body. */
  headers?: string;
  body?: string;
  username?: string;
  secret: string;
  tokenPath: string;
  expiryPath?: string;
  expiryFormat?: 'seconds' | 'milliseconds' | 'unix' | 'unix_milliseconds' | 'iso';
}

export type Placeholders = Readonly<Record<string, Placeholder>>;

/** A part of the settings that differs between the provider's users. */
export interface Placeholder {
  /** The question of `init`. */
  what: string;
  /** Shown while nothing is typed. */
  example?: string;
  /** Filled in already: Enter accepts it. */
  initial?: string;
  /** The most common values, and what each stands for. */
  choices?: Readonly<Record<string, string>>;
  /** If it is left empty, settings that use it are left out. */
  isOptional?: true;
  /** Marks a secret, and names the environment variable for it. */
  variable?: string;
  /** `init` asks for the path of a file. The value is its content. */
  isFile?: true;
}

export interface Authorization {
  /** Default: `Authorization`. */
  header?: string;
  /** Empty if the header contains only the token. */
  scheme: string;
}

/** Something peculiar about the provider. */
export interface Quirk {
  sentence: string;
  /** What to do about it. */
  detail?: string;
  /** A test simulates it for the node and the Function. The page shows it in bold. */
  isPlayed?: true;
}

/** The source of the facts. */
export interface Source {
  title: string;
  url: string;
  /** The day or month of reading, in ISO 8601. */
  read: string;
}

/** Stands for a fact that no public page gives. */
export const NOT_FOUND = 'not found in public documentation';

/** The key that a client signs with. */
export const PRIVATE_KEY: Placeholder = {
  what: 'Private key (PEM or JWK)',
  example: 'private-key.pem',
  variable: 'PRIVATE_KEY',
  isFile: true,
};

/** Client ID and secret for a custom request. */
export const CLIENT: Placeholders = {
  clientId: { what: 'Client ID' },
  clientSecret: { what: 'Client secret', variable: 'CLIENT_SECRET' },
};
