import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import vm from 'node:vm';

import fc from 'fast-check';

import { toLiteral } from '../../tools/cli/rendered/literal';

import { CANARIES, configOf, smallestConfiguration, Workshop } from './support';

const TRANSFORMERS = ['transformer-rest', 'transformer-webhook', 'transformer-socket'];

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
});
afterEach(() => {
  workshop.remove();
});

describe('rendering the Function', () => {
  test('fills in the configuration with its defaults and the environment', async () => {
    const { code, out, err } = await workshop.render('function', smallestConfiguration());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(configOf(out)).toEqual({
      tokens: [
        {
          tokenUrl: 'https://login.example.com/oauth2/token',
          clientId: 'a-client',
          clientSecret: CANARIES.clientSecret,
        },
      ],
      storeUrl: 'https://endpoint.example.com/0123456789abcdef',
      endpointSecret: CANARIES.endpointSecret,
      apiUrl: 'https://api.example.com',
      apiKey: CANARIES.apiKey,
      functionId: '64b7f0c2a1b2c3d4e5f60718',
      functionTimeLimitSeconds: 900,
      functionBufferSeconds: 5,
    });
  });

  test('takes over every optional key', async () => {
    const config = smallestConfiguration();
    Object.assign(config.tokens[0] ?? {}, {
      tokenName: 'orders',
      clientAuthentication: 'client_secret_post',
      scope: 'read write',
      audience: 'https://api.example.com',
      refreshToken: '${REFRESH_TOKEN}',
      extraParameters: 'resource=https%3A%2F%2Fa.example&tenant=t1\nfoo=b=r',
      refreshPercent: 75.5,
      defaultLifetimeSeconds: 600,
    });
    Object.assign(config, {
      functionTimeLimitSeconds: '120',
      functionBufferSeconds: 10,
      refreshBy: 'function',
      allowInsecure: 'true',
      storeUrl: 'http://store.internal/abc',
      apiUrl: 'https://api.example.com/',
      initialTokens: { ignored: 'by the Function' },
    });
    const { out, err } = await workshop.render('function', config);
    expect(err).toBe('');
    expect(configOf(out)).toMatchObject({
      tokens: [
        {
          tokenName: 'orders',
          clientAuthentication: 'client_secret_post',
          scope: 'read write',
          audience: 'https://api.example.com',
          refreshToken: CANARIES.refreshToken,
          extraParameters: { resource: 'https://a.example', tenant: 't1', foo: 'b=r' },
          refreshPercent: 75.5,
          defaultLifetimeSeconds: 600,
        },
      ],
      functionTimeLimitSeconds: 120,
      functionBufferSeconds: 10,
      allowInsecure: true,
      storeUrl: 'http://store.internal/abc',
      apiUrl: 'https://api.example.com',
    });
    expect(configOf(out)).not.toHaveProperty('initialTokens');
  });

  test('leaves out optional settings whose variable is empty', async () => {
    const config = smallestConfiguration();
    Object.assign(config.tokens[0] ?? {}, { scope: '${EMPTY}' });
    const { out } = await workshop.render('function', config, {
      EMPTY: '',
      CLIENT_SECRET: 'secret',
      API_KEY: 'key',
      ENDPOINT_SECRET: '0123456789abcdef',
    });
    expect(configOf(out)).not.toHaveProperty('tokens[0].scope');
  });

  test('does not look for references or patterns in what a variable holds', async () => {
    const tricky = '${API_KEY}$&$1`\\"\'\u2028\n// ---- end of configuration ----';
    const { out } = await workshop.render('function', smallestConfiguration(), {
      CLIENT_SECRET: 'secret',
      API_KEY: 'key',
      ENDPOINT_SECRET: tricky,
    });
    expect(configOf(out)).toHaveProperty('endpointSecret', tricky);
  });

  test('tidies what came with pasting', async () => {
    const config = smallestConfiguration();
    Object.assign(config.tokens[0] ?? {}, { scope: 'read\n  write\t', audience: 'api\u200b', refreshToken: '${REFRESH_TOKEN}' });
    const { out } = await workshop.render('function', config, {
      CLIENT_SECRET: '\ufeffa secret\r\n',
      REFRESH_TOKEN: ' first \n',
      API_KEY: 'key',
      ENDPOINT_SECRET: '0123456789abcdef',
    });
    const token = { clientSecret: 'a secret', scope: 'read write', audience: 'api', refreshToken: 'first' };
    expect(configOf(out)).toHaveProperty('tokens', [expect.objectContaining(token)]);
  });
});

