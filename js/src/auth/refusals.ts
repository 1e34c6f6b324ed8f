/** The refusals of one socket's token: tells them from a server's other errors, and makes the UnauthorizedError for the hooks. */
import type { TokenOptions } from "../../types/index.js";
import { recognise, textOf } from "../bridge/calls.js";
import { Reason, fatalReasons, reasonTexts, reasons } from "../bridge/bridge.gen.js";
import { safely } from "../emitter.js";
import { withoutTokens } from "./redact.js";
import { UnauthorizedError, finalOf, reasonCalled, saidByStatus, type Recognisable, type Said } from "./refusal.js";
import type { Source } from "./source.js";
import type { Ways } from "./ways.js";

export class Refusals {
  /** What the server said in the last refusal; undefined: nothing, or it has been forgotten. */
  said?: Said;
  /** The token's source, once the core knows it. */
  source!: Source;

  constructor(
    private readonly _classify: TokenOptions["classify"],
    private readonly _ways: Ways,
    /** The tokens to cut out of messages. */
    private readonly _secrets: () => string[],
  ) {}

  /**
   * Returns a server's error as arguments for the core. Option `classify` is asked if the core does not recognise the error.
   * Notes the error if it is a refusal of the token: the caller is `certain`, or the core or `classify` has recognised it.
   */
  read(said: Said, certain: boolean): Recognisable {
    const { _classify: classify, source } = this;
    const { messages, status } = said;
    const [code, type] = [textOf(said.code), textOf(said.type)];
    const known = recognise(code, messages, type, status ?? 0);
    // Only now cut tokens out: a token may be a word by which the core recognises a refusal.
    const { message, data } = withoutTokens(said, this._secrets());
    const says = !known && classify ? safely(classify, null, [{ message, code: said.code, data, status }]) : undefined;
    const reason = fatalReasons.includes(says as never) ? reasonCalled(says) : Reason.None;
    if (known || reason || certain) {
      this.said = said;
      source.refused = this._ways.text;
      source.error = this.errorFor(Reason.Invalid);
    }
    return { code, messages, type, reason };
  }

  /** Reads the HTTP status and the body by which a server has refused a handshake with the token. */
  readStatus(status: number, body: unknown): Recognisable {
    return this.read(saidByStatus(status, body), false);
  }

  /** Forgets what the server said, so that the next error does not repeat it. */
  forget(): void {
    this.said = undefined;
  }

  /** The error for a reason: with the server's message, else the token function's, else ours. */
  errorFor(reason: Reason): UnauthorizedError {
    const { said } = this;
    const { threw } = this.source;
    // If the server has said nothing, the token function may have thrown a final error.
    const meant = said ? undefined : finalOf(threw)?.error;
    const { message, code, data } = meant || said || {};
    return new UnauthorizedError(message || reasonTexts[reason], {
      reason: reasons[reason],
      code,
      data,
      via: this._ways.via,
      cause: meant || reason == Reason.Unavailable ? threw : undefined,
    });
  }
}
