// The server of all measurements, in a process of its own: the pages' files and real Socket.IO servers behind one port.
//
//   /socket.io   socket.io 4.8.4                      throughput, acknowledgements, namespaces
//   /quick       the same, a ping a second        for a client whose emits wait for the ping
//   /jwt         socket.io 4.8.4, socketio-jwt        start, token in the handshake
//   /auth        socket.io 4.8.4, a middleware        start, token in CONNECT
//   /event       socket.io 2.5.1, socketio-jwt        start, `authenticate` once connected
//   /bare        a WebSocket that carries JSON        the limit
//
// The server must not be the slower side: floods to a page are WebSocket frames that were encoded before, and floods from
// a page are counted below Socket.IO.
import http from "node:http";
import { createRequire } from "node:module";
import { pages } from "./site.mjs";
import { countFrames, encodeFrames, flood, payload } from "./flood.mjs";

const require = createRequire(new URL("../../e2e/package.json", import.meta.url));
const { Server } = require("socket.io-4");
const socketio2 = require("socket.io-2");
const { authorize } = require("socketio-jwt");
const jwt = require("jsonwebtoken");
const { WebSocketServer } = require("ws");

const secret = "bench";
const [files] = process.argv.slice(2);
const server = http.createServer(pages(files, () => jwt.sign({ sub: "ann" }, secret, { expiresIn: "1h" })));
const settings = { serveClient: false, destroyUpgrade: false };

const io = new Server(server, settings);
io.on("connection", serve);
new Server(server, { ...settings, path: "/quick", pingInterval: 1000 }).on("connection", serve);

function serve(socket) {
  socket.on("echo", (value, ack) => ack(value));
  socket.on("flood", async (kind, n) => {
    const { transport } = socket.conn;
    if (transport.name === "websocket") flood(transport.socket, encodeFrames(kind, n, "socket.io"));
    else for (let i = 0; i < n; i++) socket.emit("n", i, payload(kind, i)); // polling: nothing to write below it
  });
  socket.on("count", (n, ready) => {
    const { transport } = socket.conn;
    if (transport.name === "websocket") countFrames(transport.socket, n).then(() => socket.emit("counted"));
    else socket.on("n", () => --n || socket.emit("counted"));
    ready();
  });
  socket.on("hold", (i, ack) => held.push(ack));
  socket.on("release", () => held.splice(0).forEach((ack, i) => ack(i)));
  const held = [];
  socket.on("cut", () => socket.conn.close());
}

io.of(/^\/room-\d+$/).on("connection", (socket) => socket.on("echo", (value, ack) => ack(value)));

const guarded = new Server(server, { ...settings, path: "/jwt" });
guarded.use(authorize({ secret, handshake: true }));
guarded.on("connection", () => {});

const byConnect = new Server(server, { ...settings, path: "/auth" });
byConnect.use((socket, next) => jwt.verify(socket.handshake.auth.token, secret, next));
byConnect.on("connection", () => {});

const old = socketio2(server, { ...settings, path: "/event", cookie: false });
old.on("connection", authorize({ secret, timeout: 15_000 }));

const bare = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on("upgrade", (request, socket, head) => {
  if (request.url === "/bare") bare.handleUpgrade(request, socket, head, (ws) => serveBare(ws));
});

function serveBare(ws) {
  const told = (data) => {
    const [id, name, ...args] = JSON.parse(data);
    if (name === "echo") ws.send(JSON.stringify([id, args[0]]));
    if (name === "flood") flood(ws, encodeFrames(args[0], args[1], "bare"));
    if (name === "count") {
      countFrames(ws, args[0]).then(() => ws.send('[0,"counted"]'));
      ws.send(JSON.stringify([id]));
    }
    if (name === "authenticate") {
      jwt.verify(args[0].token, secret);
      ws.send(JSON.stringify([id, "authenticated"]));
    }
  };
  ws.on("message", (data, binary) => {
    if (!binary) told(data.toString());
    else ws.send(data);
  });
}

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
