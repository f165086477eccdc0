import { noAnswer, TransportError } from '../../src/http';
import { ERROR_REMEDIES } from '../../src/errors';

describe('noAnswer', () => {
  it('says who did not answer, and why and what to do as far as the transport knows', () => {
    const thrown = new TransportError('network', 'CERT_HAS_EXPIRED', 'its certificate has expired', 'Renew it.');
    expect(noAnswer('store_unreachable', 'The store', thrown)).toMatchObject({
      code: 'store_unreachable',
      message: 'The store did not answer: its certificate has expired (CERT_HAS_EXPIRED).',
      remedy: 'Renew it.',
      transient: true,
    });
    const retried = noAnswer('store_unreachable', 'The store', thrown).with({ retryAt: 5 });
    expect(retried).toMatchObject({ remedy: 'Renew it.', retryAt: 5 });
  });

  it.each([[new TransportError('network')], [new Error('canary-secret')]])('says little of %p', (thrown) => {
    const error = noAnswer('trigger_failed', 'The platform', thrown);
    expect(error).toMatchObject({ message: 'The platform did not answer: network.', remedy: ERROR_REMEDIES.trigger_failed });
  });
});
