/**
 * Orders the test files so that the longest ones begin first. Otherwise workers would wait for one of them at the end. Jest
 * knows the times only from its cache; in a fresh clone, it goes by file size.
 */
const { existsSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

const ROOT = join(__dirname, '../..');

/** The longest first. The ten slowest files, which each run prints, belong here. */
const LONG = [
  'test/docs/pages.live.test.ts',
  'test/artifacts/studio/studio.live.test.ts',
  'test/artifacts/studio/healing.live.test.ts',
  'test/artifacts/release.live.test.ts',
  'test/artifacts/redis-chaos.live.test.ts',
  'test/artifacts/network-faults.live.test.ts',
  'test/artifacts/demo.live.test.ts',
  'test/artifacts/redis-places.live.test.ts',
  'test/artifacts/refresh-by-flow.live.test.ts',
  'test/artifacts/status-redis.live.test.ts',
  'test/artifacts/self-healing.live.test.ts',
  'test/docs/pictures.live.test.ts',
  'test/stores/redis-failover.live.test.ts',
  'test/artifacts/authorize.live.test.ts',
  'test/artifacts/scale.live.test.ts',
  'test/artifacts/redis-fail-over.live.test.ts',
  'test/docs/first-walk.live.test.ts',
  'test/artifacts/lean-bundle.live.test.ts',
  'test/artifacts/certificates.live.test.ts',
  'test/stores/redis-rights.live.test.ts',
  'test/artifacts/additions.live.test.ts',
  'test/artifacts/deploy.live.test.ts',
  'test/artifacts/init.live.test.ts',
  'test/artifacts/chaos.live.test.ts',
  'test/artifacts/deploy-crash.live.test.ts',
  'test/artifacts/deploy-changes.live.test.ts',
  'test/artifacts/deploy-faults.live.test.ts',
  'test/artifacts/secrets-at-rest.live.test.ts',
  'test/artifacts/outcomes/outcomes.test.ts',
  'test/artifacts/alert.test.ts',
  'test/artifacts/chain.test.ts',
  'test/artifacts/ways/matrix.test.ts',
  'test/artifacts/extension.test.ts',
  'test/artifacts/stampede.test.ts',
  'test/artifacts/transformer.test.ts',
];

module.exports = class LongestFirst extends Sequencer {
  constructor(...options) {
    super(...options);
    const missing = LONG.filter((file) => !existsSync(join(ROOT, file)));
    if (missing.length > 0) throw new Error(`test/support/longest-first.cjs names files that are not there: ${missing.join(', ')}`);
  }

  sort(tests) {
    const rank = ({ path }) => {
      const index = LONG.indexOf(relative(ROOT, path).replaceAll(sep, '/'));
      return index < 0 ? LONG.length : index;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
