// The page's clock, loaded before any client. Tests slow its timers down, or stop it and move it by hand.
const native = {
  setTimeout: window.setTimeout.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  now: performance.now.bind(performance),
  wall: Date.now,
};

/** What a browser does to timers in the background: no timer that starts runs earlier than `floor` ms from now. */
export const throttle = { floor: 0 };

// For the tests themselves: neither throttled nor stopped.
export const sleep = (ms) => new Promise((resolve) => native.setTimeout(resolve, ms));
export const after = native.setTimeout;
export const now = native.now;

let stopped; // { at: performance.now(), wall: Date.now() } while the clock stands still
let lastId = 0;
const waiting = new Map(); // id → { due, fn, args }, in ms of `stopped.at`
const handed = new Map(); // id → the browser's own, for timers that outlived the stop

/**
 * Stopped, the clock shows the same time until it is moved, and only timers that start with 0 ms run by themselves. The
 * network goes on. So a limit passes when the test says so, and no earlier on a slow machine. Timers that run already
 * keep to the browser's clock.
 */
export const clock = {
  stop() {
    stopped = { at: native.now(), wall: native.wall.call(Date) };
    performance.now = () => stopped.at;
    Date.now = () => Math.floor(stopped.wall);
  },
  /** Lets that many ms pass: what is due runs, each timer in a task of its own, at its time, in the order of their times. */
  async move(ms) {
    const end = stopped.at + ms;
    for (let next; (next = soonest(end)); ) {
      advance(Math.max(0, waiting.get(next).due - stopped.at));
      await new Promise((resolve) => native.setTimeout(() => (resolve(), run(next))));
    }
    advance(end - stopped.at);
  },
  /** That many ms pass while the timers sleep, as in a laptop with its lid closed. Who is due runs at the next move(), or go(). */
  jump: (ms) => advance(ms),
  /** The clock goes again. */
  go() {
    if (!stopped) return;
    delete performance.now;
    Date.now = native.wall;
    for (const [id, { due, fn, args }] of waiting) handed.set(id, native.setTimeout(fn, due - stopped.at, ...args));
    waiting.clear();
    stopped = undefined;
  },
};

window.setTimeout = (fn, ms, ...args) => {
  const delay = Math.max(ms ?? 0, throttle.floor);
  if (!stopped) return native.setTimeout(fn, delay, ...args);
  const id = --lastId;
  waiting.set(id, { due: stopped.at + (delay || 0), fn, args });
  if (!delay) native.setTimeout(() => run(id));
  return id;
};

window.clearTimeout = (id) => {
  waiting.delete(id);
  native.clearTimeout(handed.get(id) ?? id);
};

function advance(ms) {
  stopped.at += ms;
  stopped.wall += ms;
}

function soonest(end) {
  let first;
  for (const [id, { due }] of waiting) if (due <= end && (first === undefined || due < waiting.get(first).due)) first = id;
  return first;
}

function run(id) {
  const timer = waiting.get(id);
  waiting.delete(id);
  timer?.fn(...timer.args);
}
