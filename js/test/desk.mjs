// The whole client on the desk: sockets, managers and tokens with the core that the page loads, and a server that is what
// the test says, frame by frame. No browser, no network.
//
//   const { connect, server } = await desk();
//   const socket = connect("http://api.test", { transports: ["websocket"], token: "a", via: "auth" });
//   const c = await server("api.test").connection();   // the next WebSocket, after the handshake of Engine.IO 4
//   assert.equal(await c.frame(), '40{"token":"a"}');
//   c.say('40{"sid":"x"}');                        // runs the page's listeners before it returns
//   c.hangUp();
//
// A page is one process: each test file has one desk, and each test connects to a server of another name.
import { readFile } from "node:fs/promises";
import { leaf, root } from "./tools.mjs";

/** A list that a test awaits: next() resolves with the first that nobody has had. */
export function queue() {
  const items = [];
  const waiting = [];
  return {
    push: (item) => (waiting.length ? waiting.shift()(item) : items.push(item)),
    next: () => (items.length ? Promise.resolve(items.shift()) : new Promise((done) => waiting.push(done))),
    /** What nobody has had yet. */
    rest: () => items.splice(0),
  };
}

let sessions = 0;

/** What WebSocket is in the page; its other end is in the test's hands: `opened(hostname)` is where it goes. */
function socketClass({ FakeWebSocket, addressOf, claimed }, opened) {
  return class extends FakeWebSocket {
    constructor(url, protocols) {
      const at = new URL(url);
      if (!claimed.at(at)) claimed.add(host(at));
      super(url, protocols);
    }
  };

  /** Takes each connection, whatever its address is. */
  function host(at) {
    return {
      address: addressOf(at),
      path: at.pathname,
      dial(query, end) {
        // A host of that name answers no handshake.
        if (at.hostname == "refusing.test") return undefined;
        const frames = queue();
        let open = true;
        const over = () => {
          if (!open) return;
          open = false;
          frames.push("closed");
        };
        const c = {
          query,
          /** The next frame that the page has sent. */
          frame: () => frames.next(),
          /** What the page has sent that nobody has looked at. */
          sent: () => frames.rest(),
          say: (data) => end.say(data),
          hangUp() {
            over();
            end.hangUp();
          },
          get open() {
            return open;
          },
        };
        Promise.resolve().then(() => {
          c.say(`0${JSON.stringify({ sid: `engine-${++sessions}`, upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1e6 })}`);
          opened(at.hostname).push(c);
        });
        return { read: (frame) => frames.push(frame), left: over };
      },
    };
  }
}

/** Starts the client of this process. */
export async function desk() {
  const hosts = {};
  const of = (host) => (hosts[host] ||= queue());
  const reported = [];
  globalThis.reportError = (error) => reported.push(error);
  const whole = await leaf("whole");
  const { FakeServer, io, Manager, Socket, UnauthorizedError, load, useCore, wasmCore } = whole;
  globalThis.WebSocket = socketClass(whole, of);
  const make = wasmCore((await readFile(`${root}build/core.wasm`)).toString("hex"));
  let traps = 0;
  useCore((tell) => {
    const { memory, _initialize, shared, control, rx, tx } = make(tell);
    return {
      memory, _initialize, shared, rx, tx,
      control(...args) {
        if (traps-- > 0) throw new WebAssembly.RuntimeError("unreachable");
        control(...args);
      },
    };
  });
  return {
    connect: (url, options) => io(url, { transports: ["websocket"], forceNew: true, ...options }),
    Manager, Socket, UnauthorizedError, load,
    /** A server that answers by itself, at an address of its own. */
    FakeServer,
    /** The server of that name: its next connection, and those that nobody has looked at. */
    server: (host) => ({ connection: () => of(host).next(), unseen: () => of(host).rest() }),
    /** The core traps at the next operation. */
    trap: () => void (traps = 1),
    /** What reportError() got. */
    reported,
  };
}

/** The next event of that name, with all that it brings. */
export const event = (emitter, name) => new Promise((done) => emitter.once(name, (...args) => done(args)));

/** Connects a namespace as a server does, and with `authenticated` accepts a token that comes by `event`. Gives the frames that it got. */
export async function welcome(c, { sid = "s", nsp = "", authenticated } = {}) {
  const frames = [await c.frame()];
  c.say(`40${nsp}{"sid":"${sid}"}`);
  if (authenticated) {
    frames.push(await c.frame());
    c.say(`42${nsp}["authenticated"]`);
  }
  return frames;
}

/** A JWT that nobody has signed; times are seconds from now. */
export function jwt({ exp, iat = 0, ...claims } = {}) {
  const at = (s) => Math.floor(Date.now() / 1000 + s);
  const body = { iat: at(iat), ...(exp === undefined ? {} : { exp: at(exp) }), ...claims };
  return ["e30", Buffer.from(JSON.stringify(body)).toString("base64url"), "sig"].join(".");
}
