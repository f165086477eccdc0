import { useOutcomeWorld } from '../../support/outcome-world';
import { ALL } from './subjects';
import { testWire } from './wire-suite';

testWire(useOutcomeWorld(), ALL);
