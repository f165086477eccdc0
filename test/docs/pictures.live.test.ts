import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { OFTEN_DUE } from '../artifacts/support/demo';
import { describeWithChromium } from '../artifacts/support/studio';
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

  test('the diagram is the one of its text', () => {
    const read = (folder: string): string => readFileSync(join(folder, 'architecture.svg'), 'utf8');
    expect(read(made)).toBe(read(KEPT));
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
