// A scripted server of either protocol generation, for faults that real servers do not have on request. It implements
// Engine.IO and Socket.IO (polling, websocket, upgrade, namespaces, `authenticate`, `echo`), except where a fault is due:
//
//   eio      3 | 4
//   faults   [{ when, what, times = 1 }]: the answer named `when` is replaced by `what`, the first `times` times
//     when   "open"           the Engine.IO handshake, on either transport
//            "poll" | "post"  the answer to a later GET, or to a POST
//            "upgrade"        the websocket's HTTP handshake
//            "probe"          the 3probe over the websocket
//            "connect"        the answer that connects a namespace (in generation 3 it comes with or right after "open")
//            "authenticated"  the answer to `authenticate`
//            "event"          the answer to `echo`
//     what   "gone"           the TCP connection ends instead
//            "garbage"        something that no server says
//            "502" | "login"  a proxy's error page; an HTML login page with status 200 (over a websocket: as a frame)
//            "half"           the right answer, cut in half
//            "hang"           nothing, and the connection stays
//            "wait"           nothing until the command, of "probe" alone
//            { status, headers, body } or { frame }: that
//   refuse   undefined | the data of `unauthorized`, which `authenticate` then gets, with an ack
//   late     how many sessions get the CONNECT that generation 3 sends unasked only when they have sent one themselves, as
//            behind a slow middleware, 0
//   strict   undefined | a body: a handshake whose revision is not `eio` is answered by 400 with it, as by python-socketio 4
//   never    undefined | a body: every handshake is
//   ping     ms between the server's pings (generation 4), 25000
//
// Commands: send({ packets }) to everyone, text or binary; drop() every connection; sessions(); probed() answers a probe that
// waits and ends its websocket, while a poll waits too (returns whether one did). To extend it: a
// Socket.IO event goes into `onEvent`, a kind of answer gets a `when` where it is queued, a kind of fault a line in
// `bodies` (both transports) or in `overHTTP`/`overSocket`.
import http from "node:http";
import { createRequire } from "node:module";
import { listen } from "./ports.mjs";

const { WebSocketServer } = createRequire(import.meta.url)("ws");

const bodies = {
  garbage: () => "\u0001%%% no server says this {{{",
  login: () => "<!doctype html><title>Sign in</title><form action=/login><input name=user></form>",
  502: () => "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
  half: (right) => right.slice(0, Math.ceil(right.length / 2)),
};

