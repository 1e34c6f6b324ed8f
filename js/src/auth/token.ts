/**
 * A socket's token: what the server says to it, what the core wants done about that, and the user who hears of it.
 *
 * Who does what: source.ts asks for tokens, ways.ts says where a token stands in what is sent, refusal.ts reads a server's no,
 * acknowledgement.ts keeps the server's callbacks, hooks.ts runs the user's, leave.ts goes to the login page.
 */
import type { AuthenticatedInfo, TokenOptions } from "../../types/index.js";
import { control, defer, recognise, textOf } from "../bridge/calls.js";
import { Do, Op, Reason, TokenDo, acceptanceOf, fatalReasons, reasonTexts, reasons, type Acceptance, type TokenEffect, type TokenOptionsFields } from "../bridge/bridge.gen.js";
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
import { withoutTokens } from "./redact.js";
import { UnauthorizedError, finalOf, reasonCalled, saidByStatus, saidOf, type Recognisable, type Said } from "./refusal.js";
import { Source, type SourceUser } from "./source.js";
import { Ways } from "./ways.js";

/** Who waits for reauthenticate() or login(). */
interface Waiting {
  readonly called: "reauthenticate" | "login";
  readonly resolve: (info: AuthenticatedInfo) => void;
  readonly reject: (e: unknown) => void;
  /** What the user has done that ends it. */
  ended?: string;
}

// The callbacks that a server waits for are called before the page goes.
listen(["pagehide"], () => sockets.all().forEach((s) => s._token?.acknowledge()));

export class Token implements SourceUser {
  /** The server has accepted the token on this connection. */
  accepted = false;
  /** What onAuthenticated got last. */
  info?: AuthenticatedInfo;
  readonly ways: Ways;
  /** While the core knows of its socket. */
  private _source!: Source;
  /** Source.given of the core before this one, which has failed. */
  private _given?: string | null;
  /** End listening to other tabs. */
  private _deafen: ((() => void) | undefined)[] = [];
  /** The attempt that is under way has no token. */
  private _tokenless = false;
  /** The session was ended by logout() or by a refusal that stands: a login in another tab begins the next one. */
  private _ended = false;
  /** The last refusal. */
  private _error?: UnauthorizedError;
  /** What the server said with it. */
  private _said?: Said;
  /** The refusal for whose hook the core waits. */
  private _hooked?: UnauthorizedError;
  private readonly _callbacks: Acknowledgements;
  /** How many callbacks the server passed with the last refusal: acknowledged, it hangs up. */
  private _owed = 0;
  private _waiting: Waiting[] = [];

  constructor(
    private readonly _socket: Socket,
    private readonly _opts: TokenOptions,
  ) {
    this.ways = new Ways(_opts);
    this._callbacks = new Acknowledgements(() => control(Op.Called, _socket._slot));
  }

  // --- Its life with the core ------------------------------------------------------------------------------------------

  /** Makes its source known to the core. Gives what the core is to know of it along with its socket. */
  register(): [source: number, ...options: TokenOptionsFields] {
    const { _opts: o, _socket: socket, ways } = this;
    const { io } = socket;
    const isFunction = typeof o.token == "function";
    const source = (this._source = Source.of(o.token, o.tokenTimeout, this, this._server()));
    if (this._given !== undefined) source.given = this._given;
    this._given = undefined;
    if (ways.inHandshake) io._bearer ||= socket;
    const key = this._sharedKey();
    if (key) source.share(key, o);
    this._ended = false;
    this._listen(
      source.tabs?.onRefused((reason, _token, nsp) => this._refusedElsewhere(reason, nsp)),
      source.tabs?.onChanged((login, at) => (login ? this._enterAt(at) : this._leaveUser())),
    );
    return [source.id, ways.bits, isFunction, (o.refreshBefore ?? 30) * 1000, o.authTimeout, !!o.inBandRefresh, !!o.guest];
  }

  /** The core has forgotten its socket. */
  release(): void {
    const { io } = this._socket;
    // Requests of the others go on carrying the token.
    if (io._bearer == this._socket) io._bearer = Object.values(io.nsps).find((s) => s._slot >= 0 && s._token?.ways.inHandshake);
    this._listen();
    this._hooked = undefined;
    this._source.leave(this);
    this._rest();
  }

