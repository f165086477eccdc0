import { CANARIES, HopWorld, ROTATING_CONFIG } from '../support/hop-world';
import { testAnyFailures } from './support/any-failures';

testAnyFailures(0.05);

test('the canaries are really there to be found', async () => {
  const world = new HopWorld(ROTATING_CONFIG);
  const { requests } = await world.run({});
  const sent = JSON.stringify(requests);
  for (const name of ['refreshToken', 'apiKey', 'endpointSecret', 'accessToken'] as const)
    expect(sent).toContain(CANARIES[name]);
  expect(Buffer.from(requests[1]?.request.headers['authorization']?.slice(6) ?? '', 'base64').toString()).toContain(
    CANARIES.clientSecret,
  );
});
