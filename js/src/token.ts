/** A socket's token, as far as it is the page's: the text, the user's hooks, the acknowledgement and the login page. */
import { claimsOf, expiryOf, issuedOf } from "./claims.js";
import { share, type Share } from "./crosstab.js";
import { report, safely, tell } from "./emitter.js";
import { control, defer, recognise, textOf } from "./bridge/calls.js";
import { clock } from "./bridge/clock.js";
import { Do, Op, TokenDo, refusals, ways } from "./bridge/seam.js";
import { target } from "./redirect.js";
import type { Socket } from "./socket.js";
import { sockets, sources } from "./tables.js";
import { leaveFor, ledHere } from "./trail.js";
import { listen } from "./transport.js";

type Provider = string | ((context: any) => unknown);

/** The sources that the core knows. */
const byToken = new Map<Provider, Source>();

/** Whose tokens this page has shared: what others asked for before a later connect() is not taken. */
const askedBefore = new Set<string>();

/** One per token function or string, however many sockets use it. The core asks it once at a time. */
export class Source {
  readonly _id: number;
  /** How many sockets use it. */
  private _users = 0;
  /** The last few tokens by number, the newest first; the core knows tokens by their numbers only. */
  _texts: [id: number, text: string][] = [];
  /** What the function threw last, and the refusal that it is asked to mend. */
  _threw?: unknown;
  _error?: UnauthorizedError;
  _tabs?: Share;
  /** Whose tabs share. */
  private _key = "";
  /** The token that the server refused or that is about to expire. */
  _old?: string;
  /** When the user called reauthenticate(), until the function is asked. */
  _since?: number;

  constructor(
    readonly _token: Provider,
    private readonly timeout: number,
  ) {
    this._id = sources.add(this);
    byToken.set(_token, this);
    control(Op.Source, this._id, timeout);
  }

  /** The core gets no token by this call. */
  _failed(call: number, error?: unknown): void {
    this._threw = error;
    control(Op.TokenFailed, this._id, call, reasonOf(error));
    this._returned(call);
  }

  /** A call's answer is not wanted any more. */
  _cancel(call: number): void {
    this._cancelled = call;
    if (this._begun != call) return this._failed(call);
    // A function that never returns keeps nobody waiting for longer than the core does.
    this._patience = setTimeout(() => this._returned(call), this.timeout ?? 1e4);
  }

  /** The source of a token function or string, for one more socket. */
  static of(token: Provider, timeout: number): Source {
    const s = byToken.get(token) || new Source(token, timeout);
    s._users++;
    return s;
  }

  /** The call that is under way: its number, and 0 for none. A function is called once at a time. */
  _call = 0;
  /** The last call for which the function has really been called. */
  _begun = 0;
  /** A call whose answer nobody wants any more. */
  _cancelled = 0;
  private _patience?: ReturnType<typeof setTimeout>;

  /** A socket uses it no more. */
  _leave(): void {
    if (--this._users) return;
    this._close();
    this._free();
  }

  /** The function has returned, or its time is over. */
  _returned(call: number): void {
    if (this._call == call) this._call = 0;
    if (this._cancelled == call) clearTimeout(this._patience);
    this._free();
  }

  /** Nobody uses it and nothing is under way. */
  private _free(): void {
    if (this._users || this._call || sources.get(this._id) != this) return;
    sources.remove(this._id);
    this._forget();
    control(Op.ReleaseSource, this._id);
  }

  /** The core does not know it any more. */
  _forget(): void {
    this._close();
    byToken.delete(this._token);
  }

  /** Whether this call is still what the core waits for. */
  _awaits(call: number): boolean {
    return this._call == call && sources.get(this._id) == this;
  }

  /** Shares tokens with other tabs from here on. */
  _share(key: string, o: any): void {
    if (this._tabs) return;
    this._key = key + " " + o.crossTab;
    this._tabs = share(key, { ...o, returns: askedBefore.has(this._key) });
  }

  /** Asks the function, or the other tabs first. */
  _ask(provider: () => any, refused?: string, since?: number): any {
    if (!this._tabs) return provider();
    askedBefore.add(this._key);
    return this._tabs.ask(provider, refused, since);
  }

  _close(): void {
    this._tabs?.close();
    this._tabs = undefined;
  }
}

/** What Go is told of a token: number, when received, iat, exp; nothing for none. */
function known(s: Source, text: unknown): number[] {
  if (text == null || text === "") return [];
  if (typeof text != "string") throw new TypeError("the token function must return a string, or nothing");
  let id = s._texts.find((t) => t[1] === text)?.[0];
  if (!id) s._texts = [[(id = (s._texts[0]?.[0] || 0) + 1), text], ...s._texts.slice(0, 15)];
  const claims = claimsOf(text);
  return [id, clock(), issuedOf(claims) ?? 0, expiryOf(claims) ?? 0];
}

