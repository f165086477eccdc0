import { testAnyBody } from './support/any-body';

testAnyBody(0.1);
