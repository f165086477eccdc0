import { describeScale } from './support/scale';

describeScale({ isSoak: false });
