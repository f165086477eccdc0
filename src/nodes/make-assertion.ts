import type { AssertionSettings } from '../world';

/** Signs an assertion. What signs is loaded only here, where a private key is used. */
export async function makeAssertion(settings: AssertionSettings): Promise<string> {
  const signer = await import('../oauth/assertion');
  return signer.makeAssertion(settings, Date.now());
}
