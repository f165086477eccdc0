import { DEFAULT_REFRESH_PERCENT } from '../../../src/lifetime';
import { CHAIN_KEYS } from '../../../src/settings/chain';
import type { ConfigKey } from '../../../src/settings/setting';
import { TOKEN_KEYS } from '../../../src/settings/token';
import { ALL_SETTINGS } from '../settings';
import { endpointBaseOf } from '../store-url';
import { TOKEN_SETTINGS } from './answers';
import type { Answers, StoreChoice, TokenAnswers, TokenKey } from './answers';
import { problemOf } from './check';
import type { Prompter } from './prompter';

/** Asks one question after the other. Each answer has passed the checks of the configuration file. */
export class Questions {
  constructor(
    private readonly prompter: Prompter,
    private readonly allowInsecure: boolean,
  ) {}

  async project(): Promise<Pick<Answers, 'projectId' | 'apiUrl' | 'apiKey'>> {
    return {
      projectId: await this.ask(ALL_SETTINGS.projectId),
      apiUrl: withoutSlash(await this.ask(CHAIN_KEYS.apiUrl)),
      apiKey: await this.ask(CHAIN_KEYS.apiKey),
    };
  }

  async token(): Promise<TokenAnswers> {
    const answers: TokenAnswers = {};
    for (const [name, { ask }] of TOKEN_SETTINGS) {
      if (ask?.again !== undefined && !ask.isLate) answers[name] = await this.tokenSetting(name, answers);
    }
    return answers;
  }

  /** Asks for one setting of the client, the first time or again. */
  tokenSetting(name: TokenKey, present: TokenAnswers): Promise<string> {
    return this.ask(TOKEN_KEYS[name], present[name]);
  }

  async refreshPercent(): Promise<number> {
    return Number(await this.ask(TOKEN_KEYS.refreshPercent, String(DEFAULT_REFRESH_PERCENT)));
  }

  async store(api: string): Promise<Pick<Answers, 'store' | 'endpointBaseUrl' | 'refreshFlowUrl'>> {
    const store = await this.prompter.choose<StoreChoice>({
      message: 'Where is the token kept?',
      options: [
        { value: 'endpoint', label: 'A REST Endpoint', hint: 'deploy creates it' },
        { value: 'redis', label: 'Redis', hint: "a Flow of yours refreshes: a Function can't reach Redis" },
      ],
      initial: 'endpoint',
    });
    if (store === 'redis') {
      this.prompter.say('The address of Redis goes into a connection of that Flow: see the README.');
      return { store, refreshFlowUrl: await this.ask(ALL_SETTINGS.refreshFlowUrl) };
    }
    // The vendor's installations name both alike; others are asked for.
    const base = await this.ask(ALL_SETTINGS.endpointBaseUrl, endpointBaseOf({ apiUrl: api }));
    return { store, endpointBaseUrl: withoutSlash(base) };
  }

  /** @param initial the answer to Enter; a secret has none */
  private async ask(key: ConfigKey, initial?: string): Promise<string> {
    const { ask, kind, fallback, secret } = key;
    if (ask === undefined) throw new Error('A setting was to be asked for that has no question.');
    const { message, placeholder, hints } = ask;
    if (typeof kind === 'object' && 'oneOf' in kind) {
      const options = kind.oneOf.map((value) => ({ value, label: value, ...(hints?.[value] && { hint: hints[value] }) }));
      return this.prompter.choose({ message, options, initial: initial ?? String(fallback) });
    }
    const validate = (answer: string) => problemOf(answer, key, this.allowInsecure);
    if (secret) return this.prompter.secret({ message, validate });
    return (await this.prompter.text({ message, initial, placeholder, validate })).trim();
  }
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