  /** With whom it shares, beside the text of `crossTab`; undefined: with no other tab. */
  private _sharedKey(): string | undefined {
    const { crossTab, token } = this._opts;
    return crossTab && typeof token == "function" ? `socketio-jwt:${this._server()}` : undefined;
  }

  private _server(): string {
    const { hostname, port } = this._socket.io._host;
    return `${hostname}:${port}`;
  }

  /** Listens to other tabs in these ways, and in no other. */
  private _listen(...ends: ((() => void) | undefined)[]): void {
    for (const end of this._deafen) end?.();
    this._deafen = ends;
  }

  /** At rest it takes no part in the sharing. It waits for a login in another tab if its session was ended. */
  private _rest(): void {
    const key = this._sharedKey();
    if (this._ended && key && this._socket._slot < 0) this._listen(onLogin(key, this._opts.crossTab!, (at) => this._enterAt(at)));
  }

  /** The core is gone, with all that it was about to do. */
  lost(error: Error): void {
    this._given = this._source.given; // whoever has logged in or out by hand has done so for the next core, too
    this.accepted = false;
    this._hooked = undefined;
    this._callbacks.forget();
    this.settle(error);
  }

  // --- What the user wants ---------------------------------------------------------------------------------------------

  reauthenticate(): Promise<AuthenticatedInfo> {
    return this._again("reauthenticate", Date.now());
  }

  /** Another user, by a token that is given or by the function's next one: in this tab, and in all that share. */
  login(token?: string): Promise<AuthenticatedInfo> {
    if (token != null && (typeof token != "string" || hasControl(token)))
      return Promise.reject(new TypeError("login: the token must be a string without line breaks; without a token the token function is asked"));
    this.happened("login");
    this._socket._register(); // at rest it took no part
    const others = this._peers();
    this._source.tabs?.change(true, standsForNone(token) ? undefined : token);
    for (const other of others) other._endOther(); // none asks for what this one may share
    const settled = this._enter(token);
    for (const other of others) other._enter(token).catch(() => {});
    return settled;
  }

  /** No user: the same for the end of a session. */
  logout(): void {
    this._socket._register(); // at rest it took no part
    const others = this._peers();
    this._source.tabs?.change(false);
    for (const one of [this as Token, ...others]) one._leaveUser();
  }

  /** What has happened to its token is the session's to tell. */
  happened(name: string, fields?: Record<string, unknown>): void {
    if (name == "ask") this._tokenless = false;
    this._socket._happened(name, fields);
  }

  /** The tokens that no text may hold. */
  secrets(): string[] {
    return this._source?.tokens.all() || [];
  }

  /** The other sockets with the same source: they are the same user's. */
  private _peers(): Token[] {
    return ([...(this._source?.users || [])] as Token[]).filter((t) => t != this);
  }

  /**
   * Another user's session is over, and so is an attempt that may be another user's: nothing of it is used. A guest's
   * connection stays, and gets the token.
   */
  private _endOther(): void {
    const { _socket: socket } = this;
    const guest = !this._waiting.length && (this._tokenless || socket.session.getSnapshot().status == "guest");
    if (this.accepted || (socket.active && !guest)) this._endUser("another login took its place");
  }

  private _endUser(by: string): void {
    this._endWaiting(by);
    this._socket.disconnect();
    forgetUser(this._socket);
  }

  private _enter(token?: string, since = Date.now()): Promise<AuthenticatedInfo> {
    this._endOther();
    const settled = this._again("login", since);
    this._source.given = token;
    this._source.entering.add(this);
    return settled;
  }

  /** The same for a login in another tab. */
  private _enterAt(since: number): void {
    this._enter(undefined, since).catch(() => {});
  }

  private _leaveUser(): void {
    const { _socket: socket } = this;
    this.happened("logout");
    if (this._source) this._source.given = undefined;
    this._endUser("the user was logged out");
    if (!this._opts.guest) {
      this._ended = true;
      return this._rest();
    }
    socket._register();
    this._source.given = null;
    socket.connect();
  }

