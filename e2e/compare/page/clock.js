// Loaded before any client: what a browser does to timers in the background, on demand.
// While `floor` is set, no timer started runs earlier than that many milliseconds from now.
const native = window.setTimeout.bind(window);
export const throttle = { floor: 0 };

window.setTimeout = (fn, ms, ...args) => native(fn, Math.max(ms ?? 0, throttle.floor), ...args);

export const sleep = (ms) => new Promise((resolve) => native(resolve, ms));
export const after = native;
