// The limit: a WebSocket and JSON, with names and acknowledgements and no more. Binary comes as it is.
export function connect() {
  const ws = new WebSocket(`ws://${location.host}/bare`);
  ws.binaryType = "arraybuffer";
  const listeners = {};
  const acks = new Map();
  let next = 1;
  let n = 0;
  const socket = {
    ws,
    on: (name, fn) => (listeners[name] = fn),
    emit(name, ...args) {
      if (args[1] instanceof Uint8Array) return ws.send(args[1]);
      const ack = typeof args.at(-1) === "function" ? args.pop() : undefined;
      const id = ack ? next++ : 0;
      if (ack) acks.set(id, ack);
      ws.send(JSON.stringify([id, name, ...args]));
    },
    disconnect: () => ws.close(),
  };
  ws.onopen = () => listeners.connect();
  ws.onmessage = ({ data }) => {
    if (typeof data !== "string") return listeners.n(n++, data);
    const [id, ...args] = JSON.parse(data);
    if (id) {
      const ack = acks.get(id);
      acks.delete(id);
      ack(...args);
    } else listeners[args.shift()](...args);
  };
  return socket;
}

export const authenticate = (via, token) =>
  new Promise((done) => {
    const socket = connect();
    socket.on("connect", () => socket.emit("authenticate", { token }, () => done(socket)));
  });
export const ready = () => {};
export const emitWithAck = (socket, ...args) => new Promise((done) => socket.emit(...args, done));
