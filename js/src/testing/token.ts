/** Tokens of tests: JSON Web Tokens that no server but this one takes. */
import { claimsOf, expiryOf } from "../auth/claims.js";
import { clock } from "../bridge/clock.js";

const part = (value: unknown): string => {
  const utf8 = unescape(encodeURIComponent(JSON.stringify(value)));
  return btoa(utf8).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

let minted = 0;

/**
 * Each one has another `jti`: a renewed token is another text. It lives by the clock that the client goes by, too, which never
 * goes back: after a test that has moved its fake timers on by hours, a token of the next test is not over already.
 */
export function mint({ expiresIn = 3600, ...claims }: { expiresIn?: number | null; [claim: string]: unknown } = {}): string {
  const iat = Math.floor(clock() / 1000);
  return [{ alg: "none", typ: "JWT" }, { iat, ...(expiresIn === null ? {} : { exp: iat + expiresIn }), jti: `${++minted}`, ...claims }].map(part).join(".") + ".fake";
}

/** The claims of a token, if it is a JWT. */
export const claims = (token: string): Record<string, unknown> | undefined => claimsOf(token) as Record<string, unknown> | undefined;

/** Whether its `exp` has passed. */
export function isOver(token: string): boolean {
  const expiry = expiryOf(claimsOf(token));
  return expiry !== undefined && expiry <= clock();
}
