// Runs in every page after kit.js: sessions whose tokens the test makes (see `mint` in lifecycle.js), and what happens to
// them while they are renewed or end. Like kit.js it is given to the browser as text and imports nothing.
window.sessions = {
  /**
   * kit.connect with tokens of so many seconds, or what `options.token` makes of (context, which call it is).
   * The token of the last of `renewals` is good for an hour: a test that counts renewals sees no other, however long it
   * takes to look. client.causes are the provider's calls, client.manager the manager's events.
   */
  connect(url, { token, ...options }, seconds, renewals = Infinity) {
    const causes = [];
    let client; // a token may be asked for before there is one
    const accepted = () => (client ? client.story().filter((what) => what === "onAuthenticated").length : 0);
    client = kit.connect(url, {
      token: (context) => {
        causes.push(context.cause);
        return token ? token(context, causes.length) : mint(accepted() >= renewals ? 3600 : seconds);
      },
      ...options,
    });
    client.causes = causes;
    client.manager = [];
    for (const event of ["close", "reconnect_attempt", "reconnect"]) client.socket.io.on(event, () => client.manager.push(event));
    return client;
  },

  /** Numbered emits with the time, one in `every` ms; every third wants an ack. */
  emits(client, every) {
    client.sent = 0;
    client.acks = [];
    // By the clock that the client goes by: performance.now() may be a millisecond ahead of it, or more where the system's
    // clock is being put right.
    const now = window.rightTime ?? (() => Date.now());
    client.emit = () => {
      const i = client.sent++;
      const value = { i, at: now() };
      if (i % 3) client.socket.emit("echo", value);
      else client.socket.emit("echo", value, (v) => client.acks.push(v.i));
    };
    const timer = setInterval(client.emit, every);
    /** Resolves when the server has heard all and, unless `lossy`, has answered what wants an ack. */
    client.stop = async (lossy) => {
      clearInterval(timer);
      await client.socket.emitWithAck("echo", { i: client.sent++ });
      // No longer than this: the test then says which are missing.
      for (let i = 0; i < 2000 && !lossy && client.acks.length < (client.sent - 1) / 3; i++) await new Promise((done) => setTimeout(done, 10));
    };
  },

  /**
   * From now on the page's clock is so many times slower. The client has limits of its own: two seconds for what is
   * outstanding when a token is renewed, one for an acknowledgement to be written before the page is left.
   */
  slow(times = 2) {
    for (const clock of [Date, performance]) {
      const now = clock.now.bind(clock);
      const began = now();
      clock.now = () => began + (now() - began) / times;
    }
  },

  /**
   * A tab that has not answered another one's question after two seconds is taken for frozen, and then both ask. From now
   * on it has twenty: none is frozen, however long a busy machine takes to give each its turn.
   */
  patient() {
    const timeout = setTimeout.bind(window);
    window.setTimeout = (fn, ms, ...args) => timeout(fn, ms === 2000 ? 20_000 : ms, ...args);
  },

  /** The server's ticks: [number, when sent]. */
  ticks(client) {
    client.ticks = [];
    client.socket.on("tick", (n, at, part) => {
      if (part instanceof ArrayBuffer && new Uint8Array(part)[0] !== (n & 255)) client.note("another tick's attachment", n);
      client.ticks.push([n, at]);
    });
    /** Resolves when so many have come. */
    client.ticked = async (count) => {
      while (client.ticks.length < count) await new Promise((done) => client.socket.once("tick", done));
    };
  },

  /** Counts the events by which a page could notice a renewal. */
  watch(client) {
    const { socket } = client;
    client.ids = new Set();
    client.upset = 0;
    const timer = setInterval(() => (socket.connected && socket.authenticated ? client.ids.add(socket.id) : client.upset++), 1);
    return () => clearInterval(timer);
  },

  report: ({ log, story, causes, manager, sent, acks, ticks, ids, upset }) => ({
    story: story(), causes, manager, sent, acks, ticks, ids: ids && ids.size, upset,
    infos: log.filter((e) => e.what === "onAuthenticated").map((e) => e.value),
  }),
};