/** A server's no, in the fields by which the core recognises one to the token. */
export interface Said {
  /** What the user gets. */
  message: string;
  code?: unknown;
  data: unknown;
  status?: number;
  type: unknown;
  /** All messages, a line each. */
  messages: string;
}

/**
 * Servers put {message, code, type} into `data`, or (`flat`) beside it, or say only a text; a middleware's error has `data`
 * as it likes.
 */
export function saidOf(raw: any, flat: boolean, status?: number): Said {
  const outer = raw && typeof raw == "object" ? raw : { message: raw };
  const data = outer.data ?? (flat ? outer : undefined);
  const inner: any = data && typeof data == "object" ? data : { code: typeof data == "string" && data != outer.message ? data : undefined };
  const message = textOf(inner.message ?? outer.message);
  return {
    message,
    code: inner.code ?? outer.code,
    data,
    status,
    type: inner.type ?? inner.name ?? outer.type,
    messages: inner.message === undefined || inner == outer ? message : textOf(outer.message) + "\n" + message,
  };
}

export class UnauthorizedError extends Error {
  readonly type = "UnauthorizedError";
  declare readonly reason: string;
  declare readonly code?: string;
  declare readonly data?: unknown;
  declare readonly via: string | string[];
  declare readonly cause?: unknown;

  constructor(message: string, fields: object) {
    super(message);
    this.name = "UnauthorizedError";
    Object.assign(this, fields);
  }
}

/** A page is left once, however many sockets are refused; unless it is still here after a while. */
let leaving = 0;
listen(["pageshow"], () => (leaving = 0));
listen(["pagehide"], () => sockets.all().forEach((s) => s._token?._acknowledge()));

export class Token {
  _accepted = false;
  readonly name: string;
  private _via: any;
  private _bits = 0;
  /** While the core knows of its socket. */
  private _source!: Source;
  /** Ends listening to refusals in other tabs. */
  private _deafen?: () => void;
  private _text = "";
  /** What onAuthenticated got last. */
  _info: any;
  private _error?: UnauthorizedError;
  /** What the server said with its last refusal. */
  private _said?: Said;
  private _callbacks: (() => void)[] = [];
  /** How many callbacks the server passed with the last refusal: acknowledged, it hangs up. */
  private _owed = 0;
  private _waiting: [(info: any) => void, (e: unknown) => void][] = [];

  constructor(readonly _socket: Socket, readonly _opts: any) {
    const o = _opts;
    this.name = o.tokenName || "token";
    for (const way of [].concat((this._via = o.via || "event"))) this._bits |= 1 << ways.indexOf(way);
  }

  /** Makes it known to the core, with its socket. Gives what the core is to know of it. */
  _register(): unknown[] {
    const { _opts: o, _socket: socket } = this;
    const { io } = socket;
    const s = (this._source = Source.of(o.token, o.tokenTimeout));
    if (this._bits & 6) io._bearer ||= socket;
    if (o.crossTab && typeof o.token == "function") {
      const { hostname, port } = io._host;
      s._share(`socketio-jwt:${hostname}:${port}`, o);
    }
    this._deafen = s._tabs?.onRefused((reason) => {
      if (socket._slot < 0) return;
      this._said = undefined;
      // In the words by which the core knows the reason.
      const [code, message] = reason == "expired" ? ["invalid_token", "jwt expired"] : [reason == "missing" ? "credentials_required" : "", "refused in another tab"];
      control(Op.Unauthorized, socket._slot, code, message);
    });
    return [s._id, this._bits, typeof o.token == "function", (o.refreshBefore ?? 30) * 1000, o.authTimeout, o.inBandRefresh];
  }

  /** The core has forgotten its socket. */
  _release(): void {
    const { io } = this._socket;
    if (io._bearer == this._socket) io._bearer = undefined;
    this._deafen?.();
    this._source._leave();
  }

  /** The core is gone, with all that it was about to do. */
  _lost(error: Error): void {
    this._accepted = false;
    this._callbacks = [];
    this._settle(error);
  }

  /** Whether the token travels in the connection's handshake. */
  get _inHandshake(): boolean {
    return !!(this._bits & 6);
  }

  // --- Where the token goes ------------------------------------------------------------------------------------------

  handshake(query: Record<string, any>): void {
    if (this._bits & 2 && this._text) query[this.name] = this._text;
  }

