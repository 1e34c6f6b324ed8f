/**
 * Starts the core, and another one after a trap.
 *
 *   idle → due (the first connect(); the core starts in the next task, while the network works on the first request)
 *        → starting (only where the browser compiles asynchronously) → running
 *
 * A failed start leads back to idle, so that a later connect() tries again. A core that traps is discarded and replaced by
 * another one, at most three times in a minute.
 */
import { report } from "../emitter.js";
import { clock } from "./clock.js";
import { discard, enter, tell, whenFaulted } from "./calls.js";
import { failure, type Core, type CoreMaker } from "./core.js";

/** The managers and sockets of the page, which hear of the core's failures. */
export interface Dependents {
  /** The core could not be started. */
  failed(error: Error): void;
  /** The core has trapped, and its state is lost. */
  faulted(): void;
  /** Another core runs. */
  restarted(): void;
}

let make: CoreMaker;
let dependents: Dependents;
let state: "idle" | "due" | "starting" | "running" = "idle";
const waiting: [() => void, (error: Error) => void][] = [];

/** Called once by the entry of each build. */
export const useCore = (maker: CoreMaker) => (make = maker);
export const setDependents = (d: Dependents) => (dependents = d);

/** Calls fn in the next task. Browsers delay timers in hidden pages, but not messages. jsdom has no MessageChannel and delays nothing. */
function nextTask(fn: () => void): void {
  if (!globalThis.MessageChannel) return void setTimeout(fn);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    fn();
  };
  port2.postMessage(0);
}

/** Starts the core in the next task, unless it has been started. */
export function begin(): void {
  if (state != "idle") return;
  state = "due";
  nextTask(start);
}

/** Starts the core now. Resolves when it runs, rejects with what forbids it. */
export function load(): Promise<void> {
  return new Promise((...both) => {
    waiting.push(both);
    if (state == "running") succeed();
    else start();
  });
}

function start(): void {
  if (state == "starting" || state == "running") return;
  state = "starting";
  try {
    const made = make(tell);
    if (made instanceof Promise) made.then(entered, fail);
    else entered(made);
  } catch (e) {
    fail(e as Error);
  }
}

function entered(made: Core): void {
  state = "running";
  enter(made);
  succeed();
  if (!afterFault) return;
  afterFault = false;
  dependents.restarted();
}

const succeed = () => waiting.splice(0).forEach(([resolve]) => resolve());

function fail(error: Error): void {
  state = "idle";
  discard();
  waiting.splice(0).forEach(([, reject]) => reject(error));
  dependents.failed(error);
}

// --- After a trap ---------------------------------------------------------------------------------------------------------

const FAULTS = 3;
const MINUTE = 60_000;
let faults: number[] = [];
let afterFault = false;

whenFaulted((cause) => {
  const now = clock();
  faults = [...faults.filter((at) => now - at < MINUTE), now];
  state = "idle";
  discard(); // operations called since were meant for the core that has trapped
  let last: Error | undefined;
  if (faults.length > FAULTS) last = failure(`the client's core has failed ${faults.length} times in a minute, and is not started again: reload the page`, cause);
  report(last || failure("a fault in the client's core; it is started anew. Please report this", cause));
  dependents.faulted();
  if (last) return fail(last);
  afterFault = true;
  start();
});
