/**
 * Records the events of a session, for inspect(), the debug log, the browser's timeline and the hook onTrace. No event holds a
 * token.
 */
import type { TraceEvent } from "../types/index.js";
import { redactTokens } from "./auth/redact.js";
import { textOf } from "./bridge/calls.js";
import { logger } from "./debug.js";
import { safely, type Listener } from "./emitter.js";

/** How many events inspect() gives. */
const KEPT = 100;

/** The spans that stand in the browser's timeline: [what begins it, what ends it, its name]. */
const spans: [from: string, to: string, name: string][] = [
  ["connect", "connected", "connect"],
  ["attempt", "connected", "connect"],
  ["ask", "token", "token"],
  ["renew", "token", "token"],
  ["connect", "authenticated", "authenticated"],
  ["attempt", "authenticated", "authenticated"],
  ["renew", "authenticated", "renewal"],
];

const log = logger("socketio-jwt:session");

/** Draws in the timeline. What that refuses is missing there: Cloudflare's workers take an object for `detail`, and no text. */
function draw(entry: () => void): void {
  try {
    entry();
  } catch (e) {}
}

export class Trace {
  private _events: TraceEvent[] = [];
  /** When spans began, by their names. */
  private _began: Record<string, number> = {};

  private readonly _nsp: string;

  /** `secrets` gives the tokens that no text may hold. */
  constructor(
    nsp: string,
    private readonly _hook: Listener | undefined,
    private readonly _secrets: () => readonly string[],
  ) {
    this._nsp = nsp.split("?")[0]!; // a query may hold a token
  }

  /** Records an event. `fields` are plain values; texts are a server's or a user's. */
  record(name: string, fields: Record<string, unknown> = {}): TraceEvent {
    const event: TraceEvent = { at: Date.now(), name, nsp: this._nsp };
    for (const key in fields) {
      const value = fields[key];
      if (value !== undefined) event[key] = value && /string|object/.test(typeof value) ? redactTokens(textOf(value), this._secrets()) : value;
    }
    this._events.push(Object.freeze(event));
    if (this._events.length > KEPT) this._events.shift();
    this._measure(name);
    log?.(name, event);
    safely(this._hook, null, [event]);
    return event;
  }

  /** The last events, the oldest first. */
  events(): TraceEvent[] {
    return this._events.slice();
  }

  /** The timeline keeps the last entry of each name, or a page that stays open would fill it. Observers are told of all. */
  private _measure(name: string): void {
    const now = performance.now();
    let mark: boolean | undefined;
    for (const [from, to, span] of spans) {
      const start = this._began[span];
      if (name == to && start !== undefined) {
        draw(() => {
          performance.clearMeasures?.("socketio-jwt:" + span);
          performance.measure?.("socketio-jwt:" + span, { start, end: now, detail: this._nsp });
        });
        delete this._began[span];
      }
      if (name == from) {
        this._began[span] = now;
        mark = true;
      }
    }
    if (!mark) return;
    draw(() => {
      performance.clearMarks?.("socketio-jwt:" + name);
      performance.mark?.("socketio-jwt:" + name, { detail: this._nsp });
    });
  }
}
