/** The transports that there are: one row for each, and one for each class of the page's. */
import { newest, TransportKind } from "../../bridge/bridge.gen.js";
import type { Capabilities, MakeTransport } from "../transport.js";
import { custom, type TransportClass } from "./custom.js";
import { polling, pollingCan } from "./polling.js";
import { websocket, websocketCan } from "./websocket.js";
import { hasWebTransport, webtransport, webtransportCan } from "./webtransport.js";

export interface Row {
  /** As in option `transports`, in the handshake's query and in the server's list of upgrades. */
  readonly name: string;
  /** The core's number for it. */
  readonly kind: TransportKind;
  /** Of its address, without TLS and with it. */
  readonly schemes: readonly [string, string];
  readonly can: Capabilities;
  readonly make: MakeTransport;
  /** The only revision that it speaks. */
  readonly revision?: number;
  /** Whether this browser has it; unset: it has. */
  readonly available?: () => boolean;
}

/** In the order in which they are tried where option `transports` does not say. */
export const rows: readonly Row[] = [
  { name: "polling", kind: TransportKind.Polling, schemes: ["http", "https"], can: pollingCan, make: polling },
  { name: "websocket", kind: TransportKind.WebSocket, schemes: ["ws", "wss"], can: websocketCan, make: websocket },
  { name: "webtransport", kind: TransportKind.WebTransport, schemes: ["https", "https"], can: webtransportCan, make: webtransport, available: hasWebTransport },
];

/** The first number for a class whose name none of the rows bears. */
const CUSTOM = 16;
const unnamed: Capabilities = { payloads: false, immediate: false, header: true, query: true, upgrade: false };
const classes = new Map<TransportClass, Row>();

/** A class is known by its prototype's name, as in the official client; without one it cannot be asked for. */
function rowOfClass(Class: TransportClass): Row | undefined {
  const { name } = Class.prototype || {};
  if (typeof name != "string") return;
  let row = classes.get(Class);
  if (!row) {
    const like = rows.find((row) => row.name == name);
    const can = like ? { ...like.can, immediate: false } : unnamed;
    row = { name, kind: like?.kind ?? CUSTOM + classes.size, schemes: ["http", "https"], can, make: custom(Class, name, can), revision: newest };
    classes.set(Class, row);
  }
  return row;
}

/**
 * The rows of option `transports`, in its order. What nobody knows, or this browser has not, is passed over, as in the
 * official client.
 */
export function chosen(transports: readonly unknown[] | undefined): readonly Row[] {
  return (transports || rows.map((row) => row.name))
    .flatMap((wanted) => (typeof wanted == "function" ? rowOfClass(wanted as TransportClass) : rows.find((row) => row.name == wanted)) || [])
    .filter((row) => row.available?.() ?? true);
}

/** Whether the handshake of a transport carries a token in one of these ways. */
export const carries = (row: Row, ways: readonly string[]): boolean => ways.some((way) => (row.can as unknown as Record<string, boolean>)[way]);

/** The row of a number that the core has from us, for a connection with this option. */
export const rowOf = (kind: number, transports: readonly unknown[] | undefined): Row =>
  [...chosen(transports), ...rows, ...classes.values()].find((row) => row.kind == kind)!;

/** The transports that a server offers to change to, as the core takes them: a bit for each. */
export const offered = (upgrades: readonly string[]): number =>
  rows.reduce((bits, row) => (row.can.upgrade && upgrades.includes(row.name) ? bits | (1 << row.kind) : bits), 0);