  /** Asks anew. What other tabs have asked for before `since` does not count. */
  private _again(called: Waiting["called"], since: number): Promise<AuthenticatedInfo> {
    const { _socket: socket } = this;
    this.begins();
    this._ended = false;
    socket._active = true;
    socket._register();
    const now = socket.session.getSnapshot();
    if (now.status == "idle" || now.status == "refused") socket.session._change(changed(now, "connect"));
    this._source.since = since;
    if (this._source.given === null) this._source.given = undefined;
    return new Promise((resolve, reject) => {
      this._waiting.push({ called, resolve, reject });
      control(Op.Reauthenticate, socket._slot);
    });
  }

  /** Whoever waits for reauthenticate() or login() waits no more. */
  settle(error?: unknown): void {
    for (const { resolve, reject } of this._waiting.splice(0)) error ? reject(error) : resolve(this.info!);
  }

  /** The same where nobody has refused: the user has ended it, or the connection is not there. */
  settleUnanswered(): void {
    const { io, session } = this._socket;
    const cause = session.getSnapshot().error || io._error;
    for (const { called, reject, ended } of this._waiting.splice(0)) {
      const error = new Error(`${called}: ${ended || "the connection did not open, was refused, or was lost"}`);
      reject(ended || !cause ? error : Object.assign(error, { cause }));
    }
  }

  /** The user ends what is waited for. The core says when it is over. */
  private _endWaiting(by: string): void {
    for (const w of this._waiting) w.ended ??= by;
  }

  /**
   * The user has disconnected. Whoever connects next is asked for by the function, unless the session of the others goes on;
   * no login in another tab connects this one again.
   */
  left(): void {
    this._endWaiting("the socket was disconnected");
    this.acknowledge();
    this._given = undefined;
    this._ended = false;
    if (this._socket._slot < 0) this._listen();
    forgetSession(this._socket);
    const source = this._source;
    source?.entering.delete(this);
    if (source?.users.size == 1) source.given = undefined;
  }

  /** The user begins anew. A refusal that stands is over: its hook is not waited for, and gives no token any more. */
  begins(): void {
    if (this._socket.session.getSnapshot().status != "refused") return;
    this._hooked = undefined;
    this.forgetSaid();
  }

  /** What the server has said of a token that is over is not said of the next one. */
  forgetSaid(): void {
    this._said = undefined;
  }

  /** Calls what the server waits for, if it does. */
  acknowledge(): void {
    if (this._callbacks.all().length) this.happened("acknowledge");
    this._callbacks.acknowledge();
  }

  // --- What the server says --------------------------------------------------------------------------------------------

  /** Looks at an event before the listeners do, and puts the callback that they get in place of the server's. */
  sees(args: unknown[]): void {
    const { _socket: socket } = this;
    if (args[0] === "authenticated" && this.ways.by("event")) control(Op.Authenticated, socket._slot);
    if (args[0] !== "unauthorized") return;
    const last = args.length - 1;
    const called = typeof args[last] == "function";
    if (called) args[last] = this._callbacks.take(args[last] as Listener);
    const { code, messages, type, reason } = this.refusedBy(saidOf(called && last == 1 ? undefined : args[1], true), true);
    withoutTokens(args, this.secrets());
    control(Op.Unauthorized, socket._slot, code, messages, called, type, reason);
  }

  /**
   * Gives a server's no in the core's words, with what the option classify says of what nobody can know. Notes it if it is
   * about the token: certainly, by its words, or because classify says so.
   */
  refusedBy(said: Said, certain: boolean): Recognisable {
    const { messages, status } = said;
    const [code, type] = [textOf(said.code), textOf(said.type)];
    const known = recognise(code, messages, type, status ?? 0);
    // From here on it is for the user. A token may be a word by which a refusal is recognised.
    const { message, data } = withoutTokens(said, this.secrets());
    const { classify } = this._opts;
    const says = !known && classify ? safely(classify, null, [{ message, code: said.code, data, status }]) : undefined;
    const reason = fatalReasons.includes(says as never) ? reasonCalled(says) : Reason.None;
    if (known || reason || certain) {
      this._said = said;
      this._source.refused = this.ways.text;
      this._source.error = this._make(Reason.Invalid);
    }
    return { code, messages, type, reason };
  }

