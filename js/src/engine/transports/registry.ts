/** The transports that there are: one row for each, and one for each class of the page's. */
import { TransportKind } from "../../bridge/bridge.gen.js";
import type { Capabilities, MakeTransport } from "../transport.js";
import { custom, type TransportClass } from "./custom.js";
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
  /** The only revision that it speaks. */
  readonly revision?: 4;
}

/** In the order in which they are tried where option `transports` does not say. */
export const rows: readonly Row[] = [
  { name: "polling", kind: TransportKind.Polling, scheme: "http", can: pollingCan, make: polling },
  { name: "websocket", kind: TransportKind.WebSocket, scheme: "ws", can: websocketCan, make: websocket },
];

/** The first number for a class whose name none of the rows bears. */
const CUSTOM = 16;
const unnamed: Capabilities = { payloads: false, immediate: false, headers: true, upgrade: false };
const classes = new Map<TransportClass, Row>();

/** A class is known by its prototype's name, as in the official client; without one it cannot be asked for. */
function rowOfClass(Class: TransportClass): Row | undefined {
  const { name } = Class.prototype || {};
  if (typeof name != "string") return;
  let row = classes.get(Class);
  if (!row) {
    const like = rows.find((row) => row.name == name);
    const can = like ? { ...like.can, immediate: false } : unnamed;
    row = { name, kind: like?.kind ?? CUSTOM + classes.size, scheme: "http", can, make: custom(Class, name, can), revision: 4 };
    classes.set(Class, row);
  }
  return row;
}

/** The rows of option `transports`, in its order. What nobody knows is passed over, as in the official client. */
export function chosen(transports: readonly unknown[] | undefined): readonly Row[] {
  if (!transports) return rows;
  return transports.flatMap((wanted) => (typeof wanted == "function" ? rowOfClass(wanted as TransportClass) : rows.find((row) => row.name == wanted)) || []);
}

/** The row of a number that the core has from us, for a connection with this option. */
export const rowOf = (kind: number, transports: readonly unknown[] | undefined): Row =>
  [...chosen(transports), ...rows, ...classes.values()].find((row) => row.kind == kind)!;

/** Whether a connection may change to one of the transports that a server offers. */
export const offered = (upgrades: readonly string[]): boolean => rows.some((row) => row.can.upgrade && upgrades.includes(row.name));
