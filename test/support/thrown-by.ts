import { AccessTokenError } from '../../src/errors';

/** The `AccessTokenError` that a call throws or rejects with. Anything else fails the test. */
export async function thrownBy(call: () => unknown): Promise<AccessTokenError> {
  let result: unknown;
  try {
    result = await call();
  } catch (thrown) {
    if (thrown instanceof AccessTokenError) return thrown;
    throw thrown;
  }
  throw new Error(`Nothing was thrown; the result is ${JSON.stringify(result)}.`);
}
