// Two raw connections to a Socket.IO server, one for each transport. They frame packets as the protocol of each generation
// says, and keep the bytes. For tests of what is on the wire: they check nothing and never reconnect.
import { createRequire } from "node:module";

const WebSocket = createRequire(import.meta.url)("ws");
const binary = (packet) => typeof packet !== "string";

class Wire {
  received = []; // raw: response bodies or frames, in order
  sent = []; // raw: request bodies or frames
  messages = []; // { text, attachments } of the Socket.IO packets sent
  packets = []; // decoded enough to wait for: text packets, and null for each binary one
  #cursor = 0;

  constructor(url, eio) {
    this.url = url;
    this.eio = eio;
  }

  /** The next packet that `match` accepts; what comes before it is passed over. */
  async until(match) {
    for (;;) {
      while (this.#cursor < this.packets.length) {
        const packet = this.packets[this.#cursor++];
        if (packet !== null && match(packet)) return packet;
      }
      await this.more();
    }
  }

  /** Waits for the binary packets that a header announces. */
  async attachments(header) {
    for (let n = Number(/^4[56](\d+)-/.exec(header)[1]); n > 0; ) {
      if (this.#cursor === this.packets.length) await this.more();
      else if (this.packets[this.#cursor++] === null) n--;
    }
  }

  note([text, ...attachments]) {
    if (text[0] === "4" && !binary(text)) this.messages.push({ text: text.slice(1), attachments: attachments.map((b) => b.toString("base64")) });
  }
}

export class PollingWire extends Wire {
  get address() {
    return `${this.url}/socket.io/?EIO=${this.eio}&transport=polling&b64=1${this.sid ? `&sid=${this.sid}` : ""}`;
  }

  async open() {
    await this.more();
    this.sid = /"sid":"([^"]+)/.exec(this.received[0])[1];
  }

  async more() {
    const response = await fetch(this.address);
    const body = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${body}`);
    this.received.push(body);
    for (const packet of this.#split(body)) this.packets.push(packet[0] === "b" ? null : packet);
  }

  /** Text that stands for more than ASCII is escaped, as it only occurs in JSON: 1.x and 2.x count its length differently. */
  async send(...packets) {
    const frames = packets.map((p) => (binary(p) ? (this.eio === 3 ? "b4" : "b") + p.toString("base64") : p));
    const escape = (text) => text.replace(/[^\x00-\x7e]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
    const body = this.eio === 3 ? frames.map(escape).map((f) => `${f.length}:${f}`).join("") : frames.join("\x1e");
    const response = await fetch(this.address, { method: "POST", body, headers: { "Content-Type": "text/plain;charset=UTF-8" } });
    if (!response.ok) throw new Error(`${response.status} for ${body}`);
    this.sent.push(body);
    this.note(packets);
  }

  #split(body) {
    if (this.eio === 4) return body.split("\x1e");
    const packets = [];
    for (let i = 0; i < body.length; ) {
      const colon = body.indexOf(":", i);
      const end = colon + 1 + Number(body.slice(i, colon));
      packets.push(body.slice(colon + 1, end));
      i = end;
    }
    return packets;
  }

  close() {}
}

export class SocketWire extends Wire {
  #arrived = deferred();

  constructor(url, eio, sid) {
    super(url, eio);
    this.sid = sid;
  }

  open() {
    const url = `${this.url.replace("http", "ws")}/socket.io/?EIO=${this.eio}&transport=websocket${this.sid ? `&sid=${this.sid}` : ""}`;
    this.socket = new WebSocket(url);
    this.socket.on("message", (data, isBinary) => {
      this.received.push(isBinary ? data : data.toString());
      this.packets.push(isBinary ? null : data.toString());
      this.#arrived.resolve();
      this.#arrived = deferred();
    });
    return new Promise((done, fail) => this.socket.on("open", done).on("error", fail));
  }

  more() {
    return this.#arrived.promise;
  }

  async send(...packets) {
    for (const packet of packets) {
      const frame = binary(packet) && this.eio === 3 ? Buffer.concat([Buffer.of(4), packet]) : packet;
      this.sent.push(frame);
      this.socket.send(frame);
    }
    this.note(packets);
  }

  close() {
    this.socket.close();
  }
}

function deferred() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}
