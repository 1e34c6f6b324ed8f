/** Acknowledgements: the answers that a socket waits for (`socket.acks`, by number), and those that it gives to the server. */
import { control } from "../bridge/calls.js";
import { native } from "../bridge/clock.js";
import { Op, Tx, Type } from "../bridge/bridge.gen.js";
import { safely, type Listener } from "../emitter.js";
import type { Socket } from "../socket.js";
import { send } from "./outgoing.js";
import type { Args } from "./packet.js";

/** `withError`: its first argument is an error, or null. */
export type Ack = Listener & { withError?: boolean };

/** `ack` is called with the answer to emit `id`, or with an error when the time-out of the option or of timeout() is over. */
export function awaitAnswer(socket: Socket, id: number, ack: Ack): void {
  const timeout = socket.flags.timeout ?? socket._opts.ackTimeout;
  socket.acks[id] = ack;
  if (timeout === undefined) return;
  const timer = (socket.io.opts.useNativeTimers ? native : setTimeout)(() => {
    delete socket.acks[id];
    socket.sendBuffer = socket.sendBuffer.filter((p) => p.id !== id);
    control(Op.Unawaited, socket._slot, id);
    ack.call(socket, new Error("operation has timed out"));
  }, timeout);
  const fn: Ack = (socket.acks[id] = (...args) => {
    clearTimeout(timer);
    ack.apply(socket, args);
  });
  fn.withError = true;
}

/** The server has answered emit `id`. */
export function answered(socket: Socket, id: number, data: Args): void {
  const ack = socket.acks[id];
  if (typeof ack != "function") return;
  delete socket.acks[id];
  if (ack.withError) data.unshift(null);
  safely(ack, socket, data);
}

/**
 * The connection is gone, and with it the answers to all that has been sent. What has not been may still be answered, and the
 * first event of the queue is to be sent again.
 */
export function abandonAnswers(socket: Socket): void {
  for (const id of Object.keys(socket.acks)) {
    if (socket.sendBuffer.some((p) => "" + p.id == id)) continue;
    const ack = socket.acks[id]!;
    delete socket.acks[id];
    const first = socket._queue[0];
    if (first?.args.includes(ack)) first.pending = false;
    if (ack.withError) safely(ack, socket, [new Error("socket has been disconnected")]);
  }
}

/**
 * The user of the session is another one from here on: what has not been sent is not sent for that one, what has been received
 * is not told to that one, and no answer will come. Call it when the socket is disconnected.
 */
export function forgetUser(socket: Socket): void {
  socket.sendBuffer = [];
  socket.receiveBuffer = [];
  abandonAnswers(socket);
  // Those that were emitted before: who hears that one has failed may emit it anew, for the next user.
  for (const item of socket._queue.slice()) {
    item.tryCount = Infinity; // its attempts are used up
    safely(item.args[item.args.length - 1] as Listener, null, [new Error("socket has been disconnected")]);
  }
}

/** The function by which listeners answer an event of the server's: once, and over the connection that brought the event. */
export function answerTo(socket: Socket, id: number): Listener {
  let epoch = socket._epoch;
  return (...data) => {
    if (epoch != socket._epoch) return;
    epoch = -1; // once
    send(socket, { type: Type.Ack, data, id }, Tx.Ack);
  };
}
