// Round trips of several clients in one page, some of each in turn: all clients have the same load of the machine, so a
// hundredth of a trip shows. It takes the time around the code that a message runs, and at the next send.
const clients = [];

export async function open(_, names) {
  for (const name of names) {
    const lib = await import(`./client-${name}.js`);
    await lib.ready();
    const socket = lib.connect({ transports: ["websocket"], forceNew: true });
    await new Promise((done) => socket.on("connect", done));
    clients.push(watched({ name, lib, socket, trips: [], received: [], sent: [] }, socket.ws ?? socket.io.engine.transport.ws));
  }
}

function watched(client, ws) {
  const { onmessage } = ws;
  let end;
  ws.onmessage = (e) => {
    const start = performance.now();
    onmessage.call(ws, e);
    end = performance.now();
    client.received.push(end - start);
  };
  ws.send = (data) => {
    client.sent.push(performance.now() - end);
    WebSocket.prototype.send.call(ws, data);
  };
  return client;
}

/** `turns` of `n` trips each. The first trip of a turn does not count, as its client is not in the caches. */
export async function run(_, turns, n) {
  for (let turn = 0; turn < turns; turn++)
    for (let i = 0; i < clients.length; i++) {
      const { lib, socket, trips, sent } = clients[(turn + i) % clients.length];
      for (let trip = 0; trip < n; trip++) {
        const start = performance.now();
        if ((await lib.emitWithAck(socket, "echo", trip)) !== trip) throw new Error("another answer");
        if (trip) trips.push(performance.now() - start);
        else sent.pop(); // since the client's last turn
      }
    }
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
const at = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)];

export const figures = () =>
  clients.map(({ name, trips, received, sent }) => ({
    client: name,
    trips: trips.length,
    "mean, µs": Math.round(mean(trips) * 1e4) / 10,
    "p50, µs": Math.round(at(trips, 0.5) * 1e4) / 10,
    "p99, µs": Math.round(at(trips, 0.99) * 1e4) / 10,
    "received, µs": Math.round(mean(received) * 1e4) / 10,
    "until send, µs": Math.round(mean(sent) * 1e4) / 10,
  }));
