import { runDialogue } from '../../../tools/cli/init/dialogue';
import { CliError } from '../../../tools/cli/cli-error';
import type { CliErrorCode } from '../../../tools/cli/cli-error';
import type { ProjectAnswers } from '../../../tools/cli/init/answers';
import { Cancelled } from '../../../tools/cli/init/prompter';
import type { ReadProject } from '../../../tools/cli/init/try-project';
import { TransportError } from '../../../src/http';
import { FakeClock } from '../../support/fake-clock';
import { jsonAnswer, RecordingTransport } from '../../support/recording-transport';
import type { ScriptedAnswer } from '../../support/recording-transport';
import { ESCAPE, MemoryFiles, ScriptedPrompter } from './support';
import type { Script } from './support';

const FILE = 'access-token.json';
const ENV_FILE = 'access-token.env';
const CANARIES = {
  apiKey: 'canary-api-key-11ab',
  clientSecret: 'canary-client-secret-22cd',
  endpointSecret: 'canary-endpoint-secret-33ef',
  accessToken: 'canary-access-token-44',
};
const TOKEN = jsonAnswer(200, { access_token: CANARIES.accessToken, token_type: 'Bearer', expires_in: 3600 });

const ANSWERS: Script = {
  'Project id': '64b7f0c2a1b2c3d4e5f60718',
  'URL of the Cognigy API': ' https://api-trial.cognigy.ai/ ',
  'API key': CANARIES.apiKey,
  'Token URL': 'https://login.example.com/oauth2/token',
  'Client ID': 'my-bot',
  'Client secret': CANARIES.clientSecret,
};

interface Given {
  script?: Script;
  answers?: ScriptedAnswer[];
  files?: MemoryFiles;
  env?: Record<string, string>;
  allowInsecure?: boolean;
  readProject?: ReadProject;
}

