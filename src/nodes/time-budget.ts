/** A node finishes all its work within this, milliseconds, well within the platform's 20 s. */
export const TIME_BUDGET_MS = 13_500;
