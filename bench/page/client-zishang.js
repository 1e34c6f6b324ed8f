// github.com/zishang520/socket.io's client in js/wasm, over polling: its WebSocket dials TCP, which no page can.
import "../wasm_exec.js";

let running;
export const ready = () =>
  (running ??= (async () => {
    const go = new window.Go();
    const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL("../zishang.wasm", import.meta.url)), go.importObject);
    await new Promise((done) => {
      window.zishangReady = done;
      go.run(instance);
    });
  })());

export function connect({ path, token, transport = "polling" } = {}) {
  const socket = window.zishang(location.origin + "/", { path, token, transport });
  return {
    on: socket.on,
    emit: (name, ...args) => socket.emit(name, JSON.stringify(args)),
    ask: (name, ...args) => new Promise((done) => socket.ask(name, JSON.stringify(args), done)),
    disconnect: socket.disconnect,
  };
}

export const authenticate = async (via, token, { path }) => {
  await ready();
  const socket = connect({ path, token });
  await new Promise((done, failed) => {
    socket.on("connect", done);
    socket.on("connect_error", failed);
  });
  return socket;
};
export const emitWithAck = (socket, ...args) => socket.ask(...args);

/** Whether it connects over `transport` within ms, and what it says if not. */
export async function tries(transport, ms) {
  await ready();
  const socket = connect({ transport });
  const result = await new Promise((done) => {
    socket.on("connect", () => done("connects"));
    socket.on("connect_error", (e) => done(String(e)));
    setTimeout(done, ms, `nothing in ${ms / 1000} s`);
  });
  socket.disconnect();
  return result;
}
