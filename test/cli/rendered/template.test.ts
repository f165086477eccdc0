import { rmSync, writeFileSync } from 'node:fs';

import { smallestConfiguration, Workshop } from '../support';

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
});
afterEach(() => {
  workshop.remove();
});

test('a template that is not there is a failure that says what to do', async () => {
  rmSync(workshop.path('function.ts'));
  const { code, out, err } = await workshop.render('function', smallestConfiguration());
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe(`${workshop.path('function.ts')} can't be read (ENOENT).\nInstall access-token-cli again. In a checkout, run ./build.sh first.\n`);
});

test('so is one that is no template', async () => {
  writeFileSync(workshop.path('function.ts'), '');
  const { code, err } = await workshop.render('function', smallestConfiguration());
  expect({ code, err }).toEqual({ code: 1, err: 'function.ts has no configuration block.\nInstall access-token-cli again. In a checkout, run ./build.sh first.\n' });
});