export async function startFake({ eio = 4, faults = [], refuse, late = 0, ping = 25_000, strict, never }, observe, site) {
  const sessions = new Map();
  const connections = new Set();
  const left = faults.map((fault) => ({ times: 1, ...fault }));
  let next = 1;

  /** Takes the fault that is due for one of these answers, if any. */
  function due(...whens) {
    const fault = left.find((f) => whens.includes(f.when) && f.times > 0);
    if (!fault) return undefined;
    fault.times--;
    observe("fault", { when: fault.when, what: fault.what });
    return fault.what;
  }

  // --- sessions: packets wait in a queue, each with the `when` of its answer ----------------------------------------

  function begin(transport) {
    const number = next++;
    const session = { sid: `fake-${number}`, queue: [], transport, poll: undefined, socket: undefined };
    sessions.set(session.sid, session);
    observe("open", { transport, sid: session.sid });
    const upgrades = transport === "polling" ? ["websocket"] : [];
    push(session, "open", "0" + JSON.stringify({ sid: session.sid, upgrades, pingInterval: ping, pingTimeout: 20_000, ...(eio === 4 ? { maxPayload: 1e6 } : {}) }));
    if (eio === 3 && number > late) push(session, "connect", "40");
    if (eio === 4) session.pinging = setInterval(() => say(session, "ping", "2"), ping);
    return session;
  }

  function end(session) {
    if (!sessions.delete(session.sid)) return;
    clearInterval(session.pinging);
    session.poll?.destroy();
    session.socket?.terminate();
    observe("closed", { sid: session.sid });
  }

  const push = (session, when, packet) => session.queue.push({ when, packet });

  function say(session, when, packet) {
    push(session, when, packet);
    flush(session);
  }

  function flush(session) {
    const { queue } = session;
    if (session.transport === "websocket") {
      while (queue.length) {
        const { when, packet } = queue.shift();
        sendFrame(session.socket, due(when), packet);
      }
    } else if (session.poll && queue.length) {
      const res = session.poll;
      session.poll = undefined;
      const opening = queue[0].when === "open";
      respond(res, due(...(opening ? [] : ["poll"]), ...queue.map((q) => q.when)), encode(queue.splice(0).map((q) => q.packet)), session);
    }
  }

  const refusal = (query) => (query.has("sid") ? undefined : (never ?? (query.get("EIO") === `${eio}` ? undefined : strict)));

  // --- polling ---------------------------------------------------------------------------------------------------

  const text = (packet) => (typeof packet === "string" ? packet : (eio === 3 ? "b4" : "b") + Buffer.from(packet).toString("base64"));
  const encode = (packets) => (eio === 4 ? packets.map(text).join("\x1e") : packets.map(text).map((p) => `${p.length}:${p}`).join(""));

  function decode(body) {
    if (eio === 4) return body.split("\x1e");
    const packets = [];
    for (let i = 0; i < body.length; ) {
      const colon = body.indexOf(":", i);
      packets.push(body.slice(colon + 1, (i = colon + 1 + Number(body.slice(i, colon)))));
    }
    return packets;
  }

  function respond(res, what, right, session) {
    if (what === "gone") {
      // The session ends, too, as on a real server: browsers repeat a GET whose kept-alive connection breaks.
      if (session) end(session);
      return res.destroy();
    }
    if (what === "hang") return;
    const answer = typeof what === "object" ? what : { status: what === "502" ? 502 : 200, body: what ? bodies[what](right) : right };
    const html = what === "502" || what === "login";
    res.writeHead(answer.status ?? 200, { "Content-Type": `text/${html ? "html" : "plain"}; charset=UTF-8`, "Access-Control-Allow-Origin": "*", ...answer.headers });
    res.end(answer.body);
  }

  const server = http.createServer((req, res) => {
    if (site(req, res)) return;
    const query = new URL(req.url, "http://localhost").searchParams;
    observe("request", { method: req.method, eio: query.get("EIO"), sid: query.has("sid") });
    const no = refusal(query);
    if (no) return respond(res, { status: 400, body: no });
    if (eio === 4 && query.get("EIO") !== "4") return respond(res, { status: 400, body: '{"code":5,"message":"Unsupported protocol version"}' });
    const session = query.has("sid") ? sessions.get(query.get("sid")) : begin("polling");
    if (!session) return respond(res, { status: 400, body: '{"code":1,"message":"Session ID unknown"}' });
    if (req.method === "GET") {
      session.poll = res;
      return flush(session);
    }
    const parts = [];
    req.on("data", (part) => parts.push(part));
    req.on("end", () => {
      respond(res, due("post"), "ok", session);
      for (const packet of decode(Buffer.concat(parts).toString())) hear(session, packet);
    });
  });

  // --- websocket -------------------------------------------------------------------------------------------------

  const sockets = new WebSocketServer({ noServer: true });

  function sendFrame(socket, what, right) {
    if (what === "gone") return socket.terminate();
    if (what === "hang") return;
    if (typeof what === "object") return socket.send(what.frame);
    if (typeof right !== "string") right = eio === 3 ? Buffer.concat([Buffer.of(4), right]) : right;
    socket.send(what ? bodies[what](right) : right);
  }

  server.on("upgrade", (req, raw, head) => {
    const query = new URL(req.url, "http://localhost").searchParams;
    observe("request", { method: "UPGRADE", eio: query.get("EIO"), sid: query.has("sid") });
    if (refusal(query)) return raw.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    const what = due("upgrade");
    if (what === "hang") return;
    if (what === "gone") return raw.destroy();
    if (what) {
      const body = bodies[what]("HTTP/1.1 101 Switching Protocols\r\n");
      return raw.end(`HTTP/1.1 ${what === "502" ? "502 Bad Gateway" : "200 OK"}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    }
    sockets.handleUpgrade(req, raw, head, (socket) => {
      const session = sessions.get(query.get("sid")) ?? begin("websocket");
      session.socket = socket;
      socket.on("error", () => {});
      socket.on("close", () => session.transport === "websocket" && end(session));
      socket.on("message", (data, binary) => hear(session, binary ? data : data.toString(), socket));
      flush(session);
    });
  });

  // --- packets ---------------------------------------------------------------------------------------------------

  function hear(session, packet, socket) {
    if (!sessions.has(session.sid)) return;
    if (packet === "2probe") {
      const what = due("probe");
      if (what === "wait") return;
      sendFrame(socket, what, "3probe");
      return say(session, "noop", "6");
    }
    if (packet === "5") {
      session.transport = "websocket";
      session.poll?.end("6");
      return flush(session);
    }
    if (packet === "1") return end(session);
    if (packet === "2") return say(session, "pong", "3");
    if (packet === "3") return;
    // Packets with a token are not recorded.
    observe("packet", { text: typeof packet !== "string" ? "(binary)" : packet.includes("token") ? packet.replace(/\[.*|\{.*/s, "…") : packet });
    if (typeof packet !== "string") return;
    const [, type, nsp = "", id, data] = /^4(\d)(?:(\/[^,]*),?)?(\d+)?(.*)$/s.exec(packet) ?? [];
    const at = nsp && `${nsp},`;
    if (type === "0") say(session, "connect", `40${at}${eio === 4 ? JSON.stringify({ sid: `${session.sid}${nsp}` }) : ""}`);
    if (type === "2") onEvent(session, at, id, JSON.parse(data));
    if (type === "3") observe("ack", { id: Number(id) });
  }

  function onEvent(session, at, id, [name, ...args]) {
    if (name === "authenticate") say(session, "authenticated", refuse ? `42${at}0${JSON.stringify(["unauthorized", refuse])}` : `42${at}["authenticated"]`);
    if (name === "echo") say(session, "event", id === undefined ? `42${at}${JSON.stringify(["echo", ...args])}` : `43${at}${id}${JSON.stringify(args)}`);
  }

  server.on("connection", (c) => connections.add(c.on("close", () => connections.delete(c))));
  await listen(server);
  const drop = () => {
    sessions.forEach(end);
    connections.forEach((c) => c.destroy());
  };
  return {
    port: server.address().port,
    commands: {
      send: ({ packets }) => sessions.forEach((session) => packets.forEach((packet) => say(session, "sent", packet))),
      drop,
      sessions: () => sessions.size,
      probed() {
        const session = [...sessions.values()].find((one) => one.poll && one.socket && one.transport === "polling");
        session?.socket.send("3probe", () => session.socket._socket.end());
        return !!session;
      },
    },
    stop() {
      drop();
      return new Promise((done) => server.close(done));
    },
  };
}
