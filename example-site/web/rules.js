// Numbers that the session and its drawing share.

/** Seconds before the end of a token at which it is renewed; the library's own default. */
export const refreshBefore = 30;
