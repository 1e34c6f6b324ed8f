import { bytesOf } from "../values.js";

/** Decodes UTF-8, given as one character for each byte. jsdom, in which Jest runs tests, has no TextDecoder. */
function decoded(bytes: string): string {
  if (globalThis.TextDecoder) return new TextDecoder().decode(bytesOf(bytes));
  return decodeURIComponent(bytes.replace(/[^]/g, (c) => "%" + c.charCodeAt(0).toString(16).padStart(2, "0")));
}

/**
 * The claims of a JWT (RFC 7519): decoded and NOT verified, as only the server can. undefined for anything whose payload is
 * no JSON object. Never throws. The result is frozen, because hooks, snapshots and the sharing of tabs refer to it.
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

/** When the token expires (claim `exp`, RFC 7519, section 4.1.4), in ms since 1970; undefined if it has no such date. */
export const expiryOf = (claims: Claims): number | undefined => dateOf(claims?.exp);

/** When the token was issued (claim `iat`, RFC 7519, section 4.1.6), in ms since 1970; undefined if it has no such date. */
export const issuedOf = (claims: Claims): number | undefined => dateOf(claims?.iat);

/**
 * The user of a token: its claim `sub` (RFC 7519, section 4.1.2), to be compared by ===; undefined if it has none. The RFC says
 * that it is a string. Some libraries put an object there, of which the JSON is returned.
 */
export function subjectOf(token: unknown): unknown {
  const sub = claimsOf(token)?.sub;
  return sub && typeof sub == "object" ? JSON.stringify(sub) : sub;
}
