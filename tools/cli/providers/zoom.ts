import { CLIENT } from './provider';
import type { Provider } from './provider';

export const zoom: Provider = {
  id: 'zoom',
  name: 'Zoom',
  way: {
    authentication: 'customRequest',
    url: 'https://zoom.us/oauth/token',
    method: 'POST',
    headers: 'Content-Type: application/x-www-form-urlencoded\nAuthorization: Basic {basic}',
    body: 'grant_type=account_credentials&account_id={accountId}',
    username: '{clientId}',
    secret: '{clientSecret}',
    tokenPath: 'access_token',
    expiryPath: 'expires_in',
    expiryFormat: 'seconds',
  },
  placeholders: { accountId: { what: 'Account ID' }, ...CLIENT },
  prepare: 'Create a *Server-to-Server OAuth* app in the Zoom App Marketplace, add its scopes, and activate it.',
  clientAccess: 'yes',
  userAccess: 'no',
  lifetime: '1 hour',
  refreshToken: 'none',
  store: 'Endpoint',
  about: "This is Server-to-Server OAuth, with a grant of Zoom's own, `account_credentials`.",
  quirks: [
    { sentence: 'There is no refresh token.', detail: 'Each token is asked for anew; earlier ones go on working.' },
    { sentence: 'The scopes are those of the app.', detail: 'None is sent.' },
    { sentence: 'Its own words stand in `reason`, beside the code in `error`.' },
  ],
  sources: [
    { title: 'Server-to-Server OAuth', url: 'https://developers.zoom.us/docs/internal-apps/s2s-oauth/', read: '2026-11-27' },
    { title: 'an error, as a user got it', url: 'https://github.com/JubaerHossain/zoom-laravel/issues/3', read: '2026-11-27' },
  ],
};
