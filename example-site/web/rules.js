// Numbers that both the session and its picture go by.

/** The reasons that the library gets over by itself. */
export const passing = new Set(["timeout", "unavailable"]);

/** Seconds before the end of a token at which it is renewed; the library's own default. */
export const refreshBefore = 30;
