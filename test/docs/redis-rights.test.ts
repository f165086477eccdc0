import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { REDIS_RIGHTS } from '../support/redis-rights';

test('docs/scale.md names the rights that a Redis user is tested with', () => {
  const text = readFileSync(join(__dirname, '../../docs/scale.md'), 'utf8').replaceAll('\\|', '|');
  const { server, replicated, cluster, sentinel } = REDIS_RIGHTS;
  const more = [replicated, cluster].map((rights) => rights.slice(server.length + 1));
  for (const rights of [server, ...more, sentinel]) expect(text).toContain(`\`${rights}\``);
});
