/**
 * Waiting and time in a test, with real timers or with those that Vitest, Jest or @sinonjs/fake-timers put in their place.
 *
 * A wait never moves the test's clock: it lets what is ready run. Jest's fake timers hold queueMicrotask() back, so each turn
 * of a wait has the fake clock run what is due now.
 */

import { clock } from "../bridge/clock.js";

/** The real setTimeout, also when a test replaces it later by fake timers. */
const realTimeout = globalThis.setTimeout.bind(globalThis);

/**
 * Turns that a wait lasts: a second or two, and longer on a busy machine. Vitest and Jest end a test after five seconds.
 */
const PATIENCE = 1000;

/** ms that a wait with real timers lasts at least: a client whose connection is lost comes back after up to 1.5 s by default. */
const COMES_BACK = 2000;

/** Turns after which a client has read what the server has sent: a poll's answer takes a few. */
const TURNS = 4;

interface FakeClock {
  tickAsync(ms: number): Promise<unknown>;
}

/** Fake timers carry their clock. */
const fakeClock = (): FakeClock | undefined => (globalThis.setTimeout as { clock?: FakeClock }).clock;

/** Lets everything that is ready run. */
async function turn(): Promise<void> {
  await fakeClock()?.tickAsync(0);
  await new Promise<void>((done) => realTimeout(done, 0));
}

/** Resolves when the clients have read all packets sent to them. */
export async function settled(): Promise<void> {
  for (let i = 0; i < TURNS; i++) await turn();
}

/**
 * Calls `look` until it returns a result, and resolves with that when the clients have read the packets sent before. Rejects
 * after PATIENCE turns without a result; `missing` then says what has not happened.
 */
export async function until<T>(look: () => T | undefined, missing: () => string): Promise<T> {
  const began = performance.now();
  // performance.now() may be the test's, too, and stand still: the turns end a wait in any case.
  const waits = (turns: number) => turns < PATIENCE || (!fakeClock() && turns < 3 * PATIENCE && performance.now() - began < COMES_BACK);
  for (let turns = 0; waits(turns); turns++) {
    const found = look();
    if (found !== undefined) {
      await settled();
      return found;
    }
    await turn();
  }
  throw new Error(`FakeServer: ${missing()}${fakeClock() ? ". The test's clock stands still: advance(ms) moves it" : ""}`);
}

/** Moves the test's clock on. */
export async function advance(ms: number, advanceTimers?: (ms: number) => unknown): Promise<void> {
  const fake = fakeClock();
  if (!advanceTimers && !fake)
    throw new Error("FakeServer: advance() moves fake timers: call vi.useFakeTimers() or jest.useFakeTimers() first, or pass option advanceTimers");
  await settled();
  await (advanceTimers ? advanceTimers(ms) : fake!.tickAsync(ms));
  clock(); // notes the test's time before the test restores the real clocks
  await settled();
}

/** Calls a test's function. An exception is reported, also while fake timers stand still, as it is no fault of the client. */
export function safely(fn: ((...args: unknown[]) => unknown) | undefined, args: readonly unknown[]): void {
  try {
    fn?.(...args);
  } catch (error) {
    if (typeof reportError == "function") reportError(error);
    else
      realTimeout(() => {
        throw error;
      }, 0);
  }
}

/** A timer that keeps no program from ending. */
export function timer(fn: () => void, ms: number): ReturnType<typeof setTimeout> {
  const id: ReturnType<typeof setTimeout> & { unref?(): void } = setTimeout(fn, ms);
  id.unref?.();
  return id;
}

/** Runs in a later turn, outside of any call of the page. Not by queueMicrotask(), which Jest's fake timers hold back. */
export const later = (fn: () => void): void => void Promise.resolve().then(fn);
