/**
 * A socket's token: it takes the server's answers and the user's calls to the core, performs the core's effects (TokenDo),
 * and calls the hooks.
 *
 * Related files: source.ts asks for tokens, ways.ts puts a token into requests and packets, refusals.ts tells refusals from
 * other errors, promises.ts has those of login() and reauthenticate(), acknowledgement.ts keeps the server's callbacks,
 * hooks.ts runs onUnauthorized, leave.ts goes to the login page.
 */
import type { AuthenticatedInfo, TokenOptions } from "../../types/index.js";
import { control, defer } from "../bridge/calls.js";
import { Do, Op, Reason, TokenDo, acceptanceOf, type Acceptance, type TokenEffect, type TokenOptionsFields } from "../bridge/bridge.gen.js";
import { report, safely, type Listener } from "../emitter.js";
import type { Socket } from "../socket.js";
import { forgetUser } from "../socket/acks.js";
import { forgetSession } from "../socket/namespace.js";
import { sendSecretly } from "../socket/outgoing.js";
import { changed } from "../session.js";
import { sockets } from "../tables.js";
import { listen } from "../listen.js";
import { Acknowledgements } from "./acknowledgement.js";
import { claimsOf, expiryOf } from "./claims.js";
import { onLogin } from "./crosstab.js";
import { runUnauthorized } from "./hooks.js";
import { leave } from "./leave.js";
import { hasControl, standsForNone } from "./numbers.js";
import { Promises } from "./promises.js";
import { withoutTokens } from "./redact.js";
import { saidOf, type UnauthorizedError } from "./refusal.js";
import { Refusals } from "./refusals.js";
import { Source, type SourceUser } from "./source.js";
import { Ways } from "./ways.js";

// A page that is being left calls the callbacks that servers wait for.
listen(["pagehide"], () => sockets.all().forEach((s) => s._token?.acknowledge()));

export class Token implements SourceUser {
  /** The server has accepted the token on this connection. */
  accepted = false;
  /** The last argument of onAuthenticated; of a guest, what login() resolves with. */
  info?: AuthenticatedInfo;
  readonly ways: Ways;
  readonly refusals: Refusals;
  readonly promises: Promises;
  /** Set by register(), when the core gets to know its socket. */
  _source!: Source;
  /** Source.loginToken from before the core failed, for the next core. */
  private _loginToken?: string | null;
  /** The releases of the listeners to other tabs. */
  private _unlisten: ((() => void) | undefined)[] = [];
  /** The attempt that is under way has no token. */
  private _tokenless = false;
  /** logout() or a fatal refusal has ended the session: a login in another tab begins the next one. */
  private _ended = false;
  /** The last refusal. */
  private _error?: UnauthorizedError;
  /** The refusal whose onUnauthorized is running. */
  private _hooked?: UnauthorizedError;
  private readonly _callbacks: Acknowledgements;
  /** How many callbacks the server passed with the last refusal. It closes the connection when they are called. */
  private _owed = 0;

  constructor(
    private readonly _socket: Socket,
    private readonly _opts: TokenOptions,
  ) {
    this.ways = new Ways(_opts);
    this.refusals = new Refusals(_opts.classify, this.ways, () => _socket.io._secrets());
    this.promises = new Promises(_socket);
    this._callbacks = new Acknowledgements(() => control(Op.Called, _socket._slot));
  }

  // --- Its life with the core ------------------------------------------------------------------------------------------

  /** Makes its source known to the core. Returns the arguments of Op.SocketWithToken that concern the token. */
  register(): [source: number, ...options: TokenOptionsFields] {
    const { _opts: o, _socket: socket, ways } = this;
    const { io } = socket;
    const isFunction = typeof o.token == "function";
    const source = (this._source = this.refusals.source = Source.of(o.token, o.tokenTimeout, this, this._server()));
    if (this._loginToken !== undefined) source.loginToken = this._loginToken;
    this._loginToken = undefined;
    if (ways.inHandshake) io._bearer ||= socket;
    const key = this._sharedKey();
    if (key) source.share(key, o);
    this._ended = false;
    this._listen(
      source.tabs?.onRefused((reason, _token, nsp) => this._refusedElsewhere(reason, nsp)),
      source.tabs?.onChanged((login, at) => (login ? this._logInAt(at) : this._logOut())),
    );
    return [source.id, ways.bits, isFunction, (o.refreshBefore ?? 30) * 1000, o.authTimeout, !!o.inBandRefresh, !!o.guest];
  }

