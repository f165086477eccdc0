import { UsageError } from '../command';
import type { Option } from '../command';
import { nearest } from '../nearest';
import { auth0 } from './auth0';
import { cognito } from './cognito';
import { docusign } from './docusign';
import { entra } from './entra';
import { entraCertificate } from './entra-certificate';
import { genesys } from './genesys';
import { google } from './google';
import { googleServiceAccount } from './google-service-account';
import { hubspot } from './hubspot';
import { keycloak } from './keycloak';
import { netsuite } from './netsuite';
import { niceCxone } from './nice-cxone';
import { okta } from './okta';
import { oktaOrgServer } from './okta-org-server';
import type { Provider } from './provider';
import { salesforce } from './salesforce';
import { sapAriba } from './sap-ariba';
import { sapXsuaa } from './sap-xsuaa';
import { servicenow } from './servicenow';
import { shopify } from './shopify';
import { uipath } from './uipath';
import { zendesk } from './zendesk';
import { zoho } from './zoho';
import { zoom } from './zoom';

/** All of them, in the order of docs/providers.md. */
export const PROVIDERS: readonly Provider[] = [
  entra,
  entraCertificate,
  salesforce,
  google,
  googleServiceAccount,
  auth0,
  okta,
  oktaOrgServer,
  keycloak,
  genesys,
  niceCxone,
  servicenow,
  sapXsuaa,
  sapAriba,
  cognito,
  hubspot,
  zendesk,
  zoom,
  docusign,
  netsuite,
  shopify,
  zoho,
  uipath,
];

/** The option `--provider` of several commands. */
export const PROVIDER_OPTION: Option = { type: 'string', value: 'NAME', proposals: PROVIDERS.map(({ id }) => id) };

/** @returns the provider with this id; `undefined` if there is none */
export function providerOf(id: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.id === id);
}

/**
 * @returns the provider that the user named
 * @throws UsageError with suggestions if there is no such provider
 */
export function providerNamed(id: string): Provider {
  const provider = providerOf(id);
  if (provider !== undefined) return provider;
  const likely = idsLike(id);
  const hint = likely.length === 0 ? `Choose one of ${PROVIDERS.map((known) => known.id).join(', ')}.` : `Did you mean ${likely.join(' or ')}?`;
  throw new UsageError(`There is no provider "${id}". ${hint}`);
}

/** @returns the ids that may be meant: providers with the word in their id or name, else the closest id */
export function idsLike(written: string): string[] {
  const word = written.trim().toLowerCase();
  const named = PROVIDERS.filter(({ id, name }) => word !== '' && `${id} ${name.toLowerCase()}`.includes(word));
  if (named.length > 0) return named.map(({ id }) => id);
  const near = nearest(word, PROVIDERS.map(({ id }) => id));
  return near === undefined ? [] : [near];
}
