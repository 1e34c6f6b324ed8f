// Runs in every page before its own scripts. It records the events and hooks of a socket in order, for tests to compare.
// It is given to the browser as text (see test.js), so it imports nothing.
window.kit = {
  sockets: [],

  /**
   * Connects as a user of the library does, and writes down what the user would hear. `options` come from the test as
   * data; functions are named: token: { fn: "(context) => …" } is turned into a function here.
   */
  connect(url, options = {}, name = "connect") {
    const log = [];
    const waiting = new Set();
    const note = (what, value) => {
      const entry = { what, value: kit.plain(value), at: Date.now() };
      log.push(entry);
      for (const w of [...waiting]) if (w.what === what && !--w.left && waiting.delete(w)) w.resolve(entry.value);
    };
    const hooks = {};
    if (options.token !== undefined || options.via !== undefined)
      Object.assign(hooks, {
        onAuthenticated: (info) => note("onAuthenticated", info),
        onUnauthorized: (error) => note("onUnauthorized", error),
        onExpired: (error) => note("onExpired", error),
      });
    const socket = lib[name](url, { ...hooks, ...kit.functions(options) });
    for (const event of ["connect", "authenticated", "connect_error", "error", "disconnect"]) socket.on(event, (value) => note(event, value));
    socket.on("unauthorized", (error, callback) => {
      note("unauthorized", error);
      note("callback", typeof callback);
    });
    socket.on("message", (value) => note("message", value));
    const client = {
      socket,
      log,
      note,
      /** Resolves with the value of the n-th entry of this name, past or to come. */
      until(what, n = 1, timeout = 30_000) {
        const past = log.filter((entry) => entry.what === what);
        if (past.length >= n) return Promise.resolve(past[n - 1].value);
        return new Promise((resolve, reject) => {
          waiting.add({ what, left: n - past.length, resolve });
          setTimeout(() => reject(new Error(`no ${what}; the story so far: ${client.story().join(", ") || "nothing"}`)), timeout);
        });
      },
      story: () => log.map((entry) => entry.what),
    };
    kit.sockets.push(client);
    return client;
  },

  functions(value) {
    if (Array.isArray(value) || value === null || typeof value !== "object") return value;
    if (typeof value.fn === "string") return (0, eval)(value.fn);
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, kit.functions(v)]));
  },

  /** A value as the test can receive it: errors with what they carry, no functions. */
  plain(value) {
    if (value instanceof Error || value?.name === "UnauthorizedError") {
      const { name, type, message, data, via, code, reason, fatal, description } = value;
      return { isError: value instanceof Error, name, type, message, data: kit.plain(data), via, code, reason, fatal, description: kit.plain(description), cause: value.cause === undefined ? undefined : String(value.cause) };
    }
    if (value instanceof Date) return value.getTime();
    if (value instanceof Event) return value.type;
    if (Array.isArray(value)) return value.map(kit.plain);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, kit.plain(v)]));
    return typeof value === "function" ? "function" : value;
  },
};
