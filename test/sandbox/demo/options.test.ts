import { readOptions } from '../../../tools/sandbox/demo/options';

const QUIET = { open: false, verbose: false };

describe('the options of the demo', () => {
  test('left out: time to watch and to mend for those who look on, the usual percentage for a check', () => {
    expect(readOptions([])).toEqual({ ...QUIET, once: false, seconds: 60, chain: true, lifetime: 30, percent: 60 });
    expect(readOptions(['--once'])).toEqual({ ...QUIET, once: true, seconds: 60, chain: true, lifetime: 12, percent: 90 });
  });

  test('given', () => {
    expect(readOptions(['--seconds', '7.5', '--no-chain', '--lifetime', '3600', '--percent', '1', '--open', '--verbose'])).toEqual({
      once: false,
      seconds: 7.5,
      chain: false,
      lifetime: 3600,
      percent: 1,
      open: true,
      verbose: true,
    });
    expect(readOptions(['--help', '--seconds', '0'])).toBe('help');
  });

  test.each([
    ['--seconds', '4.9'],
    ['--seconds', 'long'],
    ['--lifetime', '4'],
    ['--lifetime', '3601'],
    ['--lifetime', '12.5'],
    ['--percent', '0'],
    ['--percent', '100'],
    ['--percent', 'all'],
  ])('%s %s is refused, with what is right', (name, value) => {
    const read = readOptions([name, value]);
    expect(read).toEqual({ problem: expect.stringMatching(new RegExp(`^${name} takes a .*not "${value}"$`)) as string });
  });

  test.each([['--unknown'], ['more'], ['--seconds']])('%s is refused', (...args) => {
    expect(readOptions(args)).toHaveProperty('problem');
  });
});
