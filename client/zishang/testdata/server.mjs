// A real Socket.IO server behind a real guard, for the Go tests: prints its URL, ends with its stdin.
// Arguments: the package of e2e (socket.io-1 to -4), the guard (socketio-jwt, header, thream, none), the secret.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(fileURLToPath(new URL("../../../e2e/package.json", import.meta.url)));
const [, , pkg, guard, secret] = process.argv;
const library = require(pkg);
const Server = library.Server ?? library;

const web = createServer();
const io = new Server(web, pkg === "socket.io-4" && guard === "none" ? { connectionStateRecovery: {} } : {});

if (guard === "socketio-jwt" || guard === "header") {
  const { authorize } = require("socketio-jwt");
  io.use(authorize({ secret, handshake: true, auth_header_required: guard === "header" }));
} else if (guard === "thream") {
  const { authorize } = require("@thream/socketio-jwt");
  io.use(authorize({ secret }));
}

io.use((socket, next) => {
  const { refuse } = socket.handshake.query;
  next(refuse ? new Error(refuse) : undefined);
});

io.on("connection", (socket) => {
  socket.on("echo", (...args) => {
    const ack = args.at(-1);
    if (typeof ack === "function") ack(...args.slice(0, -1));
    else socket.emit("echo", ...args);
  });
  socket.on("say", (word) => io.emit("said", word));
  socket.on("ask", (word) => socket.emit("asked", word, (answer) => socket.emit("heard", answer)));
  socket.on("bytes", (blob) => socket.emit("bytes", { blob, half: blob.subarray(0, blob.length / 2) }));
  socket.on("half a packet", () => {
    socket.conn.write('51-["bytes",{"_placeholder":true,"num":0}]'); // and never its attachment
    setTimeout(() => socket.conn.close(), 50);
  });
  socket.on("kick", () => socket.disconnect(true));
  socket.on("drop", () => socket.conn.close());
});

web.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${web.address().port}`));
process.stdin.resume().on("end", () => process.exit());
