/** Everything that a node does is over after this, milliseconds, well within the platform's 20 s. */
export const TIME_BUDGET_MS = 13_500;
