/** Accepts or refuses tokens, with the messages of socketio-jwt. */
import type { RefusalReason, RefusalWords, RefusedBy } from "../../types/testing.js";
import { isOver } from "./token.js";

export interface Verdict {
  reason: RefusalReason | "other";
  message: string;
  /** What a middleware's error carries beside its message. */
  data: unknown;
  by?: RefusedBy;
}

const words: Record<RefusalReason, [message: string, code: string]> = {
  expired: ["jwt expired", "invalid_token"],
  invalid: ["invalid signature", "invalid_token"],
  missing: ["no token provided", "credentials_required"],
};

/** The refusal for a reason, or with a server's own message. */
export function verdictOf(said: RefusalReason | RefusalWords, by?: RefusedBy): Verdict {
  if (by !== undefined && by != "unauthorized" && by != "connect_error" && !(Number(by) >= 400 && Number(by) < 600))
    throw new TypeError(`FakeServer: refuse() takes "by": "unauthorized", "connect_error", or an HTTP status from 400 to 599, not ${by}`);
  if (said && typeof said == "object" && typeof said.message == "string") {
    const { message, code, data } = said;
    // The code travels in the data.
    const carried = code === undefined ? data : data === undefined ? { message, code } : data && typeof data == "object" && !Array.isArray(data) ? { code, ...data } : data;
    return { reason: "other", message, data: carried, by };
  }
  if (!Object.keys(words).includes(said as string)) throw new TypeError(`FakeServer: refuse() takes "expired", "invalid", "missing", or the server's own words as { message, code, data }, not ${JSON.stringify(said)}`);
  const reason = said as RefusalReason;
  const [message, code] = words[reason];
  return { reason, message, data: { message, code, type: "UnauthorizedError" }, by };
}

/** What the server does about tokens now. */
export class Guard {
  /** Tokens that count as expired, whatever their `exp`. */
  readonly #expired = new Set<string>();
  #refusal?: { verdict: Verdict; left: number };
  #held?: (() => void)[];

  accept(): void {
    this.#refusal = undefined;
    this.#release();
  }

  refuse(verdict: Verdict, times: number): void {
    this.#refusal = { verdict, left: times };
    this.#release();
  }

  /** Verdicts wait until accept() or refuse(). */
  hold(): void {
    this.#held ??= [];
  }

  expire(token: string): void {
    this.#expired.add(token);
  }

  /** How handshakes are refused now, if that is by an HTTP status. */
  get byStatus(): Verdict | undefined {
    const { verdict, left } = this.#refusal || {};
    return left && typeof verdict!.by == "number" ? verdict : undefined;
  }

  /** Calls `told` with the refusal of a token, or with nothing if it is accepted: at once, or after hold() later. */
  judge(token: string | undefined, told: (verdict?: Verdict) => void): void {
    if (this.#held) this.#held.push(() => told(this.verdict(token)));
    else told(this.verdict(token));
  }

  /** The refusal of a token now; undefined if it is accepted. Counts the `times` of refuse(). */
  verdict(token: string | undefined): Verdict | undefined {
    const refusal = this.#refusal;
    if (refusal?.left) {
      refusal.left--;
      return refusal.verdict;
    }
    if (!token) return verdictOf("missing");
    return this.#expired.has(token) || isOver(token) ? verdictOf("expired") : undefined;
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.forEach((judge) => judge());
  }
}
