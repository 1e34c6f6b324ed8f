// The whole client on the desk, as in desk.mjs, over polling and with an upgrade: fetch and WebSocket are the test's, request by
// request and frame by frame.
//
//   const { connect, network } = await stage();
//   const socket = connect("http://a.test");
//   const { get } = await network.begin("a.test");      // handshake and CONNECT are answered; the GET is waiting
//   const ws = await network.websocket("a.test");       // the next WebSocket, not open yet
//   ws.accept();
//   assert.equal(await ws.frame(), "2probe");
//
// Each test connects to a server of another name.
import { desk, event, queue } from "./desk.mjs";

let sessions = 0;
let servers = 0;

/** A handshake of Engine.IO 4. */
export const handshake = (more) => `0${JSON.stringify({ sid: `engine-${++sessions}`, upgrades: ["websocket"], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1e6, ...more })}`;

export async function stage() {
  const tools = await desk();
  const of = {};
  const at = (host) => (of[host] ||= { GET: queue(), POST: queue(), websocket: queue() });

  globalThis.fetch = (url, { method = "GET", signal, body, keepalive } = {}) =>
    new Promise((resolve, reject) => {
      const { hostname, searchParams } = new URL(url);
      const request = {
        query: Object.fromEntries(searchParams),
        body,
        keepalive,
        aborted: false,
        answer: (text = "ok", status = 200) => resolve(new Response(text, { status, headers: { "content-type": "text/plain; charset=UTF-8" } })),
        fail: () => reject(new TypeError("Failed to fetch")),
      };
      signal?.addEventListener("abort", () => {
        request.aborted = true;
        reject(signal.reason);
      });
      at(hostname)[method].push(request);
    });

  globalThis.WebSocket = class extends EventTarget {
    readyState = 0;
    bufferedAmount = 0;
    #frames = queue();
    constructor(url) {
      super();
      const { hostname, searchParams } = new URL(url);
      this.query = Object.fromEntries(searchParams);
      at(hostname).websocket.push(this);
    }
    send(frame) {
      this.#frames.push(frame);
    }
    close() {
      if (this.readyState < 2) setImmediate(() => this.drop()); // a browser takes a task at least
      this.readyState = 2;
    }
    /** The next frame that the page has sent. */
    frame() {
      return this.#frames.next();
    }
    accept() {
      this.readyState = 1;
      this.#tell("open");
    }
    say(data) {
      this.onmessage?.({ data });
    }
    /** It is over; the page has not asked for that. */
    drop(failed) {
      this.readyState = 3;
      if (failed) this.#tell("error");
      this.#tell("close");
    }
    #tell(type) {
      const event = new Event(type);
      this["on" + type]?.(event);
      this.dispatchEvent(event);
    }
  };

  const network = {
    get: (host) => at(host).GET.next(),
    post: (host) => at(host).POST.next(),
    websocket: (host) => at(host).websocket.next(),
    /** The first of a GET and a WebSocket: how the page begins its next attempt. */
    first: (host) => Promise.race([network.get(host), network.websocket(host)]),
    /** Answers a handshake and CONNECT; gives the GET that waits then. `more` is said in the handshake. */
    async begin(host, more) {
      (await network.get(host)).answer(handshake(more));
      (await network.post(host)).answer();
      (await network.get(host)).answer('40{"sid":"s"}');
      return { get: await network.get(host) };
    },
    /** The same over a WebSocket, which it gives. */
    async beginWebsocket(host) {
      const ws = await network.websocket(host);
      await network.welcome(ws);
      return ws;
    },
    /** Accepts a WebSocket, and says what a server says until the namespace is connected. */
    async welcome(ws) {
      ws.accept();
      ws.say(handshake({ upgrades: [] }));
      await ws.frame();
      ws.say('40{"sid":"s"}');
    },
  };
  return { ...tools, connect: (url, options) => tools.connect(url, { transports: ["polling", "websocket"], ...options }), network };
}

/**
 * Opens sockets, each to a server of its own name, and disconnects them when their test is over. `defaults` are options of
 * all sockets. The option `host` names a server.
 */
export function opener({ connect, network }, defaults) {
  /** The server has not answered yet. */
  function opening(t, { host = `server${++servers}.test`, ...options } = {}) {
    const socket = connect(`http://${host}`, { ...defaults, ...options });
    t.after(() => socket.disconnect());
    return { host, socket, engine: socket.io.engine };
  }
  /** Connected over polling. `get` waits for what the server says next. `said` is what the handshake says. */
  async function polling(t, options, said) {
    const one = opening(t, options);
    const connected = event(one.socket, "connect");
    const { get } = await network.begin(one.host, said);
    await connected;
    return { ...one, get };
  }
  /** Connected over a websocket alone. */
  async function overWebsocket(t, options) {
    const one = opening(t, { transports: ["websocket"], ...options });
    const connected = event(one.socket, "connect");
    const ws = await network.beginWebsocket(one.host);
    await connected;
    return { ...one, ws };
  }
  return { opening, polling, overWebsocket };
}