  headers(): Record<string, string> | undefined {
    return this._bits & 4 && this._text ? { Authorization: this._with("Bearer") } : undefined;
  }

  _auth(auth: any): any {
    return this._bits & 8 && this._text ? { ...auth, [this.name]: this._with("") } : auth;
  }

  private _with(scheme: string): string {
    scheme = this._opts.scheme ?? scheme;
    return (scheme && scheme + " ") + this._text;
  }

  // --- What the server says ------------------------------------------------------------------------------------------

  /** Looks at an event before the listeners do. */
  _sees(args: any[]): void {
    if (args[0] === "authenticated" && this._bits & 1) control(Op.Authenticated, this._socket._slot);
    if (args[0] !== "unauthorized") return;
    const last = args.length - 1;
    const answer = args[last];
    const called = typeof answer == "function";
    if (called) {
      const once = (args[last] = (...a: any[]) => {
        const i = this._callbacks.indexOf(once);
        if (i < 0) return;
        this._callbacks.splice(i, 1);
        answer(...a);
        control(Op.Called, this._socket._slot);
      });
      this._callbacks.push(once);
    }
    const { code, messages, type, reason } = this._refusedBy(saidOf(args[1], true), true);
    control(Op.Unauthorized, this._socket._slot, code, messages, called, type, reason);
  }

  /**
   * Gives a server's no in the core's words, with what the option classify says of what nobody can know. Notes it if it is
   * about the token: certainly, by its words, or because classify says so.
   */
  _refusedBy(said: Said, certain: boolean): { code: string; messages: string; type: string; reason: number } {
    const { message, messages, data, status } = said;
    // A message may be nothing but a code: servers 2.x send a middleware's data alone.
    const [code, type] = [textOf(said.code ?? message), textOf(said.type)];
    let about: unknown = recognise(code, messages, type, status);
    let reason = 0;
    if (!about && this._opts.classify) about = reason = Math.max(0, refusals.indexOf(safely(this._opts.classify, null, [{ message, code: said.code, data, status }])));
    if (about || certain) {
      this._said = said;
      this._source._old = this._text;
      this._source._error = this._make(2, "the token was refused");
    }
    return { code, messages, type, reason };
  }

  /** The server has answered the handshake, which carried the token, by an HTTP status. Gives the core's words. */
  _denied(status: number, body: unknown): unknown[] {
    let message: unknown;
    try {
      message = JSON.parse(body as string).message;
    } catch (e) {}
    const said = saidOf({ message: typeof message == "string" ? message : "" }, false, status);
    // Without a word of the server's the error tells of the status.
    const shown = said.message ? said : { ...said, message: `the server answered the handshake with HTTP status ${status}` };
    const { reason } = this._refusedBy({ ...shown, messages: said.messages, code: status == 401 ? "invalid_token" : undefined }, false);
    return [said.messages, reason];
  }

  private _make(reason: number, text: string): UnauthorizedError {
    const said = this._said;
    const meant: any = this._meant;
    return new UnauthorizedError(meant?.message || said?.message || text, {
      reason: refusals[reason],
      code: meant ? meant.code : said?.code,
      data: meant ? meant.data : said?.data,
      via: this._via,
      cause: meant || reason == 5 ? this._source._threw : undefined,
    });
  }

  /** The UnauthorizedError that the token function has thrown, if that is what ended the session. */
  private get _meant(): unknown {
    const { _threw: threw } = this._source;
    return this._said ? undefined : reasonOf(threw) && threw;
  }

  _again(): Promise<any> {
    this._socket._active = true;
    this._socket._register();
    this._source._since = Date.now();
    return new Promise((...both) => {
      this._waiting.push(both);
      control(Op.Reauthenticate, this._socket._slot);
    });
  }

  // --- What Go says --------------------------------------------------------------------------------------------------

  private _use(id: number): string {
    return (this._text = this._source._texts.find((t) => t[0] == id)?.[1] || "");
  }