  /** The core has forgotten its socket. */
  release(): void {
    const { io } = this._socket;
    // The next request carries the token of another socket on this connection.
    if (io._bearer == this._socket) io._bearer = Object.values(io.nsps).find((s) => s._slot >= 0 && s._token?.ways.inHandshake);
    this._listen();
    this._hooked = undefined;
    this._source.leave(this);
    this._rest();
  }

  /** The key for sharing with other tabs, without the text of `crossTab`; undefined: it does not share. */
  private _sharedKey(): string | undefined {
    const { crossTab, token } = this._opts;
    return crossTab && typeof token == "function" ? `socketio-jwt:${this._server()}` : undefined;
  }

  private _server(): string {
    const { hostname, port } = this._socket.io._host;
    return `${hostname}:${port}`;
  }

  /** Ends the present listeners to other tabs and keeps the releases of new ones. */
  private _listen(...ends: ((() => void) | undefined)[]): void {
    for (const end of this._unlisten) end?.();
    this._unlisten = ends;
  }

  /** Called when its socket has come to rest: if its session has ended, listens for a login in another tab. */
  private _rest(): void {
    const key = this._sharedKey();
    if (this._ended && key && this._socket._slot < 0) this._listen(onLogin(key, this._opts.crossTab!, (at) => this._logInAt(at)));
  }

  /** The core has failed. Rejects what waits and forgets what only that core could finish. */
  lost(error: Error): void {
    this._loginToken = this._source.loginToken; // a login() or logout() holds for the next core, too
    this.accepted = false;
    this._hooked = undefined;
    this._callbacks.forget();
    this.promises.reject(error);
  }

  // --- What the user wants ---------------------------------------------------------------------------------------------

  reauthenticate(): Promise<AuthenticatedInfo> {
    return this._again("reauthenticate", Date.now());
  }

  /** The user's login(): with this token, or with the next one of the token function. In this tab, and in all that share. */
  login(token?: string): Promise<AuthenticatedInfo> {
    if (token != null && (typeof token != "string" || hasControl(token)))
      return Promise.reject(new TypeError("login: the token must be a string without line breaks; without a token the token function is asked"));
    this.happened("login");
    this._socket._register(); // at rest it took no part
    const others = this._peers();
    this._source.tabs?.change(true, standsForNone(token) ? undefined : token);
    for (const other of others) other._endOtherSession(); // before this one asks, so that none shares an earlier answer
    const settled = this._logIn(token);
    for (const other of others) other._logIn(token).catch(() => {});
    return settled;
  }

  /** The user's logout(). In this tab, and in all that share. */
  logout(): void {
    this._socket._register(); // at rest it took no part
    const others = this._peers();
    this._source.tabs?.change(false);
    for (const one of [this as Token, ...others]) one._logOut();
  }

  /** Records an event in the session of its socket. */
  happened(name: string, fields?: Record<string, unknown>): void {
    if (name == "ask") this._tokenless = false;
    this._socket._happened(name, fields);
  }

  /** Its tokens, to be cut out of messages. */
  secrets(): string[] {
    return this._source?.tokens.all() || [];
  }

  /** The other sockets with the same source, and so of the same user. */
  private _peers(): Token[] {
    return ([...(this._source?.users || [])] as Token[]).filter((t) => t != this);
  }

  /**
   * Before a login: ends the session, and an attempt that is under way, as both may be another user's. A guest's connection
   * stays: the token will be sent over it.
   */
  private _endOtherSession(): void {
    const { _socket: socket } = this;
    const guest = !this.promises.any && (this._tokenless || socket.session.getSnapshot().status == "guest");
    if (this.accepted || (socket.active && !guest)) this._endSession("another login took its place");
  }

  /** Disconnects the socket and forgets its user. `by` is what the rejected promises of reauthenticate() and login() say. */
  private _endSession(by: string): void {
    this.promises.end(by);
    this._socket.disconnect();
    forgetUser(this._socket);
  }

  /** Logs in with this socket alone. login() does so with each socket of the user. */
  private _logIn(token?: string, since = Date.now()): Promise<AuthenticatedInfo> {
    this._endOtherSession();
    const settled = this._again("login", since);
    this._source.loginToken = token;
    this._source.loggingIn.add(this);
    return settled;
  }

