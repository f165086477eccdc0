import type { AssertionSettings } from '../world';

/** Signs an assertion. The signing code is loaded only here, when a private key is used. */
export async function makeAssertion(settings: AssertionSettings): Promise<string> {
  const signer = await import('../oauth/assertion');
  return signer.makeAssertion(settings, Date.now());
}