/** Runs the dialogue; whatever comes of it, no secret has been shown. */
async function talk(given: Given = {}) {
  const { script = {}, answers = [TOKEN], files = new MemoryFiles(), env = {}, allowInsecure = false } = given;
  const { readProject = async () => ({ name: 'My bot' }) } = given;
  const prompter = new ScriptedPrompter({ ...ANSWERS, ...script });
  const { send: transport, requests } = new RecordingTransport(answers);
  const { now, sleep } = new FakeClock();
  const makeSecret = () => CANARIES.endpointSecret;
  const environment = { program: 'access-token', prompter, readProject, files, env, makeSecret, transport, now, sleep };
  const outcome = await runDialogue(FILE, allowInsecure, environment).catch((thrown: unknown) => thrown);
  const shown = prompter.shown.join('\n');
  for (const canary of Object.values(CANARIES)) {
    expect(shown).not.toContain(canary);
    expect(files.texts[FILE] ?? '').not.toContain(canary);
  }
  return { outcome, shown, asked: prompter.asked, files, requests, config: parse(files.texts[FILE]) };
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

test('asks, tries, and writes a configuration without secrets and an env file with them', async () => {
  const { outcome, shown, files, requests, config } = await talk();
  expect(outcome).toBeUndefined();
  expect(config).toEqual({
    projectId: '64b7f0c2a1b2c3d4e5f60718',
    apiUrl: 'https://api-trial.cognigy.ai',
    apiKey: '${COGNIGY_API_KEY}',
    endpointBaseUrl: 'https://endpoint-trial.cognigy.ai',
    endpointSecret: '${ENDPOINT_SECRET}',
    tokens: [
      {
        tokenName: 'accessToken',
        tokenUrl: 'https://login.example.com/oauth2/token',
        clientId: 'my-bot',
        clientSecret: '${CLIENT_SECRET}',
        refreshPercent: 90,
      },
    ],
  });
  expect(files.texts[ENV_FILE]).toBe(
    `COGNIGY_API_KEY='${CANARIES.apiKey}'\nCLIENT_SECRET='${CANARIES.clientSecret}'\nENDPOINT_SECRET='${CANARIES.endpointSecret}'\n`,
  );
  expect(files.ignored).toEqual([ENV_FILE]);
  expect(requests).toHaveLength(1);
  expect(shown).toContain('a token that lives 1 h (3600 s)');
  expect(shown).toContain('It is refreshed 54 min after it was issued, 6 min before it expires.');
  expect(shown).toContain('Next: access-token deploy');
});

test('how the client proves who it is is not asked for: it is found out, and stays open', async () => {
  const refused = jsonAnswer(401, { error: 'invalid_client' });
  const { asked, requests, config } = await talk({ answers: [refused, TOKEN] });
  expect(asked.filter((question) => question.includes('prove who it is') || question.includes('What now'))).toEqual([]);
  expect(requests.map(({ request }) => 'authorization' in request.headers)).toEqual([true, false]);
  expect(config).not.toHaveProperty('tokens[0].clientAuthentication');
});

test('what is optional goes in where it is given', async () => {
  const { config, requests } = await talk({
    script: { Scope: 'crm read', Audience: 'https://crm', 'what percent': '75.5' },
    allowInsecure: true,
  });
  const token = { scope: 'crm read', audience: 'https://crm', refreshPercent: 75.5 };
  expect(config).toMatchObject({ allowInsecure: true, tokens: [token] });
  expect(requests[0]?.request.body).toContain('scope=crm+read&audience=https%3A%2F%2Fcrm');
});

test('with Redis it is a Flow that refreshes, and there is no Endpoint secret', async () => {
  const script = { 'Where is the token kept': 'redis', 'Flow runs': 'https://endpoint.example.com/abc' };
  const { config, files } = await talk({ script });
  expect(config).toMatchObject({ refreshBy: 'flow', refreshFlowUrl: 'https://endpoint.example.com/abc' });
  expect(config).not.toHaveProperty('endpointSecret');
  expect(files.texts[ENV_FILE]).not.toContain('ENDPOINT_SECRET');
});

describe('what is refused while it is typed', () => {
  test.each([
    ['Project id', ['my project', 'abc'], 'It must be the id of the project: letters, digits, "-" and "_".'],
    ['URL of the Cognigy API', ['https://api.example.com/new/v2.0', 'https://api.example.com'], 'without /new'],
    ['API key', ['', CANARIES.apiKey], 'It must not be empty.'],
    ['API key', [`${CANARIES.apiKey} `, CANARIES.apiKey], 'It must not begin or end with a space.'],
    ['Token URL', ['http://login.example.com/token', 'https://login.example.com/token'], 'must start with https:'],
    ['Client ID', ['a${B}', 'a'], 'It must not contain "${".'],
    ['Client secret', ['', CANARIES.clientSecret], 'It must not be empty.'],
    ['Client secret', ['two\nlines', CANARIES.clientSecret], 'It must not contain line breaks'],
    ['what percent', ['100', '99'], 'It must be a number from 1 to 99'],
    ['Where do Endpoints answer', ['endpoint.example.com', 'https://endpoint.example.com'], 'must be a whole URL'],
  ])('%s: %j', async (question, given, problem) => {
    const { outcome, shown } = await talk({ script: { [question]: given } });
    expect(outcome).toBeUndefined();
    expect(shown).toContain(problem);
  });

  test('http is let through where that is asked for', async () => {
    const { config } = await talk({ script: { 'Token URL': 'http://login.intern/token' }, allowInsecure: true });
    expect(config).toMatchObject({ allowInsecure: true, tokens: [{ tokenUrl: 'http://login.intern/token' }] });
  });
});

test("a project's pasted address is its id, and the address of the user interface is not the API's", async () => {
  const { config, shown } = await talk({
    script: {
      'Project id': 'https://trial.cognigy.ai/project/64b7f0c2a1b2c3d4e5f60718/agent',
      'URL of the Cognigy API': ['https://trial.cognigy.ai/', 'https://api-trial.cognigy.ai'],
    },
  });
  expect(config).toMatchObject({ projectId: '64b7f0c2a1b2c3d4e5f60718', apiUrl: 'https://api-trial.cognigy.ai' });
  expect(shown).toContain("It is the address of the user interface. The API's is https://api-trial.cognigy.ai.");
});

describe('an API that refuses', () => {
  test.each<[CliErrorCode, string, Script]>([
    ['api_key_refused', 'apiKey', { 'API key': ['canary-wrong', CANARIES.apiKey] }],
    ['api_not_an_api', 'apiUrl', { 'URL of the Cognigy API': ['https://api.other.example', 'https://api-trial.cognigy.ai'] }],
    ['project_not_found', 'projectId', { 'Project id': ['another', '64b7f0c2a1b2c3d4e5f60718'] }],
  ])('%s: what is corrected first is %s', async (code, name, script) => {
    const asked: ProjectAnswers[] = [];
    const readProject: ReadProject = async (project) => {
      asked.push(project);
      if (asked.length === 1) throw new CliError(code, 'no');
      return { name: 'My bot' };
    };
    const { outcome, shown, config } = await talk({ script, readProject });
    expect(outcome).toBeUndefined();
    expect(shown).toContain(`${code}: no`);
    expect(shown).toContain('The API key works for the project "My bot".');
    expect(asked[1]).toEqual({ projectId: '64b7f0c2a1b2c3d4e5f60718', apiUrl: 'https://api-trial.cognigy.ai', apiKey: CANARIES.apiKey });
    expect(asked[1]?.[name as keyof ProjectAnswers]).not.toBe(asked[0]?.[name as keyof ProjectAnswers]);
    expect(config).toMatchObject({ projectId: '64b7f0c2a1b2c3d4e5f60718' });
  });

  test('stop writes nothing; a defect is no refusal', async () => {
    const refusing: ReadProject = () => Promise.reject(new CliError('api_unreachable', 'no'));
    const { outcome, files } = await talk({ script: { 'What now': 'stop' }, readProject: refusing });
    expect(outcome).toBeInstanceOf(Cancelled);
    expect(files.texts).toEqual({});
    const broken: ReadProject = () => Promise.reject(new TypeError('x is not a function'));
    expect((await talk({ readProject: broken })).outcome).toBeInstanceOf(TypeError);
  });
});

describe('a token endpoint that refuses', () => {
  const UNREACHABLE = new TransportError('network', 'ENOTFOUND');
  /** A token, but no word on how long it lives. */
  const ENDLESS = jsonAnswer(200, { access_token: CANARIES.accessToken });
  const refused = jsonAnswer(401, { error: 'invalid_client', error_description: 'not canary-wrong' });

  test('the secret is entered again', async () => {
    const script = { 'Client secret': ['canary-wrong', CANARIES.clientSecret] };
    const { outcome, shown, requests, files } = await talk({ script, answers: [refused, refused, TOKEN] });
    expect(shown).toContain('not [secret]');
    expect(outcome).toBeUndefined();
    expect(requests).toHaveLength(3);
    expect(shown).toContain('invalid_client: The token endpoint answered invalid_client');
    expect(shown).toContain('they were refused in the header and in the body.');
    expect(shown).not.toContain('canary-wrong');
    expect(files.texts[ENV_FILE]).toContain(CANARIES.clientSecret);
  });

  test.each<[string, ScriptedAnswer, string, Script]>([
    ['the URL', UNREACHABLE, 'tokenUrl', { 'Token URL': ['https://a.example.com/x', 'https://b.example.com/x'] }],
    ['the scope', jsonAnswer(400, { error: 'invalid_scope' }), 'scope', { Scope: ['one', 'two'] }],
    ['the audience', jsonAnswer(400, { error: 'invalid_target' }), 'audience', { Audience: ['one', 'two'] }],
    ['the lifetime', ENDLESS, 'defaultLifetimeSeconds', { 'How long does a token live': ['0', '600'] }],
    ['the client', jsonAnswer(400, { error: 'unauthorized_client' }), 'clientId', { 'Client ID': ['one', 'two'] }],
    [
      'the method, if chosen,',
      jsonAnswer(500, ''),
      'clientAuthentication',
      { 'What now': 'clientAuthentication', 'prove who it is': 'client_secret_post' },
    ],
  ])('%s is what is corrected first', async (_, answer, key, script) => {
    const { outcome, config } = await talk({ script, answers: [answer, answer === ENDLESS ? ENDLESS : TOKEN] });
    expect(outcome).toBeUndefined();
    const corrected = Object.values(script).at(-1);
    const last = Array.isArray(corrected) ? corrected.at(-1) : corrected;
    const expected = key === 'defaultLifetimeSeconds' ? Number(last) : last;
    expect(config).toMatchObject({ tokens: [{ [key]: expected }] });
  });

  test('the same again, on all the same, or stop', async () => {
    const again = await talk({ script: { 'What now': ['again', 'anyway'] }, answers: [refused] });
    expect(again.outcome).toBeUndefined();
    expect(again.requests).toHaveLength(4);
    expect(again.shown).not.toContain('It is refreshed');
    expect(again.config).toBeDefined();
    const stopped = await talk({ script: { 'What now': 'stop' }, answers: [refused] });
    expect(stopped.outcome).toBeInstanceOf(Cancelled);
    expect(stopped.files.texts).toEqual({});
  });
});

test('little time between refresh and expiry is warned of', async () => {
  const answers = [jsonAnswer(200, { access_token: CANARIES.accessToken, expires_in: 60 })];
  expect((await talk({ answers })).shown).toContain('6 s before it expires.\nThat is little time');
  expect((await talk({ answers, script: { 'what percent': '50' } })).shown).not.toContain('That is little time');
});

describe('files that are there', () => {
  test('a configuration is replaced only after a yes, and that is asked first', async () => {
    const files = new MemoryFiles({ [FILE]: '{}' });
    const { outcome, asked } = await talk({ files });
    expect(outcome).toBeInstanceOf(Cancelled);
    expect(asked).toEqual(['access-token.json exists. Replace it?']);
    expect(files.texts).toEqual({ [FILE]: '{}' });
    expect((await talk({ files, script: { 'Replace it?': true } })).config).toHaveProperty('projectId');
  });

  test("an env file keeps its other lines, and the Endpoint secret that is in use", async () => {
    const kept = 'canary-kept-endpoint-secret';
    const files = new MemoryFiles({ [ENV_FILE]: `# mine\nOTHER=1\nexport CLIENT_SECRET=old\nENDPOINT_SECRET="${kept}"\n` });
    const { shown } = await talk({ files });
    expect(files.texts[ENV_FILE]?.split('\n')).toEqual([
      '# mine',
      'OTHER=1',
      `COGNIGY_API_KEY='${CANARIES.apiKey}'`,
      `CLIENT_SECRET='${CANARIES.clientSecret}'`,
      `ENDPOINT_SECRET='${kept}'`,
      '',
    ]);
    expect(shown).not.toContain(kept);
  });

  test('so does the environment', async () => {
    const { files } = await talk({ env: { ENDPOINT_SECRET: 'canary-from-outside' } });
    expect(files.texts[ENV_FILE]).toContain("ENDPOINT_SECRET='canary-from-outside'");
  });
});

test('without an env file: which variables to set, and no value', async () => {
  const { files, shown } = await talk({ script: { 'Write the secrets': false } });
  expect(Object.keys(files.texts)).toEqual([FILE]);
  expect(files.ignored).toEqual([]);
  expect(shown).toContain(
    [
      'Keep the value of ENDPOINT_SECRET: stored tokens are encrypted with it.',
      'Set these variables, then run:',
      "printf 'COGNIGY_API_KEY: ' && read -rs COGNIGY_API_KEY && export COGNIGY_API_KEY",
      "printf 'CLIENT_SECRET: ' && read -rs CLIENT_SECRET && export CLIENT_SECRET",
      'export ENDPOINT_SECRET="$(openssl rand -hex 32)"',
      'access-token deploy',
    ].join('\n'),
  );
});

test.each<[string, Given, string, string]>([
  [
    'an env file',
    { files: new MemoryFiles({ [ENV_FILE]: 'ENDPOINT_SECRET=canary-kept\n' }) },
    'ENDPOINT_SECRET stays as it is in access-token.env: stored tokens are encrypted with it.',
    'access-token deploy',
  ],
  [
    'the environment',
    { env: { ENDPOINT_SECRET: 'canary-kept' } },
    'ENDPOINT_SECRET stays as it is in your environment: stored tokens are encrypted with it.',
    'access-token deploy',
  ],
])('an Endpoint secret that is in use in %s is not made up anew', async (_, given, line, command) => {
  const { shown } = await talk({ ...given, script: { 'Write the secrets': false } });
  expect(shown).toContain(`\n${line}\nSet these variables, then run:\n`);
  expect(shown).toContain(`export CLIENT_SECRET\n${command}`);
  expect(shown).not.toContain('openssl');
  expect(shown).not.toContain('canary-kept');
});

test('an env file that git tracks is not said to be left alone, and not written without a yes', async () => {
  const { shown, files } = await talk({ files: new MemoryFiles({}, [ENV_FILE]) });
  expect(shown).toContain('git tracks access-token.env already, so secrets in it go into the next commit.');
  expect(shown).not.toContain('git ignores it');
  expect(files.texts[ENV_FILE]).toBeUndefined();
});

test('an empty Endpoint secret is none', async () => {
  const files = new MemoryFiles({ [ENV_FILE]: 'ENDPOINT_SECRET=\n' });
  await talk({ files, env: { ENDPOINT_SECRET: '' } });
  expect(files.texts[ENV_FILE]).toContain(`ENDPOINT_SECRET='${CANARIES.endpointSecret}'`);
});

test('a secret that no env file can hold is left to its owner', async () => {
  const { shown, files } = await talk({ script: { 'Client secret': `it's "$5"` } });
  expect(files.texts[ENV_FILE]).not.toContain('CLIENT_SECRET');
  expect(shown).toContain('CLIENT_SECRET contains characters that such a file can\'t hold.');
  expect(shown).toContain("Set it yourself: printf 'CLIENT_SECRET: ' && read -rs CLIENT_SECRET && export CLIENT_SECRET");
  expect(shown).not.toContain(`it's "$5"`);
});

test('an Endpoint secret that no env file can hold stays where it is', async () => {
  const { shown, files } = await talk({ env: { ENDPOINT_SECRET: `it's "$5", canary` } });
  expect(files.texts[ENV_FILE]).not.toContain('ENDPOINT_SECRET');
  const stays = 'ENDPOINT_SECRET stays as it is in your environment: stored tokens are encrypted with it.';
  expect(shown).toContain(`ENDPOINT_SECRET contains characters that such a file can't hold. ${stays}`);
  expect(shown).not.toContain('Set it yourself');
});

test('with Redis there is no Endpoint secret to be kept', async () => {
  const script = { 'Where is the token kept': 'redis', 'Flow runs': 'https://endpoint.example.com/abc', 'Write the secrets': false };
  const { shown } = await talk({ script });
  expect(shown).not.toContain('ENDPOINT_SECRET');
});

test.each([...Object.keys(ANSWERS), 'what percent', 'Where is the token kept', 'Write the secrets'])(
  'giving up at "%s" writes nothing',
  async (question) => {
    const { outcome, files } = await talk({ script: { [question]: ESCAPE } });
    expect(outcome).toBeInstanceOf(Cancelled);
    expect(files.texts).toEqual({});
  },
);

describe("the variables of the vendor's command line", () => {
  const [projectId, apiUrl] = ['64b7f0c2a1b2c3d4e5f60718', 'https://api-vendor.cognigy.ai'];
  const env = { CAI_AGENT: projectId, CAI_BASEURL: apiUrl, CAI_APIKEY: 'canary-vendor-key-77' };
  /** Enter is pressed at the three questions. */
  const script = { 'Project id': [], 'URL of the Cognigy API': [], 'API key': [] };

  test('are taken by Enter, and the key is neither shown nor in the configuration', async () => {
    const { shown, asked, config, files } = await talk({ env, script });
    expect(config).toMatchObject({ projectId, apiUrl, apiKey: '${COGNIGY_API_KEY}' });
    expect(asked).toContainEqual(expect.stringContaining('Enter takes the value of CAI_APIKEY'));
    expect(shown + JSON.stringify(config)).not.toContain(env.CAI_APIKEY);
    expect(files.texts[ENV_FILE]).toContain(`COGNIGY_API_KEY='${env.CAI_APIKEY}'`);
  });

  test('are only proposed', async () => {
    const { config, files } = await talk({ env });
    expect(config).not.toMatchObject({ apiUrl });
    expect(files.texts[ENV_FILE]).not.toContain(env.CAI_APIKEY);
  });

  test('are not mentioned where they are not set, or empty', async () => {
    for (const empty of [{}, { CAI_APIKEY: '' }]) expect((await talk({ env: empty })).shown).not.toContain('CAI_');
  });
});
