/** Everything a node does ends within this, milliseconds, well before the platform's 20 s. */
export const TIME_BUDGET_MS = 13_500;
