// Measures the client's code alone: the WebSocket is an object of the page, so the figures contain no time of the network,
// the server or the browser.
const small = (i) => ({ id: i, name: "ann", text: "the quick brown fox" });
let fake;

class FakeWebSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;
  readyState = 0;
  bufferedAmount = 0;
  sent = 0;
  constructor(url) {
    this.url = url;
    fake = this;
    setTimeout(() => {
      this.readyState = 1;
      this.onopen({});
      this.tell('0{"sid":"x","upgrades":[],"pingInterval":300000,"pingTimeout":300000,"maxPayload":1000000}');
    });
  }
  tell(data) {
    this.onmessage({ data });
  }
  send(data) {
    this.sent++;
    const [, ack] = /^42(\d+)\[/.exec(data) ?? [];
    if (ack) queueMicrotask(() => this.tell(`43${ack}[1]`));
    if (data.startsWith("40")) setTimeout(() => this.tell('40{"sid":"y"}'));
  }
  addEventListener() {}
  close() {
    this.readyState = 3;
    this.onclose?.({ code: 1000 });
  }
}

window.WebSocket = FakeWebSocket; // before the client is evaluated, as it may keep a reference

let socket;
let heard = 0;

export async function open(client) {
  await client.ready();
  socket = client.connect({ transports: ["websocket"], reconnection: false });
  socket.on("n", (i, value) => (heard += value.id));
  await new Promise((done) => socket.on("connect", done));
}

/** µs per received event. Microtasks run after each, as after an event of the browser's. */
export async function receive(client, n) {
  const frames = Array.from({ length: 1000 }, (_, i) => "42" + JSON.stringify(["n", i, small(i)]));
  heard = 0;
  const start = performance.now();
  for (let i = 0; i < n; i++) {
    fake.tell(frames[i % 1000]);
    await undefined;
  }
  const us = ((performance.now() - start) * 1000) / n;
  if (heard !== n * 499.5) throw new Error(`${heard} heard`);
  return us;
}

/** µs per round trip of an emitWithAck that is answered in a microtask. */
export async function trips(client, n) {
  const start = performance.now();
  for (let i = 0; i < n; i++) await socket.emitWithAck("echo", i);
  return ((performance.now() - start) * 1000) / n;
}

const { port1, port2 } = new MessageChannel();
const task = () =>
  new Promise((done) => {
    port1.onmessage = done;
    port2.postMessage(0);
  });

/** µs per emitted event, with `burst` events in a task. */
export async function emit(client, n, burst) {
  const before = fake.sent;
  const start = performance.now();
  for (let i = 0; i < n; ) {
    for (const end = i + burst; i < end; i++) socket.emit("n", i, small(i));
    await task();
  }
  const us = ((performance.now() - start) * 1000) / n;
  if (fake.sent - before !== n) throw new Error(`${fake.sent - before} of ${n} sent`);
  return us;
}
