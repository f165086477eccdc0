import { testAnyFailures } from '../function/support/any-failures';

testAnyFailures(1);
