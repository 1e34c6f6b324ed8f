/**
 * Token sources: one per token function, or string and server, however many sockets use it.
 *
 * The core asks a source once at a time (Do.Ask) and gets one answer for it: Op.Token or Op.TokenFailed. An answer that the
 * core does not wait for any more (Do.Cancel, or the source was released) is dropped. With `crossTab` other tabs may answer
 * in place of the function.
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
 * What stands for the user in sockets of the same user. Sockets that share a function log in and out together, wherever they
 * connect. A string, or none, says nothing of the user: for it the server has to be the same, or a token that one socket
 * logs in with would go to another one's server.
 */
const sameUser = (token: TokenOptions["token"], server: string) => (typeof token == "function" ? token : `${server} ${token ?? ""}`);

/** Whose tokens this page has shared: what others asked for before a later connect() is not taken. */
const askedBefore = new Set<string>();

/** What a function threw, or why that cannot be read: the window of another origin and a revoked Proxy throw when they are. */
function readable(threw: unknown): unknown {
  try {
    finalOf(threw);
    void (threw as Error | undefined)?.message;
    return threw;
  } catch (e) {
    return e;
  }
}

/** Who uses a source. */
export interface SourceUser {
  /** Something has happened to its tokens. */
  happened(name: string, fields?: Record<string, unknown>): void;
}

export class Source {
  /** Its number with the core. */
  readonly id: number;
  readonly tokens = new TokenNumbers();
  /** What the function threw last. */
  threw?: unknown;
  /** The refusal that the function is asked to mend. */
  error?: UnauthorizedError;
  /** The token that the server refused: another is wanted. */
  refused?: string;
  /** When the user called reauthenticate(), until the function is asked. ms since 1970. */
  since?: number;
  tabs?: Share;
  /** The token of the user who has logged in by hand, in place of the function's; null: nobody is logged in. */
  given?: string | null;
  /** The sockets that log in with `given` and have not been accepted with it. */
  readonly entering = new Set<SourceUser>();
  /** The sockets that use it. */
  readonly users = new Set<SourceUser>();
  /** Whose tabs share. */
  private _key = "";
  /** The call that is under way: its number, and 0 for none. */
  private _call = 0;
  /** The last call for which the function has really been called. */
  private _begun = 0;
  /** A call whose answer nobody wants any more. */
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

  /** The source of a token function or string, for one more socket, to a server. */
  static of(token: TokenOptions["token"], timeout: number | undefined, user: SourceUser, server: string): Source {
    const same = sameUser(token, server);
    const source = known.get(same) || new Source(token, same, timeout);
    source.users.add(user);
    return source;
  }

  /** A socket uses it no more. */
  leave(user: SourceUser): void {
    this.users.delete(user);
    this.entering.delete(user);
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

  /** The server has accepted a socket's token: nothing is to be mended. */
  accepted(user: SourceUser): void {
    this.entering.delete(user);
    this.error = this.threw = this.refused = undefined;
  }

  // --- A call --------------------------------------------------------------------------------------------------------

  /** Asks for a token. */
  ask(call: number, cause: TokenContext["cause"], attempt: number): void {
    this._call = call;
    const context: TokenContext = { cause, attempt };
    if (cause == "unauthorized" && this.error) context.error = this.error; // another socket may have been refused, too
    const { latest } = this.tokens;
    // A socket that logs in wants the token that another one has got already.
    const wanted = cause == "reconnect" || (this.entering.size && this.given == latest);
    const unwanted = wanted ? undefined : this.refused || latest;
    const since = cause == "connect" ? Date.now() : this.since;
    this.since = undefined;
    this._tell(cause == "refresh" ? "renew" : "ask", { cause, attempt });
    // Later, also for a plain string: what else is connected in this turn of the page shares the answer.
    Promise.resolve()
      .then(() => this._fromTabs(() => this._provide(call, context), unwanted, since, !!this.entering.size && !!this.given && cause != "unauthorized"))
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

  /** A call's answer is not wanted any more. */
  cancel(call: number): void {
    this._cancelled = call;
    if (this._begun != call) return this._failed(call);
    // A function that never returns keeps nobody waiting for longer than the core does.
    this._patience = setTimeout(() => this._returned(call), forTimer(this._timeout ?? TOKEN_TIMEOUT));
  }

  /** Calls the function; not for an answer that nobody wants. */
  private _provide(call: number, context: TokenContext): Answer {
    if (!this._awaits(call)) return;
    this._begun = call;
    const { given, _token: token } = this;
    if (typeof token != "function") return given === undefined ? token : given;
    // The function renews the token that was given, and mends its refusal.
    const over = given && (context.cause == "unauthorized" || (context.cause == "refresh" && given == this.tokens.latest && !this.entering.size));
    if (given !== undefined && !over) return given;
    this.given = undefined;
    return token(context);
  }

  /** Asks the other tabs first, where they share. */
  private _fromTabs(provide: () => Answer, unwanted: string | undefined, since: number | undefined, given: boolean): Answer {
    if (!this.tabs) return provide();
    askedBefore.add(this._key);
    return this.tabs.ask(async () => tokenIn(await provide()), unwanted, since, given); // what is no token is not shared
  }

  /** Whether the core waits for this call. */
  private _awaits(call: number): boolean {
    return this._call == call && sources.get(this.id) == this;
  }

  /** The core gets no token by this call. */
  private _failed(call: number, error?: unknown): void {
    this.threw = error;
    this._tell("token_failed", { message: (error as Error | undefined)?.message });
    control(Op.TokenFailed, this.id, call, finalOf(error)?.reason || Reason.None);
    this._returned(call);
  }

  /** The function has returned, or its time is over. */
  private _returned(call: number): void {
    if (this._call == call) this._call = 0;
    if (this._cancelled == call) clearTimeout(this._patience);
    this._free();
  }

  private _tell(name: string, fields: Record<string, unknown>): void {
    for (const user of this.users) user.happened(name, fields);
  }

  // --- Its end -------------------------------------------------------------------------------------------------------

  /** Nobody uses it and nothing is under way: the core forgets it. */
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
