import { describeScale } from '../artifacts/support/scale';

describeScale({ isSoak: true });
