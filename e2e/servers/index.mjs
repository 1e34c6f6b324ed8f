// The tests' side of the servers: starts the child process, and returns a handle of each server.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * SERVERS_LATE=200 delays all messages of servers by 200 ms, in order: a test that checks once for an observation that is
 * still on its way then fails each time, not only on a busy machine.
 */
const LATE = Number(process.env.SERVERS_LATE ?? 0);
export const late = (hear) => (LATE ? (message) => setTimeout(hear, LATE, message) : hear);

const HOST = fileURLToPath(new URL("host.mjs", import.meta.url));

/** A child process with servers. A worker has one; a server that may end its process has its own. */
export class Host {
  #calls = new Map();
  #handles = new Map();
  #next = 1;

  constructor() {
    // Node's own warnings about the old servers' habits (Buffer(), url.parse) would hide the tests' output.
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
 * A test's handle of a server. `seen` has the observations that have arrived, in order. An observation may arrive after the
 * page has its effect: `until` waits for one, `all` for all that the server has made by now.
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

  /** The observations of a type that have arrived; `all` and `until` wait for those on their way. */
  of(type) {
    return this.seen.filter((o) => o.type === type);
  }

  /**
   * Resolves when all observations that the server has made by now have arrived, as its answer follows them. The server
   * has observed a page\'s emit only when it has acknowledged it.
   */
  async all() {
    await this.#call("sync");
    return this.seen;
  }

  /** Resolves when that many observations of a type have arrived. */
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
