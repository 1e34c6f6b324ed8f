/**
 * Token sources: one for each token function, or for each token string and server. Several sockets may share a source.
 *
 * The core makes one call at a time (Do.Ask). Each is answered by Op.Token or Op.TokenFailed, unless the core has cancelled
 * it (Do.Cancel) or released the source. With `crossTab` another tab's token may be the answer.
 */
import type { TokenContext, TokenOptions, TokenProvider } from "../../types/index.js";
import { control, defer } from "../bridge/calls.js";
import { forTimer } from "../bridge/clock.js";
import { Do, Op, Reason, causes } from "../bridge/bridge.gen.js";
import { sources } from "../tables.js";
import { share, type Share } from "./crosstab.js";
import { TokenNumbers, tokenIn } from "./numbers.js";
import { finalOf, type UnauthorizedError } from "./refusal.js";

type Answer = ReturnType<TokenProvider>;

/** ms; the default of option `tokenTimeout`. */
const TOKEN_TIMEOUT = 1e4;

/** The sources that the core knows, by sameUser(). */
const known = new Map<unknown, Source>();

/**
 * The key of a source: sockets with the same key belong to the same user. Sockets with the same token function log in and
 * out together, on whichever server. With the same token string, or with none, they must also have the same server:
 * otherwise login(token) of one socket would send that token to another server.
 */
const sameUser = (token: TokenOptions["token"], server: string) => (typeof token == "function" ? token : `${server} ${token ?? ""}`);

/** The keys with which this page has asked other tabs before (ShareOptions.returns). */
const askedBefore = new Set<string>();

/** The value that a token function threw; or, if reading that throws (a window of another origin, a revoked Proxy), the exception. */
function readable(threw: unknown): unknown {
  try {
    finalOf(threw);
    void (threw as Error | undefined)?.message;
    return threw;
  } catch (e) {
    return e;
  }
}

/** A socket's token that uses a source. */
export interface SourceUser {
  /** Gets each event of the source, for the session. */
  happened(name: string, fields?: Record<string, unknown>): void;
}

export class Source {
  /** Its number with the core. */
  readonly id: number;
  readonly tokens = new TokenNumbers();
  /** The last exception of the token function. */
  threw?: unknown;
  /** The last refusal: `error` of the token function's context. */
  error?: UnauthorizedError;
  /** The token that the server refused, so that another one is needed. */
  refused?: string;
  /** When the user called reauthenticate() or login(), ms since 1970; reset by the next call. */
  since?: number;
  tabs?: Share;
  /** The token of login(token), used instead of the function's; null: logged out as a guest. */
  loginToken?: string | null;
  /** The sockets that log in and have not been accepted yet. */
  readonly loggingIn = new Set<SourceUser>();
  /** The sockets that use it. */
  readonly users = new Set<SourceUser>();
  /** The key for sharing with other tabs. */
  private _key = "";
  /** The call that is under way: its number, and 0 for none. */
  private _call = 0;
  /** The last call that has called the function. */
  private _begun = 0;
  /** The last call that the core has cancelled. */
  private _cancelled = 0;
  private _patience?: ReturnType<typeof setTimeout>;

  private constructor(
    private readonly _token: TokenOptions["token"],
    private readonly _user: unknown,
    private readonly _timeout: number | undefined,
  ) {
    this.id = sources.add(this);
    known.set(_user, this);
    control(Op.Source, this.id, _timeout);
  }

  /** The source of a token function or string, which one more socket uses. server: "host:port". */
  static of(token: TokenOptions["token"], timeout: number | undefined, user: SourceUser, server: string): Source {
    const same = sameUser(token, server);
    const source = known.get(same) || new Source(token, same, timeout);
    source.users.add(user);
    return source;
  }

  /** A socket does not use it any more. */
  leave(user: SourceUser): void {
    this.users.delete(user);
    this.loggingIn.delete(user);
    if (this.users.size) return;
    this._close();
    this._free();
  }

  /** Shares tokens with the tabs of `key` from here on. */
  share(key: string, o: TokenOptions): void {
    if (this.tabs) return;
    this._key = key + " " + o.crossTab;
    const { crossTab, tokenTimeout, refreshBefore } = o;
    this.tabs = share(key, { crossTab, tokenTimeout, refreshBefore, returns: askedBefore.has(this._key) });
  }

  /** The server has accepted a socket's token. */
  accepted(user: SourceUser): void {
    this.loggingIn.delete(user);
    this.error = this.threw = this.refused = undefined;
  }

