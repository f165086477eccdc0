import { testManyTexts } from '../stores/support/many-texts';

testManyTexts(1);
