import { describeOneStrangeAnswer } from '../artifacts/support/api-answers';

describeOneStrangeAnswer();
