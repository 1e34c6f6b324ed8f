// One connection, and events through it: floods both ways, and round trips.
const small = (i) => ({ id: i, name: "ann", text: "the quick brown fox" });
const payloads = {
  small,
  json: (() => {
    const list = Array.from({ length: 900 }, (_, i) => ({ id: i, name: `name ${i}`, email: `user${i}@example.com`, tags: ["a", "b", "c"], score: i * 1.5, active: i % 2 === 0, note: "é – ü" }));
    return () => list;
  })(),
  binary: (() => {
    const bytes = new Uint8Array(64 * 1024).fill(7);
    return () => bytes;
  })(),
};

let socket;
const once = (name) => new Promise((done) => socket.on(name, done));

export async function open(client, options) {
  await client.ready();
  socket = client.connect(options);
  await once("connect");
}

/** ms from the request, or from the first, to the last of n events. */
export async function receive(client, kind, n, fromFirst) {
  let left = n;
  let sum = 0;
  let start;
  const all = new Promise((done) => {
    socket.off?.("n");
    socket.on("n", (i, value) => {
      if (fromFirst && left === n) start = performance.now();
      sum += kind === "small" ? value.id : value.length ?? value.byteLength;
      if (!--left) done();
    });
  });
  start = performance.now();
  socket.emit("flood", kind, n);
  await all;
  const ms = performance.now() - start;
  const right = kind === "small" ? (n * (n - 1)) / 2 : n * (kind === "json" ? 900 : 65536);
  if (sum !== right) throw new Error(`received ${sum}, not ${right}`);
  return ms;
}

const { port1, port2 } = new MessageChannel();
/** The next task: what a page does between two events of its own. */
const task = () =>
  new Promise((done) => {
    port1.onmessage = done;
    port2.postMessage(0);
  });

/** ms from the first of n emits until the server has them all. `burst` of them are made in one task. */
export async function emit(client, kind, n, burst) {
  const payload = payloads[kind];
  const frames = kind === "binary" && !socket.ws ? 2 * n : n;
  await client.emitWithAck(socket, "count", frames);
  socket.off?.("counted");
  const counted = once("counted");
  const start = performance.now();
  for (let i = 0; i < n; ) {
    for (let end = Math.min(n, i + burst); i < end; i++) socket.emit("n", i, payload(i));
    await task();
  }
  await counted;
  return performance.now() - start;
}

/** [ms] of n round trips, one after the other. */
export async function trips(client, n) {
  const all = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    const back = await client.emitWithAck(socket, "echo", i);
    all.push(performance.now() - start);
    if (back !== i) throw new Error("another answer");
  }
  return all;
}

export const close = () => void socket.disconnect();
