import { useOutcomeWorld } from '../../support/outcome-world';
import { ALL } from './subjects';
import { testLifetime } from './lifetime-suite';

testLifetime(useOutcomeWorld(), ALL);
