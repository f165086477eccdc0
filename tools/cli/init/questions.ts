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

/** Asks the questions. Each answer has to pass the checks of the configuration file. */
export class Questions {
  constructor(
    private readonly prompter: Prompter,
    private readonly allowInsecure: boolean,
    /** The environment. Variables of Cognigy's own command line are offered as answers. */
    private readonly offers: Environment = {},
  ) {}

  async project(): Promise<ProjectAnswers> {
    return {
      projectId: await this.projectSetting('projectId'),
      apiUrl: await this.projectSetting('apiUrl'),
      apiKey: await this.projectSetting('apiKey'),
    };
  }

  /** Asks for one answer about the project or the API, for the first time or again. */
  projectSetting(name: keyof ProjectAnswers, present?: string): Promise<string> {
    if (name === 'projectId') return this.ask(ALL_SETTINGS.projectId, present, { tidy: projectIdOf });
    if (name === 'apiKey') return this.ask(CHAIN_KEYS.apiKey);
    return this.ask(CHAIN_KEYS.apiUrl, present, { tidy: withoutSlash, problemOf: otherThanApi });
  }

  /** @param known settings that are known already. A known token URL is not asked for; Enter accepts the others */
  async token(known: TokenAnswers = {}): Promise<TokenAnswers> {
    const answers: TokenAnswers = { ...known };
    for (const [name, { ask }] of TOKEN_SETTINGS) {
      const isSettled = name === 'tokenUrl' && known.tokenUrl !== undefined;
      if (ask?.again !== undefined && !ask.isLate && !isSettled) answers[name] = await this.tokenSetting(name, answers);
    }
    return answers;
  }

  /** Asks for one setting of the client, for the first time or again. */
  tokenSetting(name: TokenKey, present: TokenAnswers): Promise<string> {
    return this.ask(TOKEN_KEYS[name], present[name]);
  }

  async refreshPercent(): Promise<number> {
    return Number(await this.ask(TOKEN_KEYS.refreshPercent, String(DEFAULT_REFRESH_PERCENT)));
  }

  /** @param needsFlow whether a Flow has to refresh, whatever the store is */
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
    // In Cognigy's own installations the base URL follows from the API's, so the answer is filled in.
    const base = await this.ask(ALL_SETTINGS.endpointBaseUrl, endpointBaseOf({ apiUrl: api }), { tidy: withoutSlash });
    return { store, ...byFlow, endpointBaseUrl: base };
  }

  /** @param present the answer that Enter accepts; by default the variable of Cognigy's own command line. A secret is not shown */
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
        message: `${message} (Enter takes the value of ${vendorVariable})`,
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
  /** Finds problems that the checks of the configuration file don't report. */
  problemOf?: (answer: string) => string | undefined;
}

const asIs = (answer: string): string => answer;
const none = (): undefined => undefined;

function withoutSlash(address: string): string {
  return address.trim().replace(/\/+$/, '');
}
