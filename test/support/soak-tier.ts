/** Statistics take their time. */
const HANGS_AFTER_MS = 3_600_000;

jest.setTimeout(HANGS_AFTER_MS);
