import { testAnyAnswer } from '../nodes/any-answer';
import * as support from '../nodes/support';

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('../nodes/support').transportModule);
support.useWorld();

testAnyAnswer(10_000);
