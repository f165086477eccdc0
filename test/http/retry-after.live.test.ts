import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

/** Sunday, 6 November 1994, 08:49:37 UTC: the example of RFC 9110 §5.6.7. */
const EXAMPLE = 784_111_777_000;

// A process reads its time zone when it starts.
test.each(['America/New_York', 'Asia/Kolkata'])('dates are for GMT in the time zone %s', (TZ) => {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, '../../src/http/retry-after.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'retryAfter',
  });
  const script = `${outputFiles[0]?.text ?? ''}
    console.log(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994']
      .map((date) => retryAfter.parseRetryAfter(date, 0)).join());`;
  const env = { ...process.env, TZ };
  const printed = execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
  expect(printed.trim()).toBe([EXAMPLE, EXAMPLE, EXAMPLE].join());
});
