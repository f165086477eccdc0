import type { FunctionInstance } from '../../tools/sandbox';
import { renderArtifact } from '../support/artifact-platform';
import { Chain, SHORT_TIMES } from '../support/chain-platform';
import { InProcessPlatform } from '../support/in-process-platform';
import { inVirtualTime, sleepOn } from '../support/virtual-time';
import { handMadeFunction, handMadeTransformer } from './support/hand-made';
import type { HandMadeToken } from './support/hand-made';

const LIFETIME_SECONDS = 30;
/** Between two messages. */
const PAUSE_MS = 300;
const REFRESH_PERCENT = 60;
const ENDPOINT_SECRET = 'canary-endpoint-secret-m1g7';
const USER_SECTION = '  return output;\n';
/** What channel code of one's own does: here the test sends the token on. */
const OWN_CODE = "  return { ...output, text: (await accessToken()) ?? 'none' };\n";

type Grant = 'client_credentials' | 'refresh_token';
const GRANTS: Grant[] = ['client_credentials', 'refresh_token'];

interface StoredRecord extends HandMadeToken {
  version: number;
}

/** The hand-made set-up at work, and somebody who sends messages all the time. */
class Bot {
  /** What the API answered to each message's token, and what was being done then. */
  readonly answers: { status: number; phase: string }[] = [];
  phase = 'the hand-made set-up';
  readonly chain: Chain;
  readonly urlToken: string;
  private readonly url: string;
  private talking = true;
  private readonly talk: Promise<void>;

  private constructor(
    private readonly platform: InProcessPlatform,
    initial: HandMadeToken,
  ) {
    const { sandbox } = platform;
    const { url, urlToken } = sandbox.createEndpoint({
      type: 'rest',
      name: 'channel',
      transformer: handMadeTransformer(ENDPOINT_SECRET, initial),
      flow: [{ id: 'say', type: 'say', config: { text: 'hi' } }],
    });
    this.url = url;
    this.urlToken = urlToken;
    const { client, tokenUrl } = platform.server;
    const tokens = [{ tokenUrl, ...client, refreshPercent: REFRESH_PERCENT }];
    this.chain = new Chain(platform, { tokens, storeUrl: url, endpointSecret: ENDPOINT_SECRET });
    this.pasteOldFunction();
    this.triggerOldFunction({ token: initial.token, waitingTime: (LIFETIME_SECONDS * REFRESH_PERCENT) / 100 * 1000 });
    this.talk = this.sendMessages();
  }

  static async start(platform: InProcessPlatform, grant: Grant): Promise<Bot> {
    const timestamp = platform.nowInSeconds;
    return new Bot(platform, { token: await issue(platform, grant), timestamp });
  }

  private async sendMessages(): Promise<void> {
    const { platform, url, urlToken } = this;
    const sleep = sleepOn(platform.clock);
    const message = { userId: 'user', sessionId: 'session', text: 'hi', data: {} };
    for (let sent = 1; this.talking; sent += 1) {
      await platform.clock.track(platform.http({ method: 'POST', url, data: message }));
      while (platform.sandbox.sentOutputs(urlToken).length < sent) await sleep(5);
      const { text } = platform.sandbox.sentOutputs(urlToken).at(-1)?.output as { text: string };
      const { phase } = this;
      const status = await platform.clock.track(platform.callApi({ authorization: `Bearer ${text}` }));
      this.answers.push({ status, phase: `${phase}, ${text === 'none' ? 'no' : 'a'} token` });
      await sleep(PAUSE_MS);
    }
  }

  async fallSilent(): Promise<void> {
    this.talking = false;
    await inVirtualTime(this.platform.clock, this.talk);
  }

  pasteOldFunction(): void {
    const { sandbox, server } = this.platform;
    const { functionId } = this.chain;
    const code = handMadeFunction({
      tokenUrl: server.tokenUrl,
      client: server.client,
      endpointUrl: this.url,
      endpointSecret: ENDPOINT_SECRET,
      triggerUrl: `${sandbox.apiUrl}/new/v2.0/functions/${functionId}/trigger`,
      apiKey: sandbox.apiKey,
      limit: SHORT_TIMES.functionTimeLimitSeconds,
      buffer: SHORT_TIMES.functionBufferSeconds,
      percent: REFRESH_PERCENT,
    });
    sandbox.updateFunction(functionId, { code });
  }

  triggerOldFunction(parameters: object): void {
    this.platform.sandbox.triggerFunction(this.chain.functionId, { ...parameters });
  }

  /** With another session: what lies in the old one is from before. */
  pasteOldTransformer(initial: HandMadeToken): void {
    const transformer = handMadeTransformer(ENDPOINT_SECRET, initial, 'accessToken again');
    this.platform.sandbox.updateTransformer(this.urlToken, transformer);
  }

  /** The rendered one, with the token to start from, and the channel's own code in its section. */
  pasteNewTransformer(initial: HandMadeToken): void {
    const rendered = renderArtifact('transformer-rest', {
      endpointSecret: ENDPOINT_SECRET,
      initialTokens: { accessToken: initial },
    });
    this.platform.sandbox.updateTransformer(this.urlToken, rendered.replace(USER_SECTION, OWN_CODE));
  }

  /** The older Function's token, as the instance list shows it: issued when the first instance with it was triggered. */
  get shown(): HandMadeToken {
    const tokens = this.chain.instances.map(({ parameters }) => parameters['token'] as HandMadeToken['token'] | undefined);
    const token = tokens.at(-1);
    if (token === undefined) throw new Error('The older Function is not there any more.');
    const first = tokens.findIndex((other) => other?.access_token === token.access_token);
    return { token, timestamp: Math.floor((this.chain.instances[first]?.createdAt ?? 0) / 1000) };
  }

