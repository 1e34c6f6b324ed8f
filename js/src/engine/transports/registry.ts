/** The transports that there are: one row for each. */
import { TransportKind } from "../../bridge/bridge.gen.js";
import type { Capabilities, MakeTransport } from "../transport.js";
import { polling, pollingCan } from "./polling.js";
import { websocket, websocketCan } from "./websocket.js";

export interface Row {
  /** As in option `transports`, in the handshake's query and in the server's list of upgrades. */
  readonly name: string;
  /** The core's number for it. */
  readonly kind: TransportKind;
  /** Of its address. TLS adds an "s". */
  readonly scheme: "http" | "ws";
  readonly can: Capabilities;
  readonly make: MakeTransport;
}

/** In the order in which they are tried where option `transports` does not say. */
export const rows: readonly Row[] = [
  { name: "polling", kind: TransportKind.Polling, scheme: "http", can: pollingCan, make: polling },
  { name: "websocket", kind: TransportKind.WebSocket, scheme: "ws", can: websocketCan, make: websocket },
];

/** The rows of option `transports`, in its order. What nobody knows is passed over, as in the official client. */
export function chosen(transports: readonly unknown[] | undefined): readonly Row[] {
  if (!transports) return rows;
  return transports.flatMap((wanted: any) => rows.filter((row) => row.name == (wanted?.prototype?.name || wanted)));
}

/** The row of a number that the core has from us. */
export const rowOf = (kind: TransportKind): Row => rows.find((row) => row.kind == kind)!;

/** Whether a connection may change to one of the transports that a server offers. */
export const offered = (upgrades: readonly string[]): boolean => rows.some((row) => row.can.upgrade && upgrades.includes(row.name));
