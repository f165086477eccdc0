import fc from 'fast-check';

import { buildTriggerRequest, readCognigyApi, triggerFunction } from '../../src/cognigy-api';
import type { CognigyApi } from '../../src/cognigy-api';
import { TransportError } from '../../src/http';
import type { HttpRequest, Transport } from '../../src/http';

const API: CognigyApi = {
  apiUrl: 'https://api-trial.cognigy.ai',
  apiKey: 'canary-api-key-31c9',
  functionId: '64b7f0c2a1b2c3d4e5f60718',
};
const TRIGGER_URL = 'https://api-trial.cognigy.ai/new/v2.0/functions/64b7f0c2a1b2c3d4e5f60718/trigger';

describe('readCognigyApi', () => {
  test('takes the three settings, and nothing else', () => {
    const given = { ...API, tokens: ['not its business'] };
    expect(readCognigyApi(given)).toEqual(API);
  });

  test('drops white space that was pasted along', () => {
    const pasted = { apiUrl: ` ${API.apiUrl}\n`, apiKey: `\t${API.apiKey}\r\n`, functionId: ` ${API.functionId} ` };
    expect(readCognigyApi(pasted)).toEqual(API);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['no address', { apiUrl: undefined }, 'url_missing', 'apiUrl'],
    ['an empty address', { apiUrl: ' ' }, 'url_missing', 'apiUrl'],
    ['half an address', { apiUrl: 'api-trial.cognigy.ai' }, 'url_malformed', 'apiUrl'],
    ['http to another machine', { apiUrl: 'http://api.example.com' }, 'insecure_url', 'apiUrl'],
    ['no API key', { apiKey: undefined }, 'cognigy_api_incomplete', 'apiKey'],
    ['an empty API key', { apiKey: ' \n' }, 'cognigy_api_incomplete', 'apiKey'],
    ['a number for a Function', { functionId: 12 }, 'cognigy_api_incomplete', 'functionId'],
    ['no Function', { functionId: null }, 'cognigy_api_incomplete', 'functionId'],
  ])('%s', (_, changes, code, field) => {
    expect(() => readCognigyApi({ ...API, ...changes })).toThrow(
      expect.objectContaining({ code, field, transient: false }) as Error,
    );
  });

  test('http is for this machine, and for who allows it', () => {
    expect(readCognigyApi({ ...API, apiUrl: 'http://127.0.0.1:8000' }).apiUrl).toBe('http://127.0.0.1:8000');
    expect(readCognigyApi({ ...API, apiUrl: 'http://api.intern' }, { allowInsecure: true }).apiUrl).toBe('http://api.intern');
  });

  test('whatever is given, the answer is complete or an error that quotes none of it', () => {
    const member = fc.oneof(fc.anything(), fc.string(), fc.constant(API.apiUrl));
    fc.assert(
      fc.property(fc.record({ apiUrl: member, apiKey: fc.oneof(member, fc.constant(API.apiKey)), functionId: member }), (given) => {
        let message: string;
        try {
          const api = readCognigyApi(given);
          const values = Object.values(api);
          expect(values.every((value) => value === value.trim() && value !== '')).toBe(true);
          return;
        } catch (thrown) {
          expect(thrown).toHaveProperty('code', expect.stringMatching(/^(url_missing|url_malformed|insecure_url|cognigy_api_incomplete)$/));
          ({ message } = thrown as Error);
        }
        expect(message).not.toContain(API.apiKey);
      }),
    );
  });
});

describe('buildTriggerRequest', () => {
  test('is the management API\'s', () => {
    expect(buildTriggerRequest(API, { chainId: 'a', hop: 1 })).toEqual({
      method: 'POST',
      url: TRIGGER_URL,
      headers: { accept: 'application/json', 'content-type': 'application/json', 'X-API-Key': API.apiKey },
      body: { parameters: { chainId: 'a', hop: 1 } },
    });
  });

  test.each(['/', '//', '', '/new', '/new/v2.0', '/new/v2.0/'])('with "%s" at the end of the address', (end) => {
    expect(buildTriggerRequest({ ...API, apiUrl: API.apiUrl + end }, {}).url).toBe(TRIGGER_URL);
  });

  test('whatever the id is, it stays one part of the path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (functionId) => {
        const { pathname, search, hash, host } = new URL(buildTriggerRequest({ ...API, functionId }, {}).url);
        // A URL resolves "." and ".." however they are written.
        if (/^\.{1,2}$/.test(functionId)) return;
        expect([host, search, hash]).toEqual(['api-trial.cognigy.ai', '', '']);
        expect(pathname.split('/')).toHaveLength(6);
      }),
    );
  });
});

describe('triggerFunction', () => {
  const sent: [HttpRequest, number][] = [];
  const answering = (status: number, answer: object = {}): Transport => async (request, timeoutMs) => {
    sent.push([request, timeoutMs]);
    return { status, headers: {}, data: { detail: API.apiKey, ...answer } };
  };

  beforeEach(() => {
    sent.length = 0;
  });

  test('sends one request', async () => {
    await triggerFunction(API, { hop: 1 }, answering(201, { functionInstanceId: 'instance' }), 3000);
    expect(sent).toEqual([[buildTriggerRequest(API, { hop: 1 }), 3000]]);
  });

  test.each([{ data: '<!doctype html><title>Cognigy.AI</title>' }, { data: {} }, { data: undefined }])(
    'HTTP 200 with what is no answer of the API is a failure: %j',
    async ({ data }) => {
      const failure = { code: 'trigger_failed', message: 'The address answered HTTP 200, and not as the management API.' };
      const page: Transport = async () => ({ status: 200, headers: {}, data });
      await expect(triggerFunction(API, {}, page, 3000)).rejects.toMatchObject(failure);
    },
  );

  test.each([199, 302, 400, 401, 404, 429, 500])('HTTP %d is a failure that names its status', async (status) => {
    const failure = { code: 'trigger_failed', status, message: `The platform answered HTTP ${status}.` };
    await expect(triggerFunction(API, {}, answering(status), 3000)).rejects.toMatchObject(failure);
    expect(sent).toHaveLength(1);
  });

  test.each<[string, Error, string]>([
    ['no connection', new TransportError('network', 'ECONNREFUSED'), 'network (ECONNREFUSED)'],
    ['the time is up', new TransportError('timeout'), 'timeout'],
    ['a stranger\'s error', new Error(`x-api-key: ${API.apiKey}`), 'network'],
  ])('%s', async (_, thrown, reason) => {
    const transport: Transport = () => Promise.reject(thrown);
    const failure = { code: 'trigger_failed', transient: true, message: `The platform did not answer: ${reason}.` };
    await expect(triggerFunction(API, {}, transport, 3000)).rejects.toMatchObject(failure);
  });
});
