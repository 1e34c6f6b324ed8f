/** Option `retries`: events are sent one after the other, each again until the server has answered it or the attempts are used up. */
import type { Socket } from "../socket.js";
import type { Ack } from "./acks.js";
import { wouldSend } from "./outgoing.js";
import type { Args, Flags } from "./packet.js";

export interface Queued {
  id: number;
  tryCount: number;
  /** It has been sent, and is not answered yet. */
  pending: boolean;
  args: Args;
  flags: Flags;
}

/** Puts an event last. */
export function enqueue(socket: Socket, args: Args): void {
  let ack: Ack | undefined;
  if (typeof args[args.length - 1] == "function") ack = args.pop() as Ack;
  const item: Queued = { id: socket._queueSeq++, tryCount: 0, pending: false, args, flags: { fromQueue: true, ...socket.flags } };
  args.push((e: Error | null, ...answer: Args) => {
    if (item !== socket._queue[0]) return; // answered after it was given up
    if (!e || item.tryCount > socket._opts.retries!) {
      socket._queue.shift();
      ack?.(e, ...answer);
    }
    item.pending = false;
    sendNext(socket);
  });
  socket._queue.push(item);
  sendNext(socket);
}

/**
 * Sends the first event of the queue, unless its answer is being waited for. While events are held back it stays in the
 * queue: no attempt is used up by what is not sent, and nothing is sent twice later.
 */
export function sendNext(socket: Socket): void {
  const item = socket._queue[0];
  if (!item || item.pending || !wouldSend(socket)) return;
  item.pending = true;
  item.tryCount++;
  socket.flags = item.flags;
  socket.emit(...(item.args as [string]));
}
