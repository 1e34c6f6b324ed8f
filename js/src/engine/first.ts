/**
 * The first transport of a connection, opened while the core starts: the network works on the first request meanwhile.
 *
 * Nothing is sent over it, and its reports are kept until the core asks for a transport. If the core asks for the same kind,
 * it gets this transport and then the reports; otherwise this transport is closed.
 */
import type { Transport, TransportSink } from "./transport.js";

export class FirstTransport {
  private readonly _transport: Transport;
  /** The reports so far; undefined once they go to the sink directly. */
  private _reports?: (() => void)[] = [];

  /** `key` says where and how the transport was opened: equal keys, equal transports. */
  constructor(
    private readonly _key: string,
    sink: TransportSink,
    open: (sink: TransportSink) => Transport,
  ) {
    const keep =
      <A extends unknown[]>(report: (...args: A) => void) =>
      (...args: A) => {
        if (this._reports) this._reports.push(() => report(...args));
        else report(...args);
      };
    this._transport = open({
      opened: keep((t) => sink.opened(t)),
      data: keep((t, frames, response) => sink.data(t, frames, response)),
      drained: keep((t) => sink.drained(t)),
      paused: keep((t) => sink.paused(t)),
      closed: keep((t, error) => sink.closed(t, error)),
    });
  }

  /** The transport, if it was opened with `key`. Its reports come in a later microtask. */
  take(key: string): Transport | undefined {
    if (key != this._key) return void this.close();
    queueMicrotask(() => {
      const reports = this._reports!;
      this._reports = undefined;
      for (const report of reports) report();
    });
    return this._transport;
  }

  /** Closes it unused. */
  close(): void {
    this._transport.close();
  }
}