  /** Handles a login in another tab at `since`, ms since 1970. */
  private _logInAt(since: number): void {
    this._logIn(undefined, since).catch(() => {});
  }

  /** Logs out with this socket alone. logout() does so with each socket of the user. */
  private _logOut(): void {
    const { _socket: socket } = this;
    this.happened("logout");
    if (this._source) this._source.loginToken = undefined;
    this._endSession("the user was logged out");
    if (!this._opts.guest) {
      this._ended = true;
      return this._rest();
    }
    socket._register();
    this._source.loginToken = null;
    socket.connect();
  }

  /** Asks for a token and uses it. Tokens that other tabs asked for before `since` (ms since 1970) are not taken. */
  private _again(called: "reauthenticate" | "login", since: number): Promise<AuthenticatedInfo> {
    const { _socket: socket } = this;
    this.begins();
    this._ended = false;
    socket._active = true;
    socket._register();
    const now = socket.session.getSnapshot();
    if (now.status == "idle" || now.status == "refused") socket.session._change(changed(now, "connect"));
    this._source.since = since;
    if (this._source.loginToken === null) this._source.loginToken = undefined;
    return this.promises.add(called, () => control(Op.Reauthenticate, socket._slot));
  }

  /**
   * Handles the user's disconnect(). The next connect() asks the token function, unless other sockets go on with a token
   * from login(). A login in another tab does not connect this socket.
   */
  left(): void {
    this.promises.end("the socket was disconnected");
    this.acknowledge();
    this._loginToken = undefined;
    this._ended = false;
    if (this._socket._slot < 0) this._listen();
    forgetSession(this._socket);
    const source = this._source;
    source?.loggingIn.delete(this);
    if (source?.users.size == 1) source.loginToken = undefined;
  }

  /** Handles the user's connect(). After a refusal that stands, the result of its onUnauthorized is not used any more. */
  begins(): void {
    if (this._socket.session.getSnapshot().status != "refused") return;
    this._hooked = undefined;
    this.refusals.forget();
  }

  /** Calls the callbacks that the server waits for. */
  acknowledge(): void {
    if (this._callbacks.all().length) this.happened("acknowledge");
    this._callbacks.acknowledge();
  }

  // --- What the server says --------------------------------------------------------------------------------------------

  /** Handles an event before its listeners get it. Replaces a callback of the server in `args` by one that calls it once. */
  sees(args: unknown[]): void {
    const { _socket: socket } = this;
    if (args[0] === "authenticated" && this.ways.by("event")) control(Op.Authenticated, socket._slot);
    if (args[0] !== "unauthorized") return;
    const last = args.length - 1;
    const called = typeof args[last] == "function";
    if (called) args[last] = this._callbacks.take(args[last] as Listener);
    const { code, messages, type, reason } = this.refusals.read(saidOf(called && last == 1 ? undefined : args[1], true), true);
    withoutTokens(args, socket.io._secrets());
    control(Op.Unauthorized, socket._slot, code, messages, called, type, reason);
  }

  /** Handles a refusal that another tab has reported. Tells the core by a code that it recognises. */
  private _refusedElsewhere(reason: string, nsp = this._socket._name): void {
    const { _slot: slot } = this._socket;
    // A token expires for all namespaces. "invalid" may be due to a rule of one namespace.
    if (slot < 0 || (reason == "invalid" && nsp != this._socket._name)) return;
    this.refusals.forget();
    const [code, message]: [string, string] = reason == "expired" ? ["invalid_token", "jwt expired"] : [reason == "missing" ? "credentials_required" : "", "refused in another tab"];
    control(Op.Unauthorized, slot, code, message, false, "", Reason.None);
  }

  // --- What the core wants ---------------------------------------------------------------------------------------------

