// What somebody else answers in the Socket.IO server's place: a proxy, a login page, a broken line.
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(new URL("../../package.json", import.meta.url))("ws");

/**
 * Stands before the listeners that an HTTP server has. Answers are plain data, used `times` times, in their order:
 *   { on: "GET" | "POST" | "UPGRADE", sid: whether the request has one, status, headers, body }
 * body is a text, or a list of bytes; for "UPGRADE" the WebSocket opens and `frames` (of the same kinds) are sent.
 */
export function standBefore(http) {
  const answers = [];
  const sockets = new WebSocketServer({ noServer: true });
  take("request", (req, res) => {
    const answer = due(req, req.method);
    if (!answer) return false;
    req.resume();
    const { origin = "*" } = req.headers;
    res.writeHead(answer.status ?? 200, { "content-type": "text/html", "access-control-allow-origin": origin, "cache-control": "no-store", ...answer.headers });
    res.end(answer.body && raw(answer.body));
    return true;
  });
  take("upgrade", (req, socket, head) => {
    const answer = due(req, "UPGRADE");
    if (!answer) return false;
    sockets.handleUpgrade(req, socket, head, (ws) => {
      ws.on("error", () => {});
      for (const frame of answer.frames) ws.send(raw(frame));
    });
    return true;
  });
  return { add: (more) => void answers.push(...more.map((one) => ({ times: 1, ...one }))), clear: () => void (answers.length = 0) };

  function take(event, answered) {
    const others = http.listeners(event);
    http.removeAllListeners(event);
    http.on(event, (...args) => {
      // Noted all the same: who notes stands first.
      others[0].apply(http, args);
      if (!answered(...args)) for (const other of others.slice(1)) other.apply(http, args);
    });
  }

  function due(req, on) {
    const { pathname, searchParams } = new URL(req.url, "http://localhost");
    if (!pathname.startsWith("/socket.io")) return undefined;
    const answer = answers.find((one) => one.on === on && one.times > 0 && !!one.sid === searchParams.has("sid"));
    if (answer) answer.times--;
    return answer;
  }
}

const raw = (body) => (typeof body === "string" ? body : Buffer.from(body));