  // --- A call --------------------------------------------------------------------------------------------------------

  /** Asks for a token. */
  ask(call: number, cause: TokenContext["cause"], attempt: number): void {
    this._call = call;
    const context: TokenContext = { cause, attempt };
    if (cause == "unauthorized" && this.error) context.error = this.error; // another socket may have been refused, too
    const { latest } = this.tokens;
    // A socket that logs in may use the token that another socket has just received.
    const wanted = cause == "reconnect" || (this.loggingIn.size && this.loginToken == latest);
    const unwanted = wanted ? undefined : this.refused || latest;
    const since = cause == "connect" ? Date.now() : this.since;
    this.since = undefined;
    this._tell(cause == "refresh" ? "renew" : "ask", { cause, attempt });
    // In a microtask, also for a string, so that other sockets connected in this task share the answer.
    Promise.resolve()
      .then(() => this._fromTabs(() => this._provide(call, context), unwanted, since, !!this.loggingIn.size && !!this.loginToken && cause != "unauthorized"))
      .then((token) => this.tokens.told(token))
      .then(
        (told) => {
          if (!this._awaits(call)) return;
          this.threw = undefined;
          this._tell("token", { missing: !told[0] || undefined, expiresAt: told[3] || undefined });
          control(Op.Token, this.id, call, ...told);
          this._returned(call);
        },
        (e: unknown) => {
          if (this._awaits(call)) this._failed(call, readable(e));
        },
      );
  }

  /** The core does not want the answer of a call any more. */
  cancel(call: number): void {
    this._cancelled = call;
    if (this._begun != call) return this._failed(call);
    // The function may never return, so the call ends after tokenTimeout at the latest.
    this._patience = setTimeout(() => this._returned(call), forTimer(this._timeout ?? TOKEN_TIMEOUT));
  }

  /** Calls the function, unless the call was cancelled. Returns the token of login(token) instead, where there is one. */
  private _provide(call: number, context: TokenContext): Answer {
    if (!this._awaits(call)) return;
    this._begun = call;
    const { loginToken, _token: token } = this;
    if (typeof token != "function") return loginToken === undefined ? token : loginToken;
    // When the token of login(token) is refused or about to expire, the function is asked.
    const over = loginToken && (context.cause == "unauthorized" || (context.cause == "refresh" && loginToken == this.tokens.latest && !this.loggingIn.size));
    if (loginToken !== undefined && !over) return loginToken;
    this.loginToken = undefined;
    return token(context);
  }

  /** Asks the other tabs first, with `crossTab`. */
  private _fromTabs(provide: () => Answer, unwanted: string | undefined, since: number | undefined, ownLogin: boolean): Answer {
    if (!this.tabs) return provide();
    askedBefore.add(this._key);
    return this.tabs.ask(async () => tokenIn(await provide()), unwanted, since, ownLogin); // throws for what is no token, so that it is not shared
  }

  /** Whether the core waits for this call. */
  private _awaits(call: number): boolean {
    return this._call == call && sources.get(this.id) == this;
  }

  /** Tells the core that a call has failed. */
  private _failed(call: number, error?: unknown): void {
    this.threw = error;
    this._tell("token_failed", { message: (error as Error | undefined)?.message });
    control(Op.TokenFailed, this.id, call, finalOf(error)?.reason || Reason.None);
    this._returned(call);
  }

  /** The function has returned, or its deadline has passed. */
  private _returned(call: number): void {
    if (this._call == call) this._call = 0;
    if (this._cancelled == call) clearTimeout(this._patience);
    this._free();
  }

  private _tell(name: string, fields: Record<string, unknown>): void {
    for (const user of this.users) user.happened(name, fields);
  }

  // --- Its end -------------------------------------------------------------------------------------------------------

  /** Releases it at the core, if no socket uses it and no call is under way. */
  private _free(): void {
    if (this.users.size || this._call || sources.get(this.id) != this) return;
    sources.remove(this.id);
    this.forget();
    control(Op.ReleaseSource, this.id);
  }

  /** The core does not know it any more. */
  forget(): void {
    this._close();
    known.delete(this._user);
  }

  private _close(): void {
    this.tabs?.close();
    this.tabs = undefined;
  }
}

defer(Do.Ask, (id, call, attempt, cause) => sources.get(id)?.ask(call, causes[cause]!, attempt));

defer(Do.Cancel, (id, call) => sources.get(id)?.cancel(call));
