/** The JavaScript side of the bridge: calls the core (control, rx, tx), and performs the core's effects. */
import { safely, type Listener } from "../emitter.js";
import { listen } from "../listen.js";
import { clock, native } from "./clock.js";
import type { Core } from "./core.js";
import { managers } from "../tables.js";
import { Do, Memory, Op, Reason, Rx, Tx, TxAnswer, Word, type Host, type Ops } from "./bridge.gen.js";

let core: Core | undefined;
/** Operations called before the core runs. */
let queue: [Op, unknown[]][] = [];
const effects: [Listener, unknown[]][] = [];

export let words: Int32Array;
let units: Uint16Array;
let operands: Float64Array;

// --- The core comes and goes --------------------------------------------------------------------------------------------

export const running = () => !!core;

/** Sets the running core, and performs the queued operations in their order. */
export function enter(made: Core): void {
  made._initialize();
  core = made;
  view(made);
  for (const [op, args] of queue.splice(0)) control(op, ...(args as Ops[Op]));
}

/** Removes queued operations. */
export function withdraw(fits: (op: Op, args: unknown[]) => boolean): void {
  queue = queue.filter(([op, args]) => !fits(op, args));
}

/** Drops the core, with its timer and all queued operations and effects. */
export function discard(): void {
  core = undefined;
  stopTimer();
  queue = [];
  effects.length = 0;
}

let onFault: (error: unknown) => void;
export const whenFaulted = (fn: typeof onFault) => (onFault = fn);

/** The core has trapped. It must not be called any more. */
function fault(error: unknown): void {
  discard();
  effects.push([onFault, [error]]);
}

// --- Control ------------------------------------------------------------------------------------------------------------

/** Writes a text to the shared memory; returns its length in UTF-16 units. */
function put(text: string, at: number): number {
  for (let i = 0; i < text.length; i++) units[at + i] = text.charCodeAt(i);
  return text.length;
}

/**
 * Performs an operation of the core, and the core's effects before it returns, so that user code sees the effects of its
 * call. Before the core runs, operations are queued in order.
 */
export function control<K extends Op>(op: K, ...args: Ops[K]): void {
  if (!core) {
    queue.push([op, args]);
    return;
  }
  let used = 0;
  // An argument that is missing, or neither a number nor a text (it may come from a server's JSON), is NaN; the core reads 0.
  for (let i = 0; i < Memory.Arguments; i++) {
    let a: unknown = args[i];
    if (typeof a == "string") {
      a = put(a.slice(0, units.length - used), used);
      used += a as number;
    }
    operands[i] = typeof a == "number" || typeof a == "boolean" ? +a : NaN;
  }
  try {
    core.control(op, clock());
    renew(core);
  } catch (e) {
    fault(e);
  }
  perform();
}

/** How many calls of perform() have not returned. User code that they call may call the core again. */
let depth = 0;
const resting = new Set<{ _rest(): void }>();

/** Calls one._rest() when all effects have been performed. */
export function whenDone(one: { _rest(): void }): void {
  resting.add(one);
}

/** Performs all pending effects in the core's order. Called from a listener, it performs the earlier effects first. */
function perform(): void {
  depth++;
  for (let next; (next = effects.shift()); ) safely(next[0], null, next[1]);
  depth--;
  if (depth) return;
  for (const one of resting) {
    resting.delete(one);
    one._rest();
  }
}

/** The reason for which a server refuses the token; Reason.None: its error is not about the token. status 0: no HTTP response. */
export function recognise(code: string, message: string, type: string, status: number): Reason {
  control(Op.Recognise, code, message, type, status);
  return core ? words[Word.Result]! : Reason.None;
}

/** Any value of a server as a text, for an argument of control(). */
export function textOf(said: unknown): string {
  try {
    return "" + (said ?? "");
  } catch (e) {
    return ""; // an object whose toString is not a function
  }
}

const performers: Listener[] = [];

/** Installs the function that performs an effect. */
export function defer<K extends keyof Host>(what: K, fn: Host[K]): void {
  performers[what] = fn;
}

/** The core's import: notes an effect. It must neither throw nor call the core, which is still at work. */
export function tell(what: Do, ...args: number[]): void {
  effects.push([performers[what]!, args]);
}

