// One client of an adapter as a behaviour sees it: what it was told, in order, and what it can be asked to do.

/**
 * Words of the story: "ask connect" (the token function, with its cause), "connect", "connect_error", "disconnect" with a
 * reason, "authenticated", "refreshed", "unauthorized expired" (the hooks, with the reason), "expired", and "event name".
 */
export class Client {
  log = [];
  #waiting = new Set();
  #asks = 0;
  #refusals = 0;

  /** token(cause, nth) and hook(error, nth) are a behaviour's; call(what, ...args) makes the adapter do something. */
  constructor({ token, hook, call }) {
    Object.assign(this, { token, hook, call });
  }

  /** The adapter calls these. */
  note(word, value) {
    this.log.push({ word, value });
    for (const waiting of this.#waiting) if (waiting.fits(word) && !--waiting.left && this.#waiting.delete(waiting)) waiting.resolve(value);
  }

  /** Resolves with { token }, or { error }: the function throws. */
  async asked(cause) {
    const nth = ++this.#asks;
    this.note(`ask ${cause}`);
    try {
      return { token: (await this.token(cause, nth)) ?? null };
    } catch (error) {
      return { error: error.message };
    }
  }

  /** Resolves with the token that the hook wants tried, or null. */
  async refused(error) {
    this.note(`unauthorized ${error.reason}`, error);
    return (await this.hook?.(error, ++this.#refusals)) ?? null;
  }

  /** Behaviours call these. */
  story() {
    return this.log.map((entry) => entry.word);
  }

  /** Resolves with the value of the nth word that is `word`, or fits it: a text or a RegExp. */
  until(word, nth = 1, timeout = 30_000) {
    const fits = (other) => (typeof word === "string" ? other === word : word.test(other));
    const past = this.log.filter((entry) => fits(entry.word));
    if (past.length >= nth) return Promise.resolve(past[nth - 1].value);
    return new Promise((resolve, reject) => {
      const waiting = { fits, left: nth - past.length, resolve: (value) => (clearTimeout(timer), resolve(value)) };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new Error(`no "${word}"${nth > 1 ? ` number ${nth}` : ""}; the story so far: ${this.story().join(", ") || "nothing"}`));
      }, timeout);
      this.#waiting.add(waiting);
    });
  }

  emit = (...args) => this.call("emit", ...args);
  /** Resolves with the arguments of the server's acknowledgement. */
  ack = (...args) => this.call("ack", ...args);
  connect = () => this.call("connect");
  disconnect = () => this.call("disconnect");
  /** Resolves with "" when there is a session, otherwise with what went wrong. */
  reauthenticate = () => this.call("reauthenticate");
  /** { authenticated, expiresAt }: milliseconds, or null for a token without an expiry. */
  state = () => this.call("state");
}
