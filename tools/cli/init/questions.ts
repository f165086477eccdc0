import { DEFAULT_REFRESH_PERCENT } from '../../../src/lifetime';
import { CHAIN_KEYS } from '../../../src/settings/chain';
import type { ConfigKey } from '../../../src/settings/setting';
import { TOKEN_KEYS } from '../../../src/settings/token-keys';
import type { Environment } from '../references';
import { ALL_SETTINGS } from '../settings';
import { endpointBaseOf } from '../store-url';
import { otherThanApi, projectIdOf } from './addresses';
import { TOKEN_SETTINGS } from './answers';
import type { Answers, ProjectAnswers, StoreChoice, TokenAnswers, TokenKey } from './answers';
import { problemOf } from './check';
import type { Prompter } from './prompter';

/** Asks one question after another. Each answer passes the checks of the configuration file. */
export class Questions {
  constructor(
    private readonly prompter: Prompter,
    private readonly allowInsecure: boolean,
    /** Includes the variables of the vendor's command line. */
    private readonly offers: Environment = {},
  ) {}

  async project(): Promise<ProjectAnswers> {
    return {
      projectId: await this.projectSetting('projectId'),
      apiUrl: await this.projectSetting('apiUrl'),
      apiKey: await this.projectSetting('apiKey'),
    };
  }

  /** Asks for the project, or for the way to reach it, the first time or again. */
  projectSetting(name: keyof ProjectAnswers, present?: string): Promise<string> {
    if (name === 'projectId') return this.ask(ALL_SETTINGS.projectId, present, { tidy: projectIdOf });
    if (name === 'apiKey') return this.ask(CHAIN_KEYS.apiKey);
    return this.ask(CHAIN_KEYS.apiUrl, present, { tidy: withoutSlash, problemOf: otherThanApi });
  }

  /** @param known what is already known about the client: its token URL is not asked for, and Enter accepts the rest */
  async token(known: TokenAnswers = {}): Promise<TokenAnswers> {
    const answers: TokenAnswers = { ...known };
    for (const [name, { ask }] of TOKEN_SETTINGS) {
      const isSettled = name === 'tokenUrl' && known.tokenUrl !== undefined;
      if (ask?.again !== undefined && !ask.isLate && !isSettled) answers[name] = await this.tokenSetting(name, answers);
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

  /** @param needsFlow whether a Flow must refresh, whichever store is chosen */
  async store(api: string, needsFlow: boolean): Promise<Pick<Answers, 'store' | 'endpointBaseUrl' | 'refreshFlowUrl'>> {
    const store = await this.prompter.choose<StoreChoice>({
      message: 'Where is the token kept?',
      options: [
        { value: 'endpoint', label: 'A REST Endpoint', hint: 'deploy creates it' },
        { value: 'redis', label: 'Redis', hint: "a Flow of yours refreshes: a Function can't reach Redis" },
      ],
      initial: 'endpoint',
    });
    if (store === 'redis') this.prompter.say('The address of Redis goes into a connection of that Flow: see the README.');
    else if (needsFlow) this.prompter.say("A Function can't sign: a Flow of yours refreshes.");
    const byFlow = store === 'redis' || needsFlow ? { refreshFlowUrl: await this.ask(ALL_SETTINGS.refreshFlowUrl) } : {};
    if (store === 'redis') return { store, ...byFlow };
    // The vendor's installations name both alike. For others, ask.
    const base = await this.ask(ALL_SETTINGS.endpointBaseUrl, endpointBaseOf({ apiUrl: api }), { tidy: withoutSlash });
    return { store, ...byFlow, endpointBaseUrl: base };
  }

  /** @param present the answer that Enter gives. Default: the value of the vendor's variable; a secret one is not shown */
  private async ask(key: ConfigKey, present?: string, { tidy = asIs, problemOf: ownProblem = none }: Reading = {}): Promise<string> {
    const { ask, kind, secret, vendorVariable = '' } = key;
    if (ask === undefined) throw new Error('A setting was to be asked for that has no question.');
    const ofVendor = this.offers[vendorVariable] ?? '';
    const offered = ofVendor === '' ? undefined : ofVendor;
    const initial = present ?? offered;
    const { message, placeholder, hints } = ask;
    if (typeof kind === 'object' && 'oneOf' in kind) {
      const options = kind.oneOf.map((value) => ({ value, label: value, ...(hints?.[value] && { hint: hints[value] }) }));
      return this.prompter.choose({ message, options, initial: initial ?? kind.oneOf[0] });
    }
    const validate = (answer: string) => ownProblem(answer.trim()) ?? problemOf(tidy(answer), key, this.allowInsecure);
    if (secret && offered !== undefined) {
      const given = await this.prompter.secret({
        message: `${message}; Enter takes that of ${vendorVariable}`,
        validate: (answer) => validate(answer === '' ? offered : answer),
      });
      return given === '' ? offered : given;
    }
    if (secret) return this.prompter.secret({ message, validate });
    return tidy(await this.prompter.text({ message, initial, placeholder, validate })).trim();
  }
}

/** How to read an answer. */
interface Reading {
  tidy?: (answer: string) => string;
  /** A problem that the configuration file would not report. */
  problemOf?: (answer: string) => string | undefined;
}

const asIs = (answer: string): string => answer;
const none = (): undefined => undefined;

function withoutSlash(address: string): string {
  return address.trim().replace(/\/+$/, '');
}
