/** Packets of a namespace, as they pass between its socket and its manager. */

/** What an event or an acknowledgement brings, the event's name included. */
export type Args = unknown[];

/** A packet that is to be sent. */
export interface Packet {
  type: number;
  data: Args;
  options?: { compress: boolean };
  /** The number by which its answer is known. */
  id?: number;
}

/** A packet as managers tell it. */
export interface Received {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

/** How the next event is sent, as the calls before emit() have said. */
export interface Flags {
  volatile?: boolean;
  compress?: boolean;
  timeout?: number;
  /** It has come out of the queue of retries. */
  fromQueue?: boolean;
}
