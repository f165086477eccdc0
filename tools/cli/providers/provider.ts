import type { ClientAuthenticationName } from '../../../src/oauth/client-authentication';

/** How a provider's token is got, and everything else that is known about it. Texts are Markdown. */
export interface Provider {
  /** In kebab case, for `init --provider`. */
  id: string;
  name: string;
  way: Way;
  /** What differs between its users, by the name in `{…}`, in the order in which `init` asks. */
  placeholders?: Placeholders;
  /** What to know about a setting besides its value, by the setting's key. */
  notes?: Readonly<Record<string, string>>;
  /** What to do at the provider first. */
  prepare?: string;
  /** Whether the client gets a token on its own: `yes`, `no`, or in which case. */
  clientAccess: string;
  /** Whether it gets one on behalf of a user. */
  userAccess: string;
  /** How long an access token lives. */
  lifetime: string;
  /** How long a refresh token lives, and whether it rotates; `none` without one. */
  refreshToken: string;
  /** How a user's consent is asked for by the code grant, where the provider has one. */
  consent?: Consent;
  /** The store to choose. */
  store: string;
  /** How its API wants the token, where that is not `Authorization: Bearer`. */
  authorization?: Authorization;
  /** Members of the answer, or claims of a JWT, that are worth handing out, with what they are. */
  includeMembers?: Readonly<Record<string, string>>;
  /** What to know before one chooses it. */
  about?: string;
  quirks: readonly Quirk[];
  /** Further paragraphs. */
  remarks?: readonly string[];
  sources: readonly Source[];
}

/** A user's consent, RFC 6749 §4.1. Addresses have the placeholders of the token URL. */
export interface Consent {
  authorizationUrl: string;
  /** RFC 8628, where the provider has it. */
  deviceAuthorizationUrl?: string;
  /** What goes into the request besides: without it, no refresh token comes. */
  parameters?: Readonly<Record<string, string>>;
  /** The scope without which no refresh token comes. */
  offlineScope?: string;
  /** What to look at where none comes all the same. */
  withoutRefreshToken: string;
  /** How long a refresh token lives after its last use, where the provider says it and each use brings a new one. */
  refreshTokenDays?: number;
}

/** How the token is got: the nodes' field `authentication`, and the settings of its connection. */
export type Way = ClientSecret | SignedJwt | CustomRequest;

/** The settings may have `{placeholders}`; client ID and secret are everybody's own. */
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
  /** Seconds, as text; where no answer says how long a token lives. */
  defaultLifetimeSeconds?: string;
}

export interface SignedJwt {
  authentication: 'signedJwt';
  key: string;
  tokenUrl: string;
  /** Absent where the provider's JSON key says it. */
  clientId?: string;
  subject?: string;
  scope?: string;
  audience?: string;
  keyId?: string;
  algorithm: 'RS256' | 'PS256' | 'ES256';
  /** `client`: the JWT proves who the client is (RFC 7523 §2.2). `grant`: it is the grant (§2.1). */
  use: 'client' | 'grant';
  extraParameters?: string;
}

export interface CustomRequest {
  authentication: 'customRequest';
  url: string;
  method: 'GET' | 'POST';
  /** A line for each, `Name: value`. Here and in the body, `{username}`, `{secret}` and `{basic}` are replaced with each request. */
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
  /** What it is, as `init` asks for it. */
  what: string;
  /** Shown while nothing is typed. */
  example?: string;
  /** Typed already: Enter takes it. */
  initial?: string;
  /** What is most often right, with what it stands for. */
  choices?: Readonly<Record<string, string>>;
  /** A setting whose placeholder is left empty is left out. */
  isOptional?: true;
  /** It is a secret: the environment variable that holds it. */
  variable?: string;
  /** The path of a file is asked for, and its content is the value. */
  isFile?: true;
}

export interface Authorization {
  /** Default: `Authorization`. */
  header?: string;
  /** Empty: the token stands alone. */
  scheme: string;
}

/** Something peculiar, in a sentence. */
export interface Quirk {
  sentence: string;
  /** What to do about it. */
  detail?: string;
  /** A test plays it to node and Function; the page shows it in bold. */
  isPlayed?: true;
}

/** Where the facts were read. */
export interface Source {
  title: string;
  url: string;
  /** When: a day or a month, as ISO 8601 writes it. */
  read: string;
}

/** What is written where a fact is nowhere to be found. */
export const NOT_FOUND = 'not found in public documentation';

/** The key with which a client signs. */
export const PRIVATE_KEY: Placeholder = {
  what: 'Private key (PEM or JWK)',
  example: 'private-key.pem',
  variable: 'PRIVATE_KEY',
  isFile: true,
};

/** Client ID and secret of a request that is not OAuth's own. */
export const CLIENT: Placeholders = {
  clientId: { what: 'Client ID' },
  clientSecret: { what: 'Client secret', variable: 'CLIENT_SECRET' },
};
