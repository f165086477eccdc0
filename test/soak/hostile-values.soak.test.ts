import { testHostileValues } from '../transformer/support/hostile-values';

testHostileValues(1);
