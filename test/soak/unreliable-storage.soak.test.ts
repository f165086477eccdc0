import { testUnreliableStorage } from '../transformer/support/unreliable-storage';

testUnreliableStorage(1);
