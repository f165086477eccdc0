import { describeFuzz } from '../artifacts/support/fuzz';

describeFuzz({ bodies: 10_000, records: 1000, marks: 500 });
