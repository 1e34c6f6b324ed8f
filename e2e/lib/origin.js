// One origin for a page and its Socket.IO server, as a reverse proxy makes it in production.
import http from "node:http";
import net from "node:net";

/** Sends /socket.io to the port of the chat, /token to token(), and everything else to the port of the app. */
export async function startOrigin({ app, chat, token }) {
  const behind = (url) => ({ host: "localhost", port: url.startsWith("/socket.io") ? chat : app });
  const open = new Set();

  const server = http.createServer((req, res) => {
    if (req.url === "/token") return res.end(token());
    if (req.url === "/favicon.ico") return res.writeHead(204).end(); // which browsers ask for by themselves
    const request = http.request({ ...behind(req.url), method: req.method, path: req.url, headers: req.headers, agent: false }, (answer) => {
      res.writeHead(answer.statusCode, answer.headers);
      answer.pipe(res);
    });
    request.on("error", () => res.destroy());
    res.on("close", () => request.destroy());
    req.pipe(request);
  });

  server.on("upgrade", (req, socket, head) => {
    const there = net.connect(behind(req.url), () => {
      const headers = req.rawHeaders.map((text, i) => text + (i % 2 ? "\r\n" : ": ")).join("");
      there.write(`${req.method} ${req.url} HTTP/1.1\r\n${headers}\r\n`);
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    for (const [one, other] of [[socket, there], [there, socket]]) one.on("error", () => {}).on("close", () => other.destroy());
  });

  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise((done) => server.listen(0, "localhost", done));
  return {
    url: `http://localhost:${server.address().port}`,
    async stop() {
      const closed = new Promise((done) => server.close(done));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
