import { testAnyAnswer } from './any-answer';
import * as support from './support';

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

testAnyAnswer(400);
