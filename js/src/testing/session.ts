/** The server's state of an Engine.IO session: packets wait in a queue until a poll or the WebSocket takes them. */
import { later, timer } from "./time.js";
import { bytesIn, type Body, type EnginePacket, type Generation } from "./wire.js";

/** ms between pings, the servers' default. */
const PING_INTERVAL = 25_000;

/** An HTTP answer, or "gone": the connection ends without one. */
export type Answer = { status: number; body: Body } | "gone";

/** The server's end of a WebSocket. Call it outside of any call of the page: the page gets the event at once. */
export interface WebSocketEnd {
  say(frame: string | ArrayBuffer): void;
  /** The connection ends. */
  hangUp(): void;
}

export interface SessionEvents {
  /** A text or binary message has come. */
  message(data: EnginePacket): void;
  closed(reason: string): void;
}

let sessions = 0;

export class Session {
  readonly sid = `fake-${++sessions}`;
  readonly #generation: Generation;
  readonly #events: SessionEvents;
  #transport: "polling" | "websocket";
  #queue: EnginePacket[] = [];
  #poll?: (answer: Answer) => void;
  /** The page's WebSocket. #socket passes calls on to it in a later turn, outside of any call of the page. */
  #page?: WebSocketEnd;
  #socket?: WebSocketEnd;
  /** Resolves when the data that the page has sent is read. */
  #reading: Promise<unknown> | undefined;
  #heartbeat?: ReturnType<typeof setTimeout>;
  #open = true;

  constructor(generation: Generation, transport: "polling" | "websocket", events: SessionEvents) {
    this.#generation = generation;
    this.#transport = transport;
    this.#events = events;
    const { handshake, pingTimeout } = generation;
    const upgrades = transport == "polling" ? ["websocket"] : [];
    this.#queue.push("0" + JSON.stringify({ sid: this.sid, upgrades, pingInterval: PING_INTERVAL, pingTimeout, ...handshake }));
    this.#watch();
  }

  get open(): boolean {
    return this.#open;
  }

  get transport(): "polling" | "websocket" {
    return this.#transport;
  }

  send(...packets: EnginePacket[]): void {
    if (!this.#open) return;
    this.#queue.push(...packets);
    this.#flush();
  }

  // --- Polling ---------------------------------------------------------------------------------------------------------

  poll(answer: (answer: Answer) => void): void {
    this.#poll = answer;
    this.#flush();
  }

  /** The body of a POST: text, or octets in a Blob. */
  post(body: unknown): void {
    this.#inOrder(body, (data) => this.#generation.decode(data).forEach((packet) => this.#hear(packet)));
  }

  // --- WebSocket -------------------------------------------------------------------------------------------------------

  /** A WebSocket carries the session, or is tried for an upgrade. */
  join(socket: WebSocketEnd): void {
    this.#page = socket;
    this.#socket = { say: (frame) => later(() => socket.say(frame)), hangUp: () => later(() => socket.hangUp()) };
    if (this.#transport == "websocket") this.#flush();
  }

  /** A frame over the session's WebSocket. */
  read(frame: unknown): void {
    this.#inOrder(frame, (data) => this.#hear(typeof data == "string" ? data : this.#generation.unframe(data)));
  }

  /** The page has closed its WebSocket. */
  left(socket: WebSocketEnd): void {
    if (this.#transport == "websocket" && socket == this.#page) this.#end("transport close");
  }

  /** Reads data from the page in order, as a Blob takes time. */
  #inOrder(sent: unknown, read: (data: string | ArrayBuffer) => void): void {
    if (typeof sent == "string" && !this.#reading) return read(sent);
    const data = typeof sent == "string" ? sent : bytesIn(sent);
    const reading = Promise.resolve(this.#reading)
      .then(() => data)
      .then(read)
      .then(() => {
        if (this.#reading == reading) this.#reading = undefined;
      });
    this.#reading = reading;
  }

  // --- Its end ---------------------------------------------------------------------------------------------------------

  /** The server closes it. */
  close(): void {
    this.send("1");
    this.drop();
  }

  /** The network fails: the session ends without a close. */
  drop(): void {
    const poll = this.#poll;
    this.#poll = undefined;
    poll?.("gone");
    this.#socket?.hangUp();
    this.#end("transport close");
  }

  #end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#heartbeat);
    this.#events.closed(reason);
  }

  // --- Packets ---------------------------------------------------------------------------------------------------------

  #hear(packet: EnginePacket): void {
    if (!this.#open) return;
    const pong = typeof packet == "string" && packet[0] == "3";
    if (pong || !this.#generation.serverPings) this.#watch();
    if (typeof packet != "string") return this.#events.message(packet);
    switch (packet[0]) {
      case "1":
        this.#poll?.({ status: 200, body: this.#generation.encode(["6"]) });
        this.#poll = undefined;
        this.#socket?.hangUp();
        return this.#end("transport close");
      case "2":
        if (packet != "2probe") return this.send("3" + packet.slice(1));
        this.#socket!.say("3probe");
        // The poll that waits is answered, so that the page can pause polling.
        if (this.#poll) this.send("6");
        return;
      case "4":
        return this.#events.message(packet.slice(1));
      case "5":
        this.#transport = "websocket";
        this.#poll?.({ status: 200, body: this.#generation.encode(["6"]) });
        this.#poll = undefined;
        return this.#flush();
    }
  }

  #flush(): void {
    const queue = this.#queue;
    if (this.#transport == "websocket") {
      if (this.#socket) for (const p of queue.splice(0)) this.#socket.say(typeof p == "string" ? p : this.#generation.frame(p));
    } else if (this.#poll && queue.length) {
      const answer = this.#poll;
      this.#poll = undefined;
      answer({ status: 200, body: this.#generation.encode(queue.splice(0)) });
    }
  }

  /**
   * Sets the deadline for the next ping or its answer. A server that pings does so however much the page sends, as the page
   * waits for the pings.
   */
  #watch(): void {
    clearTimeout(this.#heartbeat);
    const { serverPings, pingTimeout } = this.#generation;
    const late = () => {
      this.#socket?.hangUp();
      this.#end("ping timeout");
    };
    this.#heartbeat = serverPings
      ? timer(() => {
          this.send("2");
          this.#heartbeat = timer(late, pingTimeout);
        }, PING_INTERVAL)
      : timer(late, PING_INTERVAL + pingTimeout);
  }
}