describe.each(TRANSFORMERS)('rendering %s', (artifact) => {
  test('needs the Endpoint secret only, and holds no secret of a client', async () => {
    const { code, out } = await workshop.render(artifact, smallestConfiguration(), {
      ENDPOINT_SECRET: CANARIES.endpointSecret,
    });
    expect(code).toBe(0);
    expect(configOf(out)).toEqual({ endpointSecret: CANARIES.endpointSecret });
    for (const secret of [CANARIES.clientSecret, CANARIES.apiKey]) expect(out).not.toContain(secret);
  });

  test('takes initial tokens', async () => {
    const initialTokens = { orders: { token: { access_token: 'a', expires_in: 60 }, timestamp: 1_700_000_000 } };
    const { out } = await workshop.render(artifact, { endpointSecret: '0123456789abcdef', initialTokens });
    expect(configOf(out)).toEqual({ endpointSecret: '0123456789abcdef', initialTokens });
  });
});

describe('--out', () => {
  test('writes a file that only its owner may read, also over an older one', async () => {
    const out = workshop.path('rendered.ts');
    writeFileSync(out, 'older and longer\n'.repeat(1000));
    chmodSync(out, 0o644);
    const config = workshop.configuration(smallestConfiguration());
    const outcome = await workshop.run(['render', 'function', '--config', config, '--out', out]);
    expect(outcome).toMatchObject({ code: 0, out: '' });
    expect(outcome.err).toContain(out);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readFileSync(out, 'utf8')).toBe((await workshop.render('function', smallestConfiguration())).out);
  });

  test('keeps the section that the user wrote into the earlier file', async () => {
    const out = workshop.path('rendered.ts');
    const config = workshop.configuration({ endpointSecret: 'first-secret-of-the-endpoint' });
    const args = ['render', 'transformer-rest', '--config', config, '--out', out];
    await workshop.run(args);
    const own = '  output.text += await accessToken(); // $& mine\n  return output;';
    writeFileSync(out, readFileSync(out, 'utf8').replace('  return output;', () => own));
    workshop.configuration({ endpointSecret: 'second-secret-of-the-endpoint' });
    const { err } = await workshop.run(args);
    const text = readFileSync(out, 'utf8');
    expect(err).toContain('Your own section of the earlier file is kept.');
    expect(text).toContain(own);
    expect(text).toContain('second-secret');
    expect(text).not.toContain('first-secret');
  });

  describe('with an earlier file that was edited', () => {
    const own = "  return { ...output, text: 'mine' };";
    let out: string;
    let args: string[];
    beforeEach(async () => {
      out = workshop.path('rendered.ts');
      args = ['render', 'transformer-rest', '--config', workshop.configuration(smallestConfiguration()), '--out', out];
      await workshop.run(args);
      writeFileSync(out, readFileSync(out, 'utf8').replace('  return output;', () => own));
    });

    test.each(['\r\n', '\r'])('keeps the section also where lines end with %j', async (lineEnd) => {
      writeFileSync(out, readFileSync(out, 'utf8').replace(/\n/g, lineEnd));
      expect((await workshop.run(args)).err).toContain('Your own section of the earlier file is kept.');
      expect(readFileSync(out, 'utf8')).toContain(own);
    });

    test.each(['// ---- your section: ', '// ---- end of your section ----'])('is refused without the marker %j', async (marker) => {
      const edited = readFileSync(out, 'utf8').replace(marker, '// ');
      writeFileSync(out, edited);
      const { code, err } = await workshop.run(args);
      expect(code).toBe(2);
      expect(err).toContain("can't be found: one of its two marker lines is missing.\nPut the marker lines back");
      expect(readFileSync(out, 'utf8')).toBe(edited);
    });
  });

  test('does not overwrite the configuration', async () => {
    const config = workshop.configuration(smallestConfiguration());
    const { code, err } = await workshop.run(['render', 'function', '--config', config, '--out', config]);
    expect(code).toBe(2);
    expect(err).toContain('would overwrite it');
  });

  test('says why a file cannot be written', async () => {
    const config = workshop.configuration(smallestConfiguration());
    const { code, err } = await workshop.run([
      'render',
      'function',
      '--config',
      config,
      '--out',
      workshop.path('no/such/file.ts'),
    ]);
    expect(code).toBe(1);
    expect(err).toContain('ENOENT');
  });
});

test('a literal evaluates to the value it was made from, whatever that is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const literal = toLiteral(value);
      expect(literal).not.toMatch(/[\u2028\u2029]/);
      expect(vm.runInNewContext(`JSON.stringify(${literal})`)).toBe(JSON.stringify(value));
    }),
  );
  const polluting: unknown = JSON.parse('{"__proto__": {"__proto__": "\\u2028\\"__proto__\\": 1"}}');
  expect(toLiteral(polluting)).not.toMatch(/[\u2028\u2029]/);
  expect(vm.runInNewContext(`JSON.stringify(${toLiteral(polluting)})`)).toBe(JSON.stringify(polluting));
});
