/** Tokens of tests: JSON Web Tokens that only the fake server accepts. */
import { claimsOf, expiryOf } from "../auth/claims.js";
import { clock } from "../bridge/clock.js";

const part = (value: unknown): string => {
  const utf8 = unescape(encodeURIComponent(JSON.stringify(value)));
  return btoa(utf8).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

let minted = 0;

/**
 * Each token has another `jti`, so a renewed token is another text. Its times are of the client's clock, which never goes
 * back: a token is valid even after a test that has moved its fake timers on by hours.
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
