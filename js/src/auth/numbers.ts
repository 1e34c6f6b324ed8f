/** Tokens by number. The core knows a token by its number only; the text stays here. */
import type { TokenFields } from "../bridge/bridge.gen.js";
import { clock } from "../bridge/clock.js";
import { claimsOf, expiryOf, issuedOf } from "./claims.js";
import { UnauthorizedError } from "./refusal.js";

/** The fields that tell the core that there is no token. */
const NONE: TokenFields = [0, 0, 0, 0];

/** Whether a text has a control character, such as a line break. No token has one, and no HTTP header can carry one. */
export const hasControl = (text: string): boolean => /[\0-\x1f\x7f]/.test(text);

/** Whether a text is "undefined" or "null": localStorage turns a missing token into these. */
export const standsForNone = (text?: string): boolean => text == "undefined" || text == "null";

/** The token that a token function gave, undefined for none. Throws for anything else, with a message that does not quote it. */
export function tokenIn(given: unknown): string | undefined {
  if (given == null || given === "") return;
  if (typeof given != "string") throw new TypeError("the token function must return a string, or nothing");
  if (hasControl(given)) throw new TypeError("the token has a line break or another control character: trim() it");
  if (standsForNone(given))
    throw new UnauthorizedError(`the token is the text "${given}": give null, not a text, where there is no token`, { reason: "missing" });
  return given;
}

/** How many tokens are kept. The core refers to the last few only. */
const KEPT = 16;

export class TokenNumbers {
  /** The newest first. */
  private _texts: [number: number, text: string][] = [];

  get latest(): string | undefined {
    return this._texts[0]?.[1];
  }

  /** All tokens that are kept, the newest first. */
  all(): string[] {
    return this._texts.map(([, text]) => text);
  }

  /** The token with a number; "" for a number that is not kept. */
  text(number: number): string {
    return this._texts.find((t) => t[0] == number)?.[1] || "";
  }

  /** The fields that tell the core about a token: its number, when it was received, iat, exp (ms). Throws as tokenIn() does. */
  told(given?: unknown): TokenFields {
    const text = tokenIn(given);
    if (!text) return NONE;
    const claims = claimsOf(text);
    return [this._number(text), clock(), issuedOf(claims) ?? 0, expiryOf(claims) ?? 0];
  }

  private _number(text: string): number {
    const known = this._texts.find((t) => t[1] === text);
    if (known) return known[0];
    const number = (this._texts[0]?.[0] || 0) + 1;
    this._texts = [[number, text], ...this._texts.slice(0, KEPT - 1)];
    return number;
  }
}
