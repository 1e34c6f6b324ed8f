// Several tabs in one process: Web Locks as the standard describes them (shared and exclusive, first come first served,
// freed when a client dies), and node's own BroadcastChannel. `navigator` and `BroadcastChannel` are set for the tab
// that is being opened; what share() has taken from them stays with that tab.

const RealChannel = globalThis.BroadcastChannel;

export function browser({ locks = true, channels = true } = {}) {
  const held = [];
  const pending = [];

  const grant = () => {
    for (let i = 0; i < pending.length; i++) {
      const p = pending[i];
      const before = [...held, ...pending.slice(0, i)].filter((l) => l.name === p.name);
      if (p.mode === "shared" ? before.some((l) => l.mode === "exclusive") : before.length) continue;
      pending.splice(i--, 1);
      held.push(p);
      const free = () => {
        const at = held.indexOf(p);
        if (at >= 0) held.splice(at, 1);
        grant();
      };
      p.free = free;
      Promise.resolve()
        .then(() => p.run({ name: p.name, mode: p.mode }))
        .then((v) => { free(); p.resolve(v); }, (e) => { free(); p.reject(e); });
    }
  };

  const lockManager = (tab) => ({
    request(name, options, run) {
      if (!run) [options, run] = [{}, options];
      if (locks === "forbidden") return Promise.reject(new DOMException("no", "SecurityError"));
      return new Promise((resolve, reject) => {
        const lock = { name, mode: options.mode || "exclusive", clientId: tab, run, resolve, reject };
        if (options.signal?.aborted) return reject(options.signal.reason);
        options.signal?.addEventListener("abort", () => {
          const at = pending.indexOf(lock);
          if (at < 0) return;
          pending.splice(at, 1);
          reject(options.signal.reason);
          setImmediate(grant);
        });
        pending.push(lock);
        setImmediate(grant);
      });
    },
    query: async () => ({ held: held.map(({ name, mode, clientId }) => ({ name, mode, clientId })), pending: [] }),
  });

  let tabs = 0;
  return {
    held,
    pending,
    /** Opens a tab, runs `script` in it, and returns what that returned with ways to end the tab. */
    tab(script) {
      const id = ++tabs;
      const open = [];
      const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      define("navigator", locks ? { locks: lockManager(id) } : {});
      define(
        "BroadcastChannel",
        channels
          ? class extends RealChannel {
              constructor(name) {
                if (channels === "forbidden") throw new DOMException("no", "SecurityError");
                super(name);
                open.push(this);
              }
            }
          : undefined,
      );
      const value = script();
      return Object.assign(value, {
        /** Gone, with all that it held. What still runs in it changes nothing any more. */
        die() {
          for (const c of open) c.close();
          for (let i = pending.length; i--; ) if (pending[i].clientId === id) pending.splice(i, 1);
          for (const l of held.filter((l) => l.clientId === id)) l.free();
        },
        /** Hears and says nothing, and keeps what it holds. Returns what wakes it: it hears everything then. */
        freeze() {
          const wake = open.map((c) => {
            const { onmessage } = c;
            const missed = [];
            c.onmessage = (e) => missed.push(e);
            return () => {
              c.onmessage = onmessage;
              for (const e of missed) c.onmessage(e);
            };
          });
          return () => wake.forEach((fn) => fn());
        },
      });
    },
  };
}
