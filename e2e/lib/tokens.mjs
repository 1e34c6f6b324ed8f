// Tokens of every kind that a page may bring to a server. Secrets are made for the tests and guard nothing.
import jwt from "jsonwebtoken";

export const SECRET = "e2e: the secret that the servers know";
export const OTHER_SECRET = "e2e: a secret that no server knows";
/** Secrets by user, for servers whose secret is a function. */
export const SECRETS = { ada: "e2e: the secret of ada", bob: "e2e: the secret of bob" };

const now = () => Math.floor(Date.now() / 1000);

/** A token that is good for `seconds` (negative: expired since then). */
export function token(claims = {}, seconds = 3600, secret = SECRET) {
  const iat = now() - (seconds < 0 ? 2 * -seconds : 0);
  return jwt.sign({ sub: "ada", iat, exp: now() + seconds, ...claims }, secret, { algorithm: "HS256" });
}

const b64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export const tokens = {
  good: () => token({ name: "Ada Lovelace" }),
  /** Claims that only come through when base64url and UTF-8 are both read right. */
  unicode: () => token({ name: "é€😀 ÿ>?" }),
  expired: () => token({}, -60),
  malformed: () => "not.a-token",
  wronglySigned: () => token({}, 3600, OTHER_SECRET),
  unsigned: () => `${b64({ alg: "none", typ: "JWT" })}.${b64({ sub: "ada", exp: now() + 3600 })}.`,
  missing: () => undefined,
  empty: () => "",
  /** 8 KB: must still fit the request line (Node allows 16 KB of headers). */
  long: () => token({ pad: "x".repeat(5950) }),
  noExpiry: () => jwt.sign({ sub: "ada" }, SECRET),
};
