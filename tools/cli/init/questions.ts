import { parseRefreshPercent, DEFAULT_REFRESH_PERCENT } from '../../../src/lifetime';
import { endpointBaseOf } from '../store-url';
import { apiUrl, idOf, numberBetween, optionalText, refreshPercent, text, url } from '../readers';
import type { Reader } from '../read-object';
import type { Answers, StoreChoice, TokenAnswers } from './answers';
import { check, literal, secret } from './check';
import type { Prompter } from './prompter';

const LONGEST_LIFETIME_SECONDS = 3650 * 24 * 3600;

/** Asks one question after the other; what is answered has passed the configuration file's own checks. */
export class Questions {
  constructor(
    private readonly prompter: Prompter,
    private readonly allowInsecure: boolean,
  ) {}

  async project(): Promise<Pick<Answers, 'projectId' | 'apiUrl' | 'apiKey'>> {
    return {
      projectId: await this.ask('Project id (in the address of the project in your browser)', idOf('the project')),
      apiUrl: withoutSlash(await this.ask('URL of the Cognigy API', apiUrl, { placeholder: 'https://api-trial.cognigy.ai' })),
      apiKey: await this.askSecret('API key (My Profile > API Keys)'),
    };
  }

  async token(): Promise<TokenAnswers> {
    const answers: Partial<TokenAnswers> = {};
    for (const key of ['tokenUrl', 'clientId', 'clientSecret', 'clientAuthentication', 'scope', 'audience'] as const) {
      Object.assign(answers, await this.tokenSetting(key, answers));
    }
    return { defaultLifetimeSeconds: '', ...answers } as TokenAnswers;
  }

  /** Asks for one setting of the client (again). */
  async tokenSetting(key: keyof TokenAnswers, present: Partial<TokenAnswers>): Promise<Partial<TokenAnswers>> {
    const initial = present[key];
    switch (key) {
      case 'tokenUrl':
        return { [key]: await this.ask('Token URL', url, { initial, placeholder: 'https://login.example.com/oauth2/token' }) };
      case 'clientId':
        return { [key]: await this.ask('Client ID', text, { initial }) };
      case 'clientSecret':
        return { [key]: await this.askSecret('Client secret') };
      case 'clientAuthentication':
        return { [key]: await this.clientAuthentication(present.clientAuthentication) };
      case 'scope':
        return { [key]: await this.ask('Scope (leave empty for none)', optionalText, { initial }) };
      case 'audience':
        return { [key]: await this.ask('Audience (leave empty for none)', optionalText, { initial }) };
      case 'defaultLifetimeSeconds':
        return { [key]: await this.ask('How long does a token live, in seconds?', lifetime, { initial }) };
    }
  }

  async refreshPercent(): Promise<number> {
    const initial = String(DEFAULT_REFRESH_PERCENT);
    const answer = await this.ask('Refresh the token at what percent of its lifetime (1 to 99)?', refreshPercent, { initial });
    return parseRefreshPercent(answer) ?? DEFAULT_REFRESH_PERCENT;
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
      return { store, refreshFlowUrl: await this.ask('URL of the REST Endpoint whose Flow runs Refresh If Expiring', url) };
    }
    // The vendor's installations name both alike; others are asked for.
    const initial = endpointBaseOf({ apiUrl: api });
    const base = await this.ask('Where do Endpoints answer? (an Endpoint URL without its last part)', url, { initial });
    return { store, endpointBaseUrl: withoutSlash(base) };
  }

  private clientAuthentication(initial: TokenAnswers['clientAuthentication'] = 'client_secret_basic') {
    return this.prompter.choose<TokenAnswers['clientAuthentication']>({
      message: 'How does the client prove who it is?',
      options: [
        { value: 'client_secret_basic', label: 'client_secret_basic', hint: 'in the Authorization header; most servers' },
        { value: 'client_secret_post', label: 'client_secret_post', hint: 'in the body' },
      ],
      initial,
    });
  }

  private async ask(
    message: string,
    read: Reader,
    { initial, placeholder }: { initial?: string | undefined; placeholder?: string } = {},
  ): Promise<string> {
    const validate = check(literal(read), this.allowInsecure);
    return (await this.prompter.text({ message, initial, placeholder, validate })).trim();
  }

  /** Spaces around it are the secret's own, or a slip of the clipboard: nobody can see which, so they are refused. */
  private askSecret(message: string): Promise<string> {
    const isClean = check(secret, this.allowInsecure);
    const validate = (answer: string) => (answer === answer.trim() ? isClean(answer) : 'It must not begin or end with a space.');
    return this.prompter.secret({ message, validate });
  }
}

const lifetime: Reader = (value, context) =>
  value === '' ? undefined : numberBetween(1, LONGEST_LIFETIME_SECONDS, 'seconds')(value, context);

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
