import { testAnyAnswer } from '../artifacts/outcomes/any-answer-suite';
import { useOutcomeWorld } from '../support/outcome-world';

testAnyAnswer(useOutcomeWorld(), 10_000);
