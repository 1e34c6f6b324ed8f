/** Acknowledgements (acks): those that a socket waits for (`socket.acks`, by id), and those that it sends to the server. */
import { control } from "../bridge/calls.js";
import { forTimer, native } from "../bridge/clock.js";
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
  }, forTimer(timeout));
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
 * Called when the connection has ended: no acks come for events that were sent. Held events keep their callbacks, and the
 * first event of the queue of `retries` is sent again later.
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
 * Called when the user changes, with the socket disconnected: drops events that have not been sent or delivered, and calls
 * ack callbacks with an error.
 */
export function forgetUser(socket: Socket): void {
  socket.sendBuffer = [];
  socket.receiveBuffer = [];
  abandonAnswers(socket);
  // A copy: a callback that gets the error may emit anew, for the next user.
  for (const item of socket._queue.slice()) {
    item.tryCount = Infinity; // its attempts are used up
    safely(item.args[item.args.length - 1] as Listener, null, [new Error("socket has been disconnected")]);
  }
}

/** The callback by which a listener acknowledges an event of the server: once, and only over the connection of the event. */
export function answerTo(socket: Socket, id: number): Listener {
  let epoch = socket._epoch;
  return (...data) => {
    if (epoch != socket._epoch) return;
    epoch = -1; // once
    send(socket, { type: Type.Ack, data, id }, Tx.Ack);
  };
}