  /** Whether the newest instance is the first with its token: the next refresh is far. */
  get waits(): boolean {
    const [last, previous] = this.chain.instances.slice(-2).reverse();
    return last?.status === 'active' && last.parameters['waitingTime'] !== 0 && !isSameToken(last, previous);
  }

  /** The stored record, asked for with the Endpoint secret. */
  async read(): Promise<StoredRecord | null> {
    const body = { endpointSecret: ENDPOINT_SECRET, tokenStore: { op: 'read', tokenName: 'accessToken' } };
    const { data } = await this.platform.http({ method: 'POST', url: this.url, data: body });
    return (data as { record: StoredRecord | null }).record;
  }
}

/** A token as it came to the hand-made set-up. */
async function issue(platform: InProcessPlatform, grant: Grant): Promise<HandMadeToken['token']> {
  if (grant === 'client_credentials') return platform.issueToken();
  const { client, tokenUrl } = platform.server;
  const parameters = { grant_type: grant, refresh_token: await platform.server.issueRefreshToken() };
  const data = new URLSearchParams({ ...parameters, client_id: client.clientId, client_secret: client.clientSecret });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await platform.http({ method: 'POST', url: tokenUrl, headers, data: data.toString() });
  return answer.data as HandMadeToken['token'];
}

async function withBot(grant: Grant, test: (bot: Bot, platform: InProcessPlatform) => Promise<void>): Promise<void> {
  const platform = await InProcessPlatform.start({
    sandbox: { ...SHORT_TIMES, functionStartupDelayMs: 100, moduleState: 'kept' },
    server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS },
  });
  try {
    const bot = await Bot.start(platform, grant);
    await platform.passUntil('the hand-made set-up has refreshed twice', async () => (await platform.tokenRequests()) >= 3);
    try {
      await test(bot, platform);
    } finally {
      await bot.fallSilent();
    }
    expect(bot.answers.length).toBeGreaterThan(50);
    expect(bot.answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await platform.server.stats()).reuseDetections).toBe(0);
  } finally {
    await platform.close();
  }
}

function isSameToken(...instances: (FunctionInstance | undefined)[]): boolean {
  const [one, other] = instances.map((instance) => instance?.parameters['token'] as HandMadeToken['token'] | undefined);
  return one?.access_token === other?.access_token;
}

/** As docs/migration.md tells, step by step. */
async function moveOver(bot: Bot, platform: InProcessPlatform): Promise<void> {
  // The transformer, with the token that the newest instance shows, while that instance has long to wait.
  await platform.passUntil('the older Function waits', () => bot.waits);
  bot.phase = 'the new transformer';
  bot.pasteNewTransformer(bot.shown);

  // The older Function's post fills the new store; then it sleeps with the same token.
  const fills = async () => (await bot.read())?.token.access_token === bot.shown.token.access_token;
  await platform.passUntil('the older Function has filled the new store', async () => ((await bot.read())?.version ?? 0) >= 1);
  await platform.passUntil('the store has the token of the instance that sleeps', async () => bot.waits && (await fills()));

  // The Function: the instance that sleeps is the older one's last, its trigger starts the new one.
  bot.phase = 'the new Function';
  bot.chain.install();
  await platform.passUntil('the chain is there', () => bot.chain.instances.some(({ parameters }) => parameters['chainId'] !== undefined));
  const before = await platform.tokenRequests();
  await platform.passUntil('the chain has refreshed twice', async () => (await platform.tokenRequests()) >= before + 2);
  expect(bot.chain.instances.at(-1)?.parameters).not.toHaveProperty('token');
  await platform.passUntil('one chain is left', () => bot.chain.running.length === 1);
}

test.each(GRANTS)("the older Function's last call fills the new store, its last trigger starts the chain, and no message fails: %s", (grant) =>
  withBot(grant, async (bot, platform) => {
    await moveOver(bot, platform);

    // The nodes find the same token.
    const url = platform.sandbox.endpointUrl(bot.urlToken);
    const endpointConnection = platform.storeConnection({ url, endpointSecret: ENDPOINT_SECRET });
    const config = platform.sharedConfig({ endpointConnection, refreshPercent: 90 });
    const { result } = await platform.run('getAccessToken', config);
    expect(result).toMatchObject({ source: 'store', refreshed: false });
    expect(result.access_token).toBe((await bot.read())?.token.access_token);

    // What the older Function showed everybody is shown no longer.
    const [newest] = bot.chain.running;
    expect(Object.keys(newest?.parameters ?? {}).sort()).toEqual(['chainId', 'hop', 'wakeAt']);
    expect(platform.sandbox.logs.text()).not.toContain('canary');
  }),
);

test.each(GRANTS)('the way back: the older Function starts from the stored token, and no message fails: %s', (grant) =>
  withBot(grant, async (bot, platform) => {
    await moveOver(bot, platform);

    // The Function first: it posts to the new transformer as well. A hop that is just being triggered is another one.
    bot.phase = 'the old Function again';
    while (bot.chain.running.length > 0) {
      await bot.chain.kill();
      await platform.clock.advanceBy(300);
    }
    bot.pasteOldFunction();
    const kept = await bot.read();
    bot.triggerOldFunction({ token: kept?.token, waitingTime: 0 });
    await platform.passUntil('the older Function has refreshed', async () => (await bot.read())?.version !== kept?.version);

    const posted = await bot.read();
    if (posted === null) throw new Error('There is no token.');
    bot.phase = 'the old transformer again';
    bot.pasteOldTransformer(posted);
    const before = await platform.tokenRequests();
    await platform.passUntil('the older set-up has refreshed twice', async () => (await platform.tokenRequests()) >= before + 2);
    await platform.passUntil('one chain is left', () => bot.chain.running.length === 1);
  }),
);
