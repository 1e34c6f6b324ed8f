/** Tokens by number: the core knows no other name of a token, and their texts stay here. */
import type { TokenFields } from "../bridge/bridge.gen.js";
import { clock } from "../bridge/clock.js";
import { claimsOf, expiryOf, issuedOf } from "./claims.js";

/** What the core is told where there is no token. */
const NONE: TokenFields = [0, 0, 0, 0];

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

  /** What the core is told of a token: number, when it was received, iat, exp; nothing for none. Throws for what is no token. */
  told(text: unknown): TokenFields {
    if (text == null || text === "") return NONE;
    if (typeof text != "string") throw new TypeError("the token function must return a string, or nothing");
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
