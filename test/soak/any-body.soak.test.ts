import { testAnyBody } from '../transformer/support/any-body';

testAnyBody(1);
