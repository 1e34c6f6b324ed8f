import { bytesOf } from "../values.js";

/** The text that UTF-8 stands for, given as one character a byte. jsdom, in which Jest runs tests, has no TextDecoder. */
function decoded(bytes: string): string {
  if (globalThis.TextDecoder) return new TextDecoder().decode(bytesOf(bytes));
  return decodeURIComponent(bytes.replace(/[^]/g, (c) => "%" + c.charCodeAt(0).toString(16).padStart(2, "0")));
}

/**
 * What a JWT says of itself, decoded and NOT verified (only the server can). undefined for anything that is not a JWT
 * with an object inside. Never throws. Nothing of them can be changed: hooks, snapshots of sessions and tabs share them.
 */
export function claimsOf(token: unknown): Record<string, unknown> | undefined {
  try {
    const body = (token as string).split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    const claims = JSON.parse(decoded(atob(body)), (_, value) => Object.freeze(value));
    if (claims && typeof claims == "object" && !Array.isArray(claims)) return claims;
  } catch (e) {}
}

/**
 * The time of `exp` or `iat` in ms: a NumericDate (RFC 7519, section 2) between the first millisecond and the end of the
 * year 9999. undefined for anything else (0, negative, text, milliseconds, 1e20): the token counts as one without this
 * claim, and the server judges it. client/jwtclaims follows the same rule.
 */
export function dateOf(claim: unknown): number | undefined {
  const ms = typeof claim == "number" ? Math.floor(claim * 1000) : 0;
  return ms >= 1 && ms <= 253_402_300_799_999 ? ms : undefined;
}

type Claims = Record<string, unknown> | undefined;

/** When the token's time is over, in ms since 1970. What the page shows, what the core is told and what tabs share go by it. */
export const expiryOf = (claims: Claims): number | undefined => dateOf(claims?.exp);

/** When the token was issued, in ms since 1970. */
export const issuedOf = (claims: Claims): number | undefined => dateOf(claims?.iat);
