/** The JavaScript side of the bridge: calls of the core, and what the core wants done. */
import { safely, type Listener } from "../emitter.js";
import { listen } from "../listen.js";
import { clock, native } from "./clock.js";
import type { Core } from "./core.js";
import { managers } from "../tables.js";
import { Do, Memory, Op, Reason, Rx, Tx, TxAnswer, Word, type Host, type Ops } from "./bridge.gen.js";

let core: Core | undefined;
/** Calls made before the core runs. */
let queue: [Op, unknown[]][] = [];
const effects: [Listener, unknown[]][] = [];

export let words: Int32Array;
let units: Uint16Array;
let operands: Float64Array;

// --- The core comes and goes --------------------------------------------------------------------------------------------

export const running = () => !!core;

/** The core runs from here on: what was called before is done now, in its order. */
export function enter(made: Core): void {
  made._initialize();
  core = made;
  view(made);
  for (const [op, args] of queue.splice(0)) control(op, ...(args as Ops[Op]));
}

/** Takes back calls that the core has not been told of. */
export function withdraw(fits: (op: Op, args: unknown[]) => boolean): void {
  queue = queue.filter(([op, args]) => !fits(op, args));
}

/** Nothing of what was called will be done. */
export function discard(): void {
  core = undefined;
  queue = [];
  effects.length = 0;
}

let onFault: (error: unknown) => void;
export const whenFaulted = (fn: typeof onFault) => (onFault = fn);

/** The core has trapped: nothing of it may be called any more. */
function fault(error: unknown): void {
  discard();
  effects.push([onFault, [error]]);
}

// --- Control ------------------------------------------------------------------------------------------------------------

/** Writes a text for the core; gives its length. */
function put(text: string, at: number): number {
  for (let i = 0; i < text.length; i++) units[at + i] = text.charCodeAt(i);
  return text.length;
}

/**
 * Tells the core what happened, and does what it answers before returning, so that user code sees the effects of what it
 * called. Calls made before the core runs are kept in order.
 */
export function control<K extends Op>(op: K, ...args: Ops[K]): void {
  if (!core) {
    queue.push([op, args]);
    return;
  }
  let used = 0;
  // What is not given, or neither a number nor a text (servers' JSON has everything), is NaN, which the core reads as 0.
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

/** Calls of perform() that have not returned: user code below may call the core again. */
let depth = 0;
const resting = new Set<{ _rest(): void }>();

/** Calls one._rest() when nothing is left to be done. */
export function whenDone(one: { _rest(): void }): void {
  resting.add(one);
}

/** In the core's order, also when a listener calls us: what was to be done before comes first, and all before we return. */
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

/** The reason for which words of a server refuse the token; none: they are about something else. status 0: no response. */
export function recognise(code: string, message: string, type: string, status: number): Reason {
  control(Op.Recognise, code, message, type, status);
  return core ? words[Word.Result]! : Reason.None;
}

/** For an argument of control() that is to be a text, whatever a server has sent. */
export function textOf(said: unknown): string {
  try {
    return "" + (said ?? "");
  } catch (e) {
    return ""; // an object whose toString is no function
  }
}

const performers: Listener[] = [];

/** Installs what to do for the core. */
export function defer<K extends keyof Host>(what: K, fn: Host[K]): void {
  performers[what] = fn;
}

/** The core's import. An exception, or a call back, would find it in the middle of its work. */
export function tell(what: Do, ...args: number[]): void {
  effects.push([performers[what]!, args]);
}

/** Does before its turn what fits, by the numbers of its arguments. */
export function ahead(fn: Listener, fits: (...args: number[]) => boolean): void {
  const i = effects.findIndex(([f, args]) => f == fn && fits(...(args as number[])));
  if (i >= 0) safely(fn, null, effects.splice(i, 1)[0]![1]);
}

// --- Time ---------------------------------------------------------------------------------------------------------------

let timer: ReturnType<typeof setTimeout> | undefined;
/**
 * Date.now() at which the core wants to be woken; timers sleep with the laptop and are throttled in hidden pages. By Date
 * and not by clock(), since each event looks at it, and performance.now() takes a sixth of an event (0.3 µs).
 */
let due = Infinity;

const tick = () => control(Op.Tick);

/** Looks at the deadlines before anything is sent: they may have passed while the page slept. */
export function look(): void {
  if (Date.now() >= due) tick();
}

/** By the page's timers, which a test may have replaced by fake ones, unless a manager has option `useNativeTimers`. */
function startTimer(fn: () => void, ms: number): typeof timer {
  return (managers.all().some(({ opts }) => opts.useNativeTimers) ? native : setTimeout)(fn, ms);
}

defer(Do.Wake, (at) => {
  clearTimeout(timer);
  due = Infinity;
  if (!at) return;
  const wait = Math.max(0, at - clock());
  due = Date.now() + wait; // not rounded up: nothing is sent in the millisecond in which a token ends
  timer = startTimer(tick, Math.ceil(Math.min(wait, 1e9)));
});

listen(["online", "pageshow", "focus"], look);
listen(["resume", "visibilitychange"], look, globalThis.document);

// --- Packet headers -------------------------------------------------------------------------------------------------------

/** Looks at the core's memory. */
function view(of: Core): void {
  const { buffer } = of.memory;
  operands = new Float64Array(buffer, of.shared(), Memory.Arguments);
  words = new Int32Array(buffer, operands.byteOffset + operands.byteLength, Memory.Words);
  units = new Uint16Array(buffer, words.byteOffset + words.byteLength, Memory.Units);
}

/** Memory that grows has another buffer. To ask for that one costs more than to see that the one before is detached. */
function renew(of: Core): void {
  if (!units.length || of.grown?.()) view(of);
}

/** A trap where user code may be on the stack: what it leads to waits until that has returned. */
function faultBelow(error: unknown): void {
  fault(error);
  queueMicrotask(perform);
}

/** How many units of a frame are copied for the core at first: most headers are shorter. */
const SHORT = 24;

/** Has the core read the header of the packet at `from`. */
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

/** An ack id beyond this is too long for the core. */
const LONGEST = 2 ** 31 - 1;

/** Has the core write a packet's header; without an ack id, ack is empty. A number is hold or drop. */
export function tx(slot: number, flags: Tx, attachments: number, ack: number | ""): string | TxAnswer {
  if (!core) return TxAnswer.Hold;
  try {
    const long = +ack > LONGEST;
    const n = core.tx(slot, flags, attachments, long ? -1 : +ack);
    renew(core);
    if (n < 1) return n;
    let header = "";
    for (let i = 0; i < n; i++) header += String.fromCharCode(units[i]!);
    return long ? header + ack : header; // it stands last
  } catch (e) {
    faultBelow(e);
    return TxAnswer.Hold;
  }
}
