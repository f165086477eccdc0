import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import type { TimelineSnapshot } from '../../../src/sandbox/studio/wire';
import { DIST } from '../../support/artifact-platform';
import { findChromium, HOW_TO_INSTALL, launchChromium } from '../../support/chromium.cjs';
import { RunningProgram } from './command-line';
import type { Ended } from './command-line';

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 380, height: 800 };

/**
 * Groups tests that need a browser. Without one they are skipped, with a line that says what to install; where the
 * environment says `CI=true` they fail.
 */
export function describeWithChromium(name: string, body: () => void): void {
  if (findChromium() !== undefined) {
    describe(name, body);
    return;
  }
  if (process.env['CI'] === 'true') {
    test(`${name}: needs Chromium`, () => {
      throw new Error(HOW_TO_INSTALL);
    });
    return;
  }
  process.stderr.write(`\n*** TESTS SKIPPED (${name}): ${HOW_TO_INSTALL}\n\n`);
  describe.skip(name, body);
}

/** The built demo with its studio, and a browser. */
export class Studio {
  /** What the page complained of: errors, and requests to anywhere else. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly demo: RunningProgram,
    private readonly browser: Browser,
    /** `http://127.0.0.1:<port>`. */
    readonly origin: string,
  ) {}

  /** @param args of the demo */
  static async start(...args: string[]): Promise<Studio> {
    const browser = await launchChromium();
    try {
      const demo = new RunningProgram([join(DIST, 'demo.js'), ...args]);
      await demo.expect('and break things.');
      const [, origin = ''] = /Studio +(http:\/\/127\.0\.0\.1:\d+)\/$/m.exec(demo.out) ?? [];
      return new Studio(demo, browser, origin);
    } catch (error) {
      await browser.close();
      RunningProgram.killAll();
      throw error;
    }
  }

  /** @param route such as `timeline`, `node/getAccessToken` */
  async open(route: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.blankPage(options);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${this.origin}/`)) this.complaints.push(`requested ${request.url()}`);
    });
    await page.goto(`${this.origin}/#/${route}`);
    await page.locator('main h2').first().waitFor();
    return page;
  }

  /** A page that is not on the studio. */
  async blankPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: WIDE, ...options });
    context.setDefaultTimeout(20_000);
    return context.newPage();
  }

  /** What the demo has printed. */
  get printed(): string {
    return this.demo.out;
  }

  /** What the studio's server says, asked as a program on this machine asks. */
  async timeline(): Promise<TimelineSnapshot> {
    const response = await fetch(`${this.origin}/api/timeline`);
    return (await response.json()) as TimelineSnapshot;
  }

  /** Ctrl+C. */
  async end(): Promise<Ended> {
    await this.browser.close();
    this.demo.signal('SIGINT');
    return this.demo.ended;
  }

  /** When the test has failed: nothing stays behind. */
  async kill(): Promise<void> {
    await this.browser.close();
    RunningProgram.killAll();
  }
}