  do(effect: TokenEffect): void {
    const { _socket: socket, _source: source, ways } = this;
    switch (effect[0]) {
      case TokenDo.Use:
        ways.text = source.tokens.text(effect[1]);
        this._tokenless = !ways.text;
        this._resume();
        if (ways.inHandshake) socket.io._bearer = socket;
        return;
      case TokenDo.Authenticate:
        ways.text = source.tokens.text(effect[1]);
        this.happened("authenticate");
        return sendSecretly(socket, "authenticate", ways.event());
      case TokenDo.Accepted: {
        const [, id, ...acceptance] = effect;
        if (socket._leaving) return;
        return this._accept(source.tokens.text(id), acceptanceOf(acceptance));
      }
      case TokenDo.Refused: {
        const [, seq, reason, fatal] = effect;
        return this._refuse(seq, this.refusals.errorFor(reason), !!fatal);
      }
      case TokenDo.Acknowledge:
        this.acknowledge();
        return control(Op.Acknowledged, socket._slot);
      case TokenDo.Expired:
        safely(this._opts.onExpired, null, [this._error]);
        return;
      case TokenDo.Redirect:
        return this._redirect();
      case TokenDo.Settled: {
        const [, ok, reason] = effect;
        if (ok && !socket._leaving) return this.promises.resolve(this.info!);
        return reason ? this.promises.reject(this._error || this.refusals.errorFor(reason)) : this.promises.rejectUnanswered();
      }
    }
  }

  /** Tells the session of an attempt that the core has not announced: after a token from onUnauthorized, or after a refusal. */
  private _resume(): void {
    const { _socket: socket } = this;
    const now = socket.session.getSnapshot();
    // Idle and active: manager.close() was called before the token came.
    if (now.status != "refused" && now.status != "waiting" && !(now.status == "idle" && socket.active)) return;
    socket._active = true;
    this._ended = false;
    socket.session._change(changed(now, "attempt", now as { attempt: number }));
  }

  private _accept(text: string, acceptance: Acceptance): void {
    const { ways } = this;
    ways.text = text;
    this._ended = false;
    this._source.accepted(this);
    this._error = undefined;
    this.refusals.forget();
    if (!text) {
      this._socket._happened("guest");
      this._socket._active = true;
      this.info = { via: ways.via, expiresAt: undefined, claims: undefined, ...acceptance };
      return;
    }
    this.accepted = this._socket._active = true;
    const claims = claimsOf(text);
    const expiry = expiryOf(claims);
    this.info = { via: ways.via, expiresAt: expiry === undefined ? undefined : new Date(expiry), claims, ...acceptance };
    this._socket._happened("authenticated", { ...acceptance, expiresAt: expiry }, { info: { expiresAt: this.info.expiresAt, claims, refreshed: acceptance.refreshed } });
    // A listener may have disconnected just now.
    if (this.accepted) safely(this._opts.onAuthenticated, null, [this.info]);
  }

  /** Runs onUnauthorized and answers with Op.Hook. `seq` is the core's number of this refusal. */
  private _refuse(seq: number, error: UnauthorizedError, fatal: boolean): void {
    const { _socket: socket, _source: source, refusals } = this;
    const { said } = refusals;
    this._error = error;
    this.accepted = false;
    socket._active = !fatal && !socket._leaving;
    this._ended = fatal;
    if (fatal) forgetSession(socket);
    const { reason, code, message } = error;
    socket._happened("refused", { reason, code, message, fatal }, { error, fatal, active: socket.active });
    if (fatal && said) source.tabs?.refuse(error.reason, this.ways.text, said.status ? undefined : socket._name);
    // A refusal of the namespace has already been emitted, by connect_error or `unauthorized`.
    if ((!said || said.status) && !socket.connected) socket.emitReserved("connect_error", error);
    const callbacks = this._callbacks.all();
    this._owed = callbacks.length;
    this._hooked = error;
    runUnauthorized(this._opts.onUnauthorized, error, callbacks, (token) => {
      // The core starts these numbers anew with each session, so a late answer would be taken for the next refusal's.
      if (this._hooked != error) return;
      this._hooked = undefined;
      let told = source.tokens.told();
      try {
        told = source.tokens.told(token);
      } catch (e) {
        report(e);
      }
      refusals.forget();
      control(Op.Hook, socket._slot, seq, ...told);
    });
  }

  private _redirect(): void {
    const { _error: error, _socket: socket } = this;
    if (!error) return;
    const { engine } = socket.io;
    // A page that is left drops what Chromium has not sent yet. Only the server's answer proves that a packet was sent.
    leave(error, this._opts, !!this.info, (go) => (engine ? engine._writer.whenWritten(go, () => this._owed && socket.connected) : go()));
  }
}

defer(Do.Token, (slot, ...effect) => sockets.get(slot)?._token?.do(effect));