  _do(what: TokenDo, a: number, b: number, c: number, said: string): void {
    const { _socket: socket, _opts: o, _source: source } = this;
    switch (what) {
      case TokenDo.Use:
        this._use(a);
        if (this._bits & 6) socket.io._bearer = socket;
        return;
      case TokenDo.Authenticate:
        return socket._emitNow("authenticate", { [this.name]: this._use(a) });
      case TokenDo.Accepted: {
        const text = this._use(a);
        const claims = claimsOf(text);
        const expiry = expiryOf(claims);
        source._error = source._threw = source._old = this._said = this._error = undefined;
        this._accepted = socket._active = true;
        const expiresAt = expiry === undefined ? undefined : new Date(expiry);
        this._info = { via: this._via, expiresAt, claims, refreshed: !!b, recovered: !!c };
        return safely(o.onAuthenticated, null, [this._info]);
      }
      case TokenDo.Refused:
        return this._refused(a, this._make(b, said), !!c);
      case TokenDo.Acknowledge:
        this._acknowledge();
        return control(Op.Called, socket._slot, true);
      case TokenDo.Expired:
        return safely(o.onExpired, null, [this._error]);
      case TokenDo.Redirect:
        return this._redirect();
      case TokenDo.Settled:
        this._settle(!a && (b ? this._error || this._make(b, said) : new Error("reauthenticate: the socket was disconnected")));
    }
  }

  /** Whoever waits for reauthenticate() waits no more. */
  _settle(error: unknown): void {
    for (const [resolve, reject] of this._waiting.splice(0)) error ? reject(error) : resolve(this._info);
  }

  /** What the server waits for, if it does. */
  _acknowledge(): void {
    tell(this._callbacks, null, []); // one that throws holds back nothing of what is to follow
  }

  private _refused(seq: number, error: UnauthorizedError, fatal: boolean): void {
    const { _socket: socket, _opts: o, _source: source } = this;
    this._error = error;
    const said = this._said;
    this._accepted = false;
    socket._active = !fatal;
    if (fatal && said) source._tabs?.refuse(error.reason, this._text);
    // What the server said to the namespace has been told by another connect_error, or by `unauthorized`.
    if ((!said || said.status) && !socket.connected) socket.emitReserved("connect_error", error);
    const settle = (token?: unknown) => {
      this._said = undefined;
      control(Op.Hook, socket._slot, seq, ...known(source, typeof token == "string" ? token : ""));
    };
    const callbacks = this._callbacks.slice();
    this._owed = callbacks.length;
    const result = safely(o.onUnauthorized, null, [error, () => callbacks.forEach((answer) => answer())]);
    if (typeof result?.then != "function") return settle(result);
    result.then(settle, (e: unknown) => {
      report(e);
      settle();
    });
  }

  private _redirect(): void {
    const { _opts: o } = this;
    const error = this._error;
    if (!error || !(o.redirectOn || refusals.slice(1, 4)).includes(error.reason) || clock() < leaving) return;
    let to: string | undefined;
    try {
      to = target(o.redirect, error, o);
    } catch (e) {
      report(e);
    }
    if (!to || (!this._info && ledHere(to))) return; // who was accepted in this page has moved on since
    leaving = clock() + 1e4;
    const go = () => {
      leaveFor(to!);
      location.assign(to!);
      if (location.href == to) leaving = 0; // a route of this very page
    };
    const socket = this._socket;
    const { engine } = socket.io;
    // What a page has sent is on the wire for certain when it is answered: leaving, Chromium drops what it has not passed on.
    if (engine) engine._written(go, () => this._owed && socket.connected);
    else go();
  }
}

/** The number of the reason that an UnauthorizedError of the token function's own says; 0: it is none, or none that is final. */
function reasonOf(threw: any): number {
  const reason = threw?.type == "UnauthorizedError" ? refusals.indexOf(threw.reason) : 0;
  return reason > 0 && reason < 4 ? reason : 0;
}

function ask(s: Source, call: number, cause: string, attempt: number): Promise<number[]> {
  const context: any = { cause, attempt };
  if (s._error) context.error = s._error;
  const provider = () => {
    if (!s._awaits(call)) return; // nobody wants the answer: the function is not called
    s._begun = call;
    return typeof s._token == "function" ? s._token(context) : s._token;
  };
  const text = s._texts[0]?.[1];
  const since = cause == "connect" ? Date.now() : s._since;
  s._since = undefined;
  // Later, also for a plain string: what else is connected in this turn of the page shares the answer.
  return Promise.resolve()
    .then(() => s._ask(provider, cause == "reconnect" ? undefined : s._old || text, since))
    .then((token) => known(s, token));
}

defer(Do.Ask, (id, call, attempt, _d, _e, cause) => {
  const s = sources.get(id);
  if (!s) return;
  s._call = call;
  ask(s, call, cause, attempt).then(
    (told) => {
      if (!s._awaits(call)) return;
      s._threw = undefined;
      control(Op.Token, id, call, ...told);
      s._returned(call);
    },
    (e) => s._awaits(call) && s._failed(call, e),
  );
});

defer(Do.Cancel, (id, call) => sources.get(id)?._cancel(call));

defer(Do.Token, (slot, ...said) => sockets.get(slot)?._token?._do(...said));
