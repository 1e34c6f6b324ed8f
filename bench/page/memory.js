// Measures memory after a million events, many sockets, acknowledgements under way, and reconnections.
import * as traffic from "./traffic.js";

export const { open, receive, emit, close } = traffic;
export const wasm = () => window.wasmMemory();

let socket;
const once = (s, name) => new Promise((done) => s.on(name, done));

export async function connect(client) {
  await client.ready();
  socket = client.connect({ transports: ["websocket"], reconnectionDelay: 1, randomizationFactor: 0 });
  await once(socket, "connect");
}

/** The same hundred namespaces, used and left again, `cycles` times. */
export async function sockets(client, cycles) {
  for (let c = 0; c < cycles; c++) {
    const rooms = Array.from({ length: 100 }, (_, i) => socket.io.socket(`/room-${i}`));
    await Promise.all(
      rooms.map(async (room) => {
        await new Promise((done) => room.once("connect", done)); // socket() connects a room that was left, too
        await room.emitWithAck("echo", c);
      }),
    );
    for (const room of rooms) room.disconnect();
  }
}

export async function acks(client, cycles) {
  for (let c = 0; c < cycles; c++) {
    const waiting = Array.from({ length: 1000 }, (_, i) => new Promise((done) => socket.emit("hold", i, done)));
    socket.emit("release");
    const answers = await Promise.all(waiting);
    if (answers.some((a, i) => a !== i)) throw new Error("answers mixed up");
  }
}

export async function reconnects(client, n) {
  for (let i = 0; i < n; i++) {
    const back = new Promise((done) => socket.once("connect", done));
    socket.emit("cut");
    await back;
  }
}

/** Mounts and unmounts a part of a page that has a socket with a token function of its own, n times. Gives how much longer the last take than the first. */
export async function mounts(client, n) {
  await client.ready();
  const mount = () => client.connect({ token: () => window.token, via: "query", forceNew: true }).disconnect();
  /** The browser's clock is too coarse for one; few groups contain the browser's own work. */
  const group = async () => {
    const from = performance.now();
    for (let i = 0; i < 10; i++) mount();
    const ms = performance.now() - from;
    await new Promise((done) => setTimeout(done));
    return ms;
  };
  const groups = async (count) => {
    const all = [];
    for (let i = 0; i < count; i++) all.push(await group());
    return all.sort((a, b) => a - b)[count >> 1];
  };
  await groups(100); // until the browser has compiled the code
  const first = await groups(11);
  await groups(n / 10);
  return (await groups(11)) / first;
}
