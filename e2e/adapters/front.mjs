// An HTTP server before another one: it notes where tokens are in each request, and may answer a request itself.
import http from "node:http";
import net from "node:net";

/**
 * startFront({ port, rule, label }): port is that of the server behind it. rule(request) may return { status, headers,
 * body }, which is the answer then; request is what `requests` has, with its url. label(text) is the name of the token in
 * a text, undefined without one.
 */
export async function startFront({ port, rule = () => undefined, label }) {
  const requests = [];
  const connections = new Set();
  /** The network is away: whoever connects is hung up on. */
  let away = false;

  function note(req) {
    const url = new URL(req.url, "http://localhost");
    if (!url.pathname.startsWith("/socket.io")) return undefined;
    const { authorization, referer, cookie } = req.headers;
    const one = {
      method: req.headers.upgrade ? "UPGRADE" : req.method,
      handshake: !url.searchParams.has("sid") && req.method !== "OPTIONS",
      transport: url.searchParams.get("transport"),
      tag: url.searchParams.get("tag"),
      query: label(decodeURIComponent(req.url)),
      header: label(authorization),
      elsewhere: label(referer) ?? label(cookie),
      at: performance.now(),
    };
    requests.push(one);
    return rule({ ...one, url: req.url, nth: requests.filter((r) => r.handshake && r.tag === one.tag).length });
  }

  const server = http.createServer((req, res) => {
    const answer = note(req);
    if (answer) {
      req.resume();
      res.writeHead(answer.status, { "Access-Control-Allow-Origin": "*", ...answer.headers }).end(answer.body);
      return;
    }
    const behind = http.request({ port, host: "127.0.0.1", method: req.method, path: req.url, headers: req.headers, agent: false }, (answer) => {
      res.writeHead(answer.statusCode, answer.headers);
      answer.pipe(res);
    });
    behind.on("error", () => res.destroy());
    res.on("close", () => behind.destroy());
    req.pipe(behind);
  });

  server.on("upgrade", (req, socket, head) => {
    socket.on("error", () => {});
    const answer = note(req);
    if (answer) {
      const headers = Object.entries({ ...answer.headers, "Content-Length": 0, Connection: "close" }).map(([key, value]) => `${key}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${answer.status} ${http.STATUS_CODES[answer.status]}\r\n${headers.join("")}\r\n`);
      return;
    }
    const behind = net.connect(port, "127.0.0.1", () => {
      const headers = req.rawHeaders.map((text, i) => text + (i % 2 ? "\r\n" : ": ")).join("");
      behind.write(`${req.method} ${req.url} HTTP/1.1\r\n${headers}\r\n`);
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    behind.on("error", () => socket.destroy());
    behind.on("close", () => socket.destroy());
    socket.on("close", () => behind.destroy());
  });

  server.on("connection", (c) => {
    if (away) return c.destroy();
    connections.add(c.on("close", () => connections.delete(c)));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const destroy = () => connections.forEach((c) => c.destroy());
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    handshakes: () => requests.filter((r) => r.handshake),
    /**
     * The network goes away until somebody has noticed: a connection that is cut between two polls, or during an upgrade,
     * is not missed.
     */
    async cut(noticed) {
      away = true;
      destroy();
      await noticed;
      away = false;
    },
    stop() {
      destroy();
      return new Promise((done) => server.close(done));
    },
  };
}