/** Performs the first pending effect of `fn` whose arguments fit, before its turn. */
export function ahead(fn: Listener, fits: (...args: number[]) => boolean): void {
  const i = effects.findIndex(([f, args]) => f == fn && fits(...(args as number[])));
  if (i >= 0) safely(fn, null, effects.splice(i, 1)[0]![1]);
}

// --- Time ---------------------------------------------------------------------------------------------------------------

let timer: ReturnType<typeof setTimeout> | undefined;
/**
 * The core's deadline (Do.Wake), by Date.now(). Each event checks it, because timers stop while the machine sleeps and are
 * delayed in hidden pages. It is not by clock(): performance.now() takes 0.3 µs, a sixth of an event.
 */
let due = Infinity;

const tick = () => control(Op.Tick);

/** Checks the deadline. Call it before sending anything: the deadline may have passed while the page slept. */
export function look(): void {
  if (Date.now() >= due) tick();
}

/** By the page's timers, which a test may have replaced by fake ones, unless a manager has option `useNativeTimers`. */
function startTimer(fn: () => void, ms: number): typeof timer {
  return (managers.all().some(({ opts }) => opts.useNativeTimers) ? native : setTimeout)(fn, ms);
}

function stopTimer(): void {
  clearTimeout(timer);
  due = Infinity;
}

defer(Do.Wake, (at) => {
  stopTimer();
  if (!at) return;
  const wait = Math.max(0, at - clock());
  due = Date.now() + wait; // not rounded up: nothing is sent in the millisecond in which a token ends
  timer = startTimer(tick, Math.ceil(Math.min(wait, 1e9)));
});

listen(["online", "pageshow", "focus"], look);
listen(["resume", "visibilitychange"], look, globalThis.document);

// --- Packet headers -------------------------------------------------------------------------------------------------------

/** Makes the views of the core's memory. */
function view(of: Core): void {
  const { buffer } = of.memory;
  operands = new Float64Array(buffer, of.shared(), Memory.Arguments);
  words = new Int32Array(buffer, operands.byteOffset + operands.byteLength, Memory.Words);
  units = new Uint16Array(buffer, words.byteOffset + words.byteLength, Memory.Units);
}

/** Makes the views anew when the memory has grown, which gives it another buffer. Checking whether the old buffer is detached is cheaper than getting the new one. */
function renew(of: Core): void {
  if (!units.length || of.grown?.()) view(of);
}

/** A trap while user code may be on the stack: it is handled when that code has returned. */
function faultBelow(error: unknown): void {
  fault(error);
  queueMicrotask(perform);
}

/** How many UTF-16 units of a frame are copied for the core at first. Most headers are shorter. */
const SHORT = 24;

/** Makes the core read the header of the packet that begins at `from`. Its details are in `words`. */
export function rx(conn: number, link: number, text: string, from: number): Rx {
  if (!core) return Rx.Stale;
  try {
    const size = text.length - from;
    let kind: Rx = Rx.More;
    // The core never asks for more than the shared memory holds.
    for (let n = SHORT; kind == Rx.More; n *= 8) kind = core.rx(conn, link, put(text.substr(from, Math.min(n, units.length)), 0), size);
    renew(core);
    return kind;
  } catch (e) {
    faultBelow(e);
    return Rx.Stale;
  }
}

/** The largest ack id that the core takes. */
const LONGEST = 2 ** 31 - 1;

/** Makes the core write a packet's header. `ack` is empty for a packet without an ack id. A number says to hold or drop the packet. */
export function tx(slot: number, flags: Tx, attachments: number, ack: number | ""): string | TxAnswer {
  if (!core) return TxAnswer.Hold;
  try {
    const long = +ack > LONGEST;
    const n = core.tx(slot, flags, attachments, long ? -1 : +ack);
    renew(core);
    if (n < 1) return n;
    let header = "";
    for (let i = 0; i < n; i++) header += String.fromCharCode(units[i]!);
    return long ? header + ack : header; // the ack id is the end of a header
  } catch (e) {
    faultBelow(e);
    return TxAnswer.Hold;
  }
}