  /** The server has answered the handshake, which carried the token, by an HTTP status. Gives the core's words. */
  denied(status: number, body: unknown): Recognisable {
    return this.refusedBy(saidByStatus(status, body), false);
  }

  /** Another tab's session has been refused, which this tab's shares. Tells the core in words by which it knows the reason. */
  private _refusedElsewhere(reason: string, nsp = this._socket._name): void {
    const { _slot: slot } = this._socket;
    // An expired token is over in each namespace. Another one may have rules of its own, by which a good token is no good there.
    if (slot < 0 || (reason == "invalid" && nsp != this._socket._name)) return;
    this._said = undefined;
    const [code, message]: [string, string] = reason == "expired" ? ["invalid_token", "jwt expired"] : [reason == "missing" ? "credentials_required" : "", "refused in another tab"];
    control(Op.Unauthorized, slot, code, message, false, "", Reason.None);
  }

  /** The error for a reason: in the words of the server or of the token function, or in ours. */
  private _make(reason: Reason): UnauthorizedError {
    const { _said: said } = this;
    const { threw } = this._source;
    // Without a word of the server's it may be the function that has said that the session is over.
    const meant = said ? undefined : finalOf(threw)?.error;
    const { message, code, data } = meant || said || {};
    return new UnauthorizedError(message || reasonTexts[reason], {
      reason: reasons[reason],
      code,
      data,
      via: this.ways.via,
      cause: meant || reason == Reason.Unavailable ? threw : undefined,
    });
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
        return this._refuse(seq, this._make(reason), !!fatal);
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
        if (ok && !socket._leaving) return this.settle();
        return reason ? this.settle(this._error || this._make(reason)) : this.settleUnanswered();
      }
    }
  }

  /** An attempt begins that nobody has announced: with the token that a hook has returned, or in place of the refused one. */
  private _resume(): void {
    const { _socket: socket } = this;
    const now = socket.session.getSnapshot();
    // Idle, but to be connected: close() of its manager has come before the token.
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
    this._said = this._error = undefined;
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
    // Whoever has just heard of it may have disconnected.
    if (this.accepted) safely(this._opts.onAuthenticated, null, [this.info]);
  }

  /** `seq` is the refusal's number with the core, which waits for the hook to settle. */
  private _refuse(seq: number, error: UnauthorizedError, fatal: boolean): void {
    const { _socket: socket, _source: source, _said: said } = this;
    this._error = error;
    this.accepted = false;
    socket._active = !fatal && !socket._leaving;
    this._ended = fatal;
    if (fatal) forgetSession(socket);
    const { reason, code, message } = error;
    socket._happened("refused", { reason, code, message, fatal }, { error, fatal, active: socket.active });
    if (fatal && said) source.tabs?.refuse(error.reason, this.ways.text, said.status ? undefined : socket._name);
    // What the server said to the namespace has been told by another connect_error, or by `unauthorized`.
    if ((!said || said.status) && !socket.connected) socket.emitReserved("connect_error", error);
    const callbacks = this._callbacks.all();
    this._owed = callbacks.length;
    this._hooked = error;
    runUnauthorized(this._opts.onUnauthorized, error, callbacks, (token) => {
      // The core numbers the refusals of each session from the beginning: it would take this token for the next one's.
      if (this._hooked != error) return;
      this._hooked = undefined;
      let told = source.tokens.told();
      try {
        told = source.tokens.told(token);
      } catch (e) {
        report(e);
      }
      this._said = undefined;
      control(Op.Hook, socket._slot, seq, ...told);
    });
  }

  private _redirect(): void {
    const { _error: error, _socket: socket } = this;
    if (!error) return;
    const { engine } = socket.io;
    // What a page has sent is on the wire for certain when it is answered: leaving, Chromium drops what it has not passed on.
    leave(error, this._opts, !!this.info, (go) => (engine ? engine._writer.whenWritten(go, () => this._owed && socket.connected) : go()));
  }
}

defer(Do.Token, (slot, ...effect) => sockets.get(slot)?._token?.do(effect));
