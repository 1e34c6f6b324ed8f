import { fromBase64 } from "./values.js";

/**
 * What a JWT says of itself, decoded and NOT verified (only the server can). undefined for anything that is not a JWT
 * with an object inside. Never throws.
 */
export function claimsOf(token: unknown): Record<string, unknown> | undefined {
  try {
    const body = (token as string).split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    const claims = JSON.parse(new TextDecoder().decode(fromBase64(body)));
    if (claims && typeof claims == "object" && !Array.isArray(claims)) return claims;
  } catch (e) {}
}
