// The adapter of pages: the package as it is shipped, in Chromium.
import { Client } from "./client.mjs";

/** adapter.connect(url, options, { token, hook }): a client. page is one that has the library as `lib`. */
export async function startPage(page) {
  const clients = [];
  await page.exposeFunction("adapterAsked", (i, cause) => clients[i].asked(cause));
  await page.exposeFunction("adapterRefused", (i, error) => clients[i].refused(error));
  await page.exposeFunction("adapterNote", (i, word, value) => clients[i].note(word, value));
  await page.evaluate(install);
  return {
    async connect(url, options, script) {
      const i = clients.length;
      const call = (what, ...args) => page.evaluate(([i, what, args]) => adapted[i][what](...args), [i, what, args]);
      clients.push(new Client({ ...script, call }));
      await page.evaluate(([i, url, options]) => adapt(i, url, options), [i, url, options]);
      return clients[i];
    },
    stop: () => page.close(),
  };
}

/** Runs in the page. */
function install() {
  window.adapted = [];
  window.adapt = (i, url, options) => {
    const note = (word, value) => void adapterNote(i, word, value);
    const socket = lib.connect(url, {
      ...options,
      forceNew: true,
      async token({ cause }) {
        const { token, error } = await adapterAsked(i, cause);
        if (error) throw new Error(error);
        return token;
      },
      onAuthenticated: ({ refreshed }) => note(refreshed ? "refreshed" : "authenticated"),
      onUnauthorized: ({ reason, code, message }) => adapterRefused(i, { reason, code, message }),
      onExpired: () => note("expired"),
    });
    socket.on("connect", () => note("connect"));
    socket.on("connect_error", (error) => note("connect_error", error.message));
    socket.on("disconnect", (reason) => note(`disconnect ${reason}`));
    socket.onAny((name, ...args) => {
      if (name !== "authenticated" && name !== "unauthorized") note(`event ${name}`, args);
    });
    adapted[i] = {
      emit: (...args) => void socket.emit(...args),
      ack: (...args) => new Promise((done) => socket.emit(...args, (...answer) => done(answer))),
      connect: () => void socket.connect(),
      disconnect: () => void socket.disconnect(),
      reauthenticate: () => socket.reauthenticate().then(() => "", (error) => error.message),
      state: () => ({ authenticated: socket.authenticated, expiresAt: socket.tokenExpiresAt ? socket.tokenExpiresAt.getTime() : null }),
    };
  };
}
