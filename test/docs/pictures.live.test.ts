import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { OFTEN_DUE } from '../artifacts/support/demo';
import { describeWithChromium } from '../artifacts/support/studio';
import { launchChromium } from '../support/chromium.cjs';
import { ROOT } from './support/readme';

const KEPT = join(ROOT, 'docs/pictures');
/** They are in everybody's clone. */
const LARGEST_BYTES = 160 * 1024;
/** Only ends what hangs. */
const HANGS_AFTER_MS = 600_000;
/** A picture with nothing on it is packed to a small part of a form's size. */
const LEAST_PART = 0.5;
/** Fonts differ from machine to machine, and so does the length of the list of events. */
const TOLERANCE = 0.25;

/** Width and height, from a PNG's first chunk. */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

/** Of a colour as `rgb(…)`, 0 to 255. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}

describeWithChromium('the pictures', () => {
  let made: string;

  beforeAll(() => {
    made = mkdtempSync(join(tmpdir(), 'access-token-pictures-'));
    const command = [join(ROOT, 'tools/build/pictures.mjs'), '--out', made, ...OFTEN_DUE];
    execFileSync(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'], timeout: HANGS_AFTER_MS });
  }, HANGS_AFTER_MS);
  afterAll(() => rmSync(made, { recursive: true, force: true }));

  test('one command makes all of them', () => {
    const kept = readdirSync(KEPT).filter((file) => !file.endsWith('.dot'));
    expect(readdirSync(made).sort()).toEqual(kept.sort());
  });

  test.each(['architecture.svg', 'flow.svg'])('%s is what is drawn today, with words for those who read it, and has dark colours', async (file) => {
    const read = (folder: string): string => readFileSync(join(folder, file), 'utf8');
    expect(read(made)).toBe(read(KEPT));
    // What only our own texts need to know.
    expect(read(made)).not.toMatch(/\b(?:hops?|beat|lease|checkout|commit)\b/);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ colorScheme: 'light' });
      await page.setContent(read(made));
      const colours = () => page.evaluate<string[]>("[...document.querySelectorAll('svg text')].map((text) => getComputedStyle(text).fill)");
      const light = await colours();
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await colours();
      expect(light.length).toBeGreaterThan(5);
      expect(light.filter((colour, index) => brightness(colour) > 120 || brightness(dark[index] ?? '') < 150)).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test.each(readdirSync(KEPT).filter((file) => file.endsWith('.png')))('%s is small, and shows as much as the one that is kept', (file) => {
    const kept = readFileSync(join(KEPT, file));
    expect(kept.length).toBeLessThan(LARGEST_BYTES);
    const [width, height] = sizeOf(kept);
    const remade = readFileSync(join(made, file));
    const [newWidth, newHeight] = sizeOf(remade);
    expect(remade.length).toBeGreaterThan(kept.length * LEAST_PART);
    expect(newWidth).toBe(width);
    expect(Math.abs(newHeight - height)).toBeLessThan(height * TOLERANCE);
  });
});
