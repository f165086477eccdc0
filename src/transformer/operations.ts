import type { ClassicStore } from '../stores/engine/classic-store';
import type { StoreRequest } from '../stores/protocol/parse-message';
import type { StoreError } from '../stores/protocol/wire';
import type { StoredToken } from '../stores/token-store';

/** What is sent back over HTTP. */
export interface StoreAnswer {
  status: number;
  body: object;
}

/**
 * Runs one operation whose sender has shown the secret.
 *
 * @throws AccessTokenError store_error with a `field` if the store refuses it; any error of the storage
 */
export async function carryOut(request: StoreRequest, store: ClassicStore): Promise<StoreAnswer> {
  switch (request.op) {
    case 'update':
      return ok({ version: await store.update(request.tokenName, request.record) });
    case 'read': {
      if (request.chain !== true) return ok(readAnswer(await store.read(request.tokenName)));
      const { chain, ...stored } = await store.look(request.tokenName);
      return ok({ ...readAnswer(stored), chain });
    }
    case 'checkout': {
      const { lease, restartChain, ...stored } = await store.checkout(request);
      return ok({ ...readAnswer(stored), lease, ...(restartChain === true ? { restartChain } : {}) });
    }
    case 'commit': {
      const result = await store.commit(request);
      if (result.status === 'committed') return ok({ version: result.version });
      const body: StoreError = { error: 'version_conflict', record: result.record };
      return { status: 409, body };
    }
    case 'release':
      await store.release(request);
      return ok({});
    case 'forget':
      return ok({ forgotten: await store.forget(request) });
    case 'beat':
      return ok(await store.beat(request));
  }
}

/** A record carries its failure. Only without a record is the failure a member of its own. */
function readAnswer({ record, failure, now }: StoredToken): object {
  return record === null && failure !== undefined ? { record, failure, now } : { record, now };
}

function ok(body: object): StoreAnswer {
  return { status: 200, body };
}
