import { useOutcomeWorld } from '../../support/outcome-world';
import { ALL } from './subjects';
import { testWhoseToken } from './whose-token-suite';

testWhoseToken(useOutcomeWorld(), ALL);
