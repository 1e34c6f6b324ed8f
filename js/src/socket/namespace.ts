/** How a socket joins and leaves its namespace: CONNECT, the server's answers to it, and DISCONNECT. */
import { withoutTokens } from "../auth/redact.js";
import { saidOf } from "../auth/refusal.js";
import { control, textOf } from "../bridge/calls.js";
import { Op, Reason, Recovery, SocketDo, Type } from "../bridge/bridge.gen.js";
import { report } from "../emitter.js";
import type { Socket } from "../socket.js";
import { queryOf, search } from "../url.js";
import { perform } from "./effects.js";
import { sendByParser } from "./outgoing.js";

/** The payloads of the server's CONNECT and (Refusal) CONNECT_ERROR. */
export type Hello = { sid?: string; pid?: string } | undefined;
export type Refusal = { message?: unknown; data?: unknown } | undefined;

/** Sends CONNECT. `standby`: over the standby. `fresh`: begin a new session, as recovery would skip the check of the new token. */
export function sendConnect(socket: Socket, standby: boolean, fresh: boolean): void {
  const { io, _token: token } = socket;
  socket._refusal = undefined; // of an attempt that was given up
  const over = () => (standby ? io._old! : io.engine);
  const engine = over();
  if (standby) engine._opened(io.engine._generation.revision);
  if (fresh) socket._pid = undefined;
  // The user's auth function may call back when this connection has ended.
  const gone = () => over() != engine || engine.readyState != "open";
  const send = (auth?: object) => {
    if (gone()) return;
    if (token) auth = token.ways.auth(auth) as object | undefined;
    const user = token?.ways.user;
    if (user !== socket._user) forgetSession(socket);
    socket._user = user;
    const data = socket._pid ? { pid: socket._pid, offset: socket._lastOffset, ...auth } : auth;
    engine._secret = !!token;
    if (io.opts.parser) sendByParser(socket, { type: Type.Connect, data });
    else if (engine._generation.bareConnect) engine._writePacket("40" + name(socket) + query(socket) + ",");
    else engine._writePacket("40" + name(socket, ",") + (data ? JSON.stringify(data) : ""));
    engine._secret = false;
  };
  if (typeof socket.auth != "function") return send(socket.auth);
  const asking = (socket._asking = {});
  const answered = () => socket._asking == asking && !(socket._asking = undefined);
  /** No CONNECT goes out, which nobody would hear of: the attempt ends as if the server had refused it. */
  const failed = (threw: unknown) => {
    report(threw);
    if (!answered() || gone()) return;
    socket._refusal = threw instanceof Error ? threw : new Error(textOf(threw));
    control(Op.Refused, socket._slot, "", "", "", Reason.None);
  };
  try {
    const returned: unknown = socket.auth((auth) => {
      if (answered()) send(auth);
    });
    Promise.resolve(returned).catch(failed);
  } catch (e) {
    failed(e);
  }
}

/** Forbids recovery of the session. A recovered session gets the events that its user has missed, and skips the middlewares. */
export function forgetSession(socket: Socket): void {
  socket._pid = socket._lastOffset = undefined;
}

/** Sends DISCONNECT. */
export function sendDisconnect(socket: Socket): void {
  const { io } = socket;
  if (io.opts.parser) sendByParser(socket, { type: Type.Disconnect });
  else io.engine._writePacket("41" + name(socket, ","));
}

/** Handles the server's CONNECT. Its payload is kept until the core accepts the connection. */
export function connectReceived(socket: Socket, data: Hello): void {
  const bare = socket.io.engine?._generation.bareConnect;
  if (!bare && !data?.sid) {
    socket.emitReserved("connect_error", new Error('this server is a 1.x or 2.x: option "protocol" must be "auto" or 3'));
    return;
  }
  if (socket._slot < 0) return; // given by hand to a socket that is not to be connected
  socket._hello = bare ? { id: bareId(socket) } : { id: data?.sid, pid: data?.pid };
  control(Op.Connected, socket._slot, !data?.pid ? Recovery.None : socket._pid === data.pid ? Recovery.Done : Recovery.Possible);
}

/** Handles CONNECT_ERROR. Its payload is the middleware's value (servers 1.x, 2.x) or {message, data}. */
export function refusalReceived(socket: Socket, data: Refusal): void {
  const plainRefusals = socket.io.engine?._generation.plainRefusals;
  const bare = () => withoutTokens(data, socket.io._secrets()); // of all sockets: the server may quote another one's
  // An application's own word to a socket that is connected. A renewed connection's refusal comes before its CONNECT.
  if (plainRefusals && socket.connected && socket.id == bareId(socket)) {
    socket.emitReserved("error", bare());
    return;
  }
  const none = { code: "", messages: "", type: "", reason: Reason.None };
  const { code, messages, type, reason } = (socket._slot >= 0 && socket._token?.refusals.read(saidOf(data, plainRefusals), false)) || none;
  data = bare();
  const said = plainRefusals ? data : data?.data;
  socket._refusal = Object.assign(new Error(plainRefusals ? readable(data?.message ?? data) : textOf(data?.message)), { data: said });
  if (socket._slot < 0) return perform(socket, [SocketDo.Error]);
  control(Op.Refused, socket._slot, code, messages, type, reason);
}

/** A refusal that is no text, as JSON: String() of an object would be "[object Object]". */
function readable(said: unknown): string {
  try {
    if (said && typeof said == "object") return JSON.stringify(said);
  } catch (e) {} // a parser of the user's may bring what JSON has not
  return textOf(said);
}

/** The namespace as packets carry it, followed by `end`; nothing for "/". */
const name = ({ nsp }: Socket, end = ""): string => (nsp == "/" ? "" : nsp + end);

/** The id of a socket whose CONNECT brings none. */
const bareId = (socket: Socket): string => name(socket, "#") + socket.io.engine.id;

/** The query that CONNECT carries after the namespace on servers 1.x and 2.x. */
function query({ _opts, _token }: Socket): string {
  const query = queryOf(_opts.query);
  _token?.ways.handshake(query);
  const text = search(query);
  return text && "?" + text;
}
