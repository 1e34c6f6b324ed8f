// The tests' side of the servers: starts the child process, and gives each server a handle.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * SERVERS_LATE=200 has everything that servers say come so many ms later, in order: a test that looks once at what is
 * still on its way then fails each time, and not only on a busy machine.
 */
const LATE = Number(process.env.SERVERS_LATE ?? 0);
export const late = (hear) => (LATE ? (message) => setTimeout(hear, LATE, message) : hear);

const HOST = fileURLToPath(new URL("host.mjs", import.meta.url));

/** A child process full of servers. One serves a whole worker; a server that may take its process down has its own. */
export class Host {
  #calls = new Map();
  #handles = new Map();
  #next = 1;

  constructor() {
    // Node's own warnings about the old servers' habits (Buffer(), url.parse) would drown what matters.
    this.child = fork(HOST, { serialization: "advanced", execArgv: ["--no-deprecation"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.exited = new Promise((done) => this.child.once("exit", done));
    this.child.on("message", late((message) => this.#hear(message)));
    this.exited.then(() => this.#fail(new Error("the server process has ended")));
  }

  async real(config) {
    return this.#start("real", config);
  }

  async fake(config) {
    return this.#start("fake", config);
  }

  async stop() {
    if (this.child.connected) this.child.disconnect();
    this.child.kill();
    await this.exited;
  }

  async #start(kind, config) {
    const id = this.#next++;
    const handle = new ServerHandle(id, (what, fields) => this.#call({ what, id, ...fields }));
    this.#handles.set(id, handle);
    handle.port = await this.#call({ what: "start", id, kind, config });
    return handle;
  }

  #call(message) {
    return new Promise((resolve, reject) => {
      const call = this.#next++;
      this.#calls.set(call, { resolve, reject });
      this.child.send({ call, ...message }, (error) => error && reject(error));
    });
  }

  #hear({ id, observation, crashed, call, result, error }) {
    if (observation) this.#handles.get(id)?.observe(observation);
    else if (crashed) this.#handles.forEach((handle) => handle.observe({ type: "crash", message: crashed, at: Date.now() }));
    else if (error) this.#settle(call).reject(new Error(error));
    else this.#settle(call).resolve(result);
  }

  #settle(call) {
    const settle = this.#calls.get(call);
    this.#calls.delete(call);
    return settle;
  }

  #fail(error) {
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}

/**
 * A server as a test sees it. `seen` are its observations in order, as far as they have come here: what a page has heard
 * of may still be on its way to the test. `until` waits for one; `all` for everything that the server has seen by now.
 */
export class ServerHandle {
  seen = [];
  #waiting = new Set();
  #call;

  constructor(id, call) {
    this.id = id;
    this.#call = call;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The observations of a type that have come; see `all` and `until` for those that are on their way. */
  of(type) {
    return this.seen.filter((o) => o.type === type);
  }

  /**
   * Resolves when everything that the server has seen by now has come: its observations and its answer come in order.
   * What a page has emitted has been seen when the page has been answered, not before.
   */
  async all() {
    await this.#call("sync");
    return this.seen;
  }

  /** Resolves when so many observations of a type have come. */
  count(type, n) {
    return this.until(type, () => this.of(type).length >= n);
  }

  /** Resolves with the first observation of a type (that `match` accepts), past or to come. */
  until(type, match = () => true, timeout = 30_000) {
    const wanted = (o) => o.type === type && match(o);
    const past = this.seen.find(wanted);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const waiting = { wanted, resolve: (o) => (clearTimeout(timer), resolve(o)) };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new Error(`the server saw no such ${type}; it saw ${JSON.stringify(this.seen.map((o) => o.type))}`));
      }, timeout);
      this.#waiting.add(waiting);
    });
  }

  observe(observation) {
    this.seen.push(observation);
    for (const waiting of this.#waiting) {
      if (!waiting.wanted(observation)) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(observation);
    }
  }

  emit(...args) {
    return this.tell("emit", { args });
  }

  ask(...args) {
    return this.tell("ask", { args });
  }

  /** Runs one of the server's commands, see real.mjs and fake.mjs. */
  tell(name, fields = {}) {
    return this.#call("command", { name, fields });
  }

  stop() {
    return this.#call("stop");
  }
}
