// Numbers that both the session and its picture go by.

/** Seconds before the end of a token at which it is renewed; the library's own default. */
export const refreshBefore = 30;
