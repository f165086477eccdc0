import type { Browser, Page } from 'playwright-core';

import type { TimelineSnapshot, TokenLife } from '../../../tools/sandbox/studio/wire';
import { findChromium, HOW_TO_INSTALL, launchChromium } from '../../support/chromium.cjs';
import { describeWhere } from '../../support/describe-where';
import { until } from '../../support/until';
import { RunningProgram } from './command-line';
import type { Ended } from './command-line';
import { startDemo, untilPrinted, VERBOSE } from './demo';

/** Only ends what hangs, milliseconds. */
const HANGS_AFTER_MS = 120_000;

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 380, height: 800 };

/** Groups tests that need a browser, see `describeWhere`. */
export function describeWithChromium(name: string, body: () => void): void {
  describeWhere({ isThere: findChromium() !== undefined, howToInstall: HOW_TO_INSTALL }, name, body);
}

/** The built demo with its studio, opened in a browser. */
export class Studio {
  /** The page's errors, and its requests to other servers. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly demo: RunningProgram,
    private readonly browser: Browser,
    private readonly page: Page,
    /** `http://127.0.0.1:<port>`. */
    readonly origin: string,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${this.origin}/`)) this.complaints.push(`requested ${request.url()}`);
    });
  }

  /** @param args the demo's arguments */
  static async start(args: readonly string[]): Promise<Studio> {
    const demo = startDemo([...args, ...VERBOSE]);
    // Meanwhile the demo deploys.
    const browser = await launchChromium();
    try {
      const page = await newPage(browser);
      await untilPrinted(demo, /Studio +http:\S+\/\n/);
      const [, origin = ''] = /Studio +(http:\/\/127\.0\.0\.1:\d+)\/$/m.exec(demo.out) ?? [];
      return new Studio(demo, browser, page, origin);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /**
   * Loads the studio again, always in the same page, because opening a new page takes longer than most tests.
   *
   * @param route such as `timeline`, `node/getAccessToken`
   */
  async open(route: string): Promise<Page> {
    const { page } = this;
    await page.unrouteAll();
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${this.origin}/#/${route}`);
    // A change of route alone loads nothing.
    await page.reload();
    await page.locator('main h2').first().waitFor();
    return page;
  }

  /** Opens another, blank page. The caller closes it. */
  async blankPage(): Promise<Page> {
    return newPage(this.browser);
  }

  /** What the demo has printed. */
  get printed(): string {
    return this.demo.out;
  }

  /** The token URL of the demo's authorization server, as the demo prints it. */
  get tokenUrl(): string {
    return /Authorization server +(\S+)/.exec(this.printed)?.[1] ?? '';
  }

  /** Asks the studio's server for the timeline, as a program on this machine could. */
  async timeline(): Promise<TimelineSnapshot> {
    const response = await fetch(`${this.origin}/api/timeline`);
    return (await response.json()) as TimelineSnapshot;
  }

  /** The lives of the bot's token in the timeline. */
  async lives(): Promise<TokenLife[]> {
    const { tokens } = await this.timeline();
    return tokens.find(({ tokenName }) => tokenName === 'accessToken')?.lives ?? [];
  }

  /**
   * Checks that the bot works: more messages are answered, and none has failed.
   *
   * @param page a page that shows the timeline
   */
  async expectGreen(page: Page): Promise<void> {
    const number = async (name: string) => Number(await page.locator(`[data-count="${name}"]`).textContent());
    const before = await number('executions');
    await until('two more messages are answered', async () => (await number('executions')) > before + 1);
    // If a message failed, this shows the demo's own words.
    expect(this.printed.split('\n').filter((line) => line.includes('FAILED'))).toEqual([]);
    expect(await number('failed')).toBe(0);
  }

  /** Ends the demo with Ctrl+C. */
  async end(): Promise<Ended> {
    await this.browser.close();
    this.demo.signal('SIGINT');
    return this.demo.ended;
  }

  /** Ends everything after a failed test. Leaves nothing behind. */
  async kill(): Promise<void> {
    await this.browser.close();
    this.demo.signal('SIGKILL');
  }
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDE });
  context.setDefaultTimeout(HANGS_AFTER_MS);
  return context.newPage();
}

/** Starts a studio for the tests of a `describe`, and ends it afterwards. @returns a function that returns it */
export function useStudio(args: readonly string[]): () => Studio {
  let studio: Studio | undefined;
  beforeAll(async () => {
    studio = await Studio.start(args);
  });
  afterAll(async () => {
    await studio?.kill();
    RunningProgram.killAll();
  });
  return () => {
    if (studio === undefined) throw new Error('The studio has not started.');
    return studio;
  };
}
