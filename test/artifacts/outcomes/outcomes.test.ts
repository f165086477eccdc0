import { useOutcomeWorld } from '../../support/outcome-world';
import { testAnyAnswer } from './any-answer-suite';
import { testLifetime } from './lifetime-suite';
import { testRedis } from './redis-suite';
import { testServerWords } from './server-words-suite';
import { ALL } from './subjects';
import { testWhoseToken } from './whose-token-suite';
import { testWire } from './wire-suite';

// In one file, as the built files take longer to load than a test to run.
const world = useOutcomeWorld();
testWhoseToken(world, ALL);
testLifetime(world, ALL);
testServerWords(world);
testWire(world, ALL);
testRedis(world);
testAnyAnswer(world, 400);
