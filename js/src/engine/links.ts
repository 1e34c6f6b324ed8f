/** The transports of a connection by their link numbers, and their reports to the core. */
import { control, textOf } from "../bridge/calls.js";
import { Ending, generationOf, newest, Op, Reason, type TransportKind } from "../bridge/bridge.gen.js";
import { engineUrl, type Query } from "../url.js";
import type { Engine } from "./engine.js";
import { transportError } from "./errors.js";
import { FirstTransport } from "./first.js";
import { rowOf } from "./transports/registry.js";
import type { Transport, TransportSink } from "./transport.js";

export type Link = Transport & {
  /** Its link number, which the core chooses. */
  _link: number;
  /** It is being probed for an upgrade, beside the transport in use. */
  _probe?: boolean;
};

export class Links {
  private _open = new Map<number, Link>();
  /** Names of the transports that were probed, by link. */
  private _probes = new Map<number, string>();
  /** Opened while the core starts, until the core asks for it. */
  private _first?: FirstTransport;

  constructor(private readonly _engine: Engine) {}

  get(link: number): Link | undefined {
    return this._open.get(link);
  }

  has(link: number): boolean {
    return this._open.has(link);
  }

  /** Ignores the reports of a transport from now on. Returns whether it was open. */
  forget(link: number): boolean {
    return this._open.delete(link);
  }

  /** The name of a transport that was probed, also when it has closed. */
  probeName(link: number): string | undefined {
    return this._probes.get(link);
  }

  /** Opens a transport while the core starts, of the kind and revision that the core will ask for first. */
  openFirst(kind: TransportKind, revision: number): void {
    if (this._first) return;
    const { key, open } = this._plan(kind, revision);
    this._first = new FirstTransport(key, this._sink, open);
  }

  /** Opens a transport for the core. */
  open(link: number, kind: TransportKind, revision: number, probe: boolean): void {
    const { key, open } = this._plan(kind, revision);
    const t = (this._first?.take(key) || open(this._sink)) as Link;
    this._first = undefined;
    t._link = link;
    t._probe = probe;
    if (probe) this._probes.set(link, t.name);
    this._open.set(link, t);
  }

  /** Closes the transport that was opened while the core starts. */
  closeFirst(): void {
    this._first?.close();
    this._first = undefined;
  }

  closeAll(): void {
    this.closeFirst();
    for (const t of this._open.values()) t.close();
    this._open.clear();
  }

  /** How to open a transport now, and a key: two plans with the same key open the same transport. */
  private _plan(kind: TransportKind, revision: number): { key: string; open(sink: TransportSink): Transport } {
    const { _engine: engine } = this;
    const manager = engine._manager;
    const row = rowOf(kind, manager.opts.transports);
    const credentials = manager._credentials;
    const opts = { ...engine.opts, ...(engine.opts.transportOptions as Record<string, object> | undefined)?.[row.name] };
    const query: Query = { ...engine.query, EIO: revision || newest, transport: row.name };
    if (engine.id) {
      query.sid = engine.id;
      engine._forgetToken(query);
    } else credentials?.handshake(query);
    const headers = () => manager._credentials?.headers();
    const handshaken = (sid: string) => {
      query.sid = sid;
      engine._forgetToken(query);
    };
    const asked = credentials && query[credentials.name];
    const secrets = () => [asked, ...Object.values(headers() || {}), ...manager._secrets()];
    const secret = (posts: boolean) => (posts ? manager._carriesToken : !!headers() || (!!credentials && credentials.name in query));
    return {
      key: JSON.stringify([Object.entries(query).map(([name, value]) => [name, textOf(value)]), headers()]),
      open: (sink) => {
        engine._watchNetwork();
        const t = row.make(() => engineUrl(row, opts, query), { ...opts, query, headers, handshaken, secret, secrets, socket: engine }, sink);
        t.generation = generationOf(revision || newest);
        t.open();
        return t;
      },
    };
  }

  private _sink: TransportSink = {
    opened: (t: Link) => {
      t.emitReserved("open");
      control(Op.LinkOpened, this._engine._manager._conn, t._link);
    },
    data: (t: Link, frame, response) => this._engine._reader.data(t, frame, response),
    drained: (t) => {
      if (t == this._engine._link) this._engine._writer.drained();
      t.emitReserved("drain");
    },
    paused: (t: Link) => {
      control(Op.Paused, this._engine._manager._conn, t._link);
      t.poll?.(); // a transport that has been closed since ignores it
    },
    closed: (t: Link, error = { message: "transport close" }) => {
      const { message, description, context, status } = error;
      const failed = message != "transport close";
      // The page has closed it, and not this client.
      if (this._open.delete(t._link)) {
        const engine = this._engine;
        engine._linkEnded(t, error, failed);
        const { _conn: conn } = engine._manager;
        if (status && !engine.id && engine.readyState == "opening") {
          const body = (context as { responseText?: string } | undefined)?.responseText;
          const { messages, reason } = engine._manager._denied(status, body) || { messages: "", reason: Reason.None };
          control(Op.HandshakeFailed, conn, t._link, status, messages, reason, /^{"code":(\d+)/.exec(body!)?.[1] || "");
        } else control(Op.LinkClosed, conn, t._link, failed ? Ending.Failed : Ending.Closed);
        if (failed) t.emitReserved("error", transportError(error));
        else t.emitReserved("close", description && { description, context });
      }
    },
  };
}
