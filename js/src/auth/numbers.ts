/** Tokens by number: the core knows no other name of a token, and their texts stay here. */
import type { TokenFields } from "../bridge/bridge.gen.js";
import { clock } from "../bridge/clock.js";
import { claimsOf, expiryOf, issuedOf } from "./claims.js";
import { UnauthorizedError } from "./refusal.js";

/** What the core is told where there is no token. */
const NONE: TokenFields = [0, 0, 0, 0];

/** Whether a text has a line break, as at the end of a file, or another character that no token has and no header can carry. */
export const hasControl = (text: string): boolean => /[\0-\x1f\x7f]/.test(text);

/** Whether a text is what a store of texts, as localStorage is, makes of a token that is not there. */
export const standsForNone = (text?: string): boolean => text == "undefined" || text == "null";

/** The token that is given, or nothing. Throws for what cannot be one, in words that do not hold it. */
export function tokenIn(given: unknown): string | undefined {
  if (given == null || given === "") return;
  if (typeof given != "string") throw new TypeError("the token function must return a string, or nothing");
  if (hasControl(given)) throw new TypeError("the token has a line break or another control character: trim() it");
  if (standsForNone(given))
    throw new UnauthorizedError(`the token is the text "${given}": give null, not a text, where there is no token`, { reason: "missing" });
  return given;
}

/** How many tokens are kept. The core asks for the last few only. */
const KEPT = 16;

export class TokenNumbers {
  /** The newest first. */
  private _texts: [number: number, text: string][] = [];

  get latest(): string | undefined {
    return this._texts[0]?.[1];
  }

  /** All that are kept. */
  all(): string[] {
    return this._texts.map(([, text]) => text);
  }

  /** The token with a number; "" for a number that is not kept. */
  text(number: number): string {
    return this._texts.find((t) => t[0] == number)?.[1] || "";
  }

  /** What the core is told of a token: number, when it was received, iat, exp; nothing for none. Throws as tokenIn() does. */
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
