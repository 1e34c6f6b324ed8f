/** The fake server's state of a client: its Engine.IO session and its namespaces. */
import { Type } from "../bridge/bridge.gen.js";
import { deconstruct, reconstruct, type BinaryPart } from "../values.js";
import { Connection, type Carrier } from "./connection.js";
import type { Verdict } from "./guard.js";
import type { Namespace } from "./namespace.js";
import { Session } from "./session.js";
import { bytesIn, parse, text, type EnginePacket, type Generation, type Packet } from "./wire.js";

type Told = (verdict?: Verdict, token?: string) => void;

/** The parts of the server that a client uses. */
export interface Above {
  /** Returns the namespace of that name, if it exists. */
  namespace(name: string): Namespace | undefined;
  /** Judges the token of a handshake or of CONNECT. */
  judged(name: string, auth: Record<string, unknown> | undefined, told: Told): void;
  /** Tokens come by the event `authenticate`. */
  byEvent: boolean;
  tokenName: string;
  /** Judges the token of `authenticate`. */
  authenticates(token: string | undefined, told: Told): void;
  closed(): void;
}

export class Client implements Carrier {
  readonly session: Session;
  readonly #generation: Generation;
  readonly #above: Above;
  readonly #connections = new Map<string, Connection>();
  /** The connections that have not been authenticated yet. */
  readonly #strangers = new Set<Connection>();
  /** A packet whose attachments are on their way. */
  #partial?: { packet: Packet; parts: BinaryPart[] };

  constructor(generation: Generation, transport: "polling" | "websocket", above: Above) {
    this.#generation = generation;
    this.#above = above;
    this.session = new Session(generation, transport, {
      message: (data) => this.#hear(data),
      closed: () => this.#over(),
    });
  }

  get transport(): "polling" | "websocket" {
    return this.session.transport;
  }

  /** Its session is open. */
  begin(): void {
    if (this.#generation.connectsUnasked) this.#connect("/", undefined);
  }

  send(packet: Packet): void {
    const parts: BinaryPart[] = [];
    const data = packet.data === undefined ? undefined : deconstruct(packet.data, parts);
    const type = !parts.length ? packet.type : packet.type == Type.Event ? Type.BinaryEvent : Type.BinaryAck;
    this.session.send(text({ ...packet, type, attachments: parts.length, data }), ...parts.map((part) => bytesIn(part) as ArrayBuffer));
  }

  drop(): void {
    this.session.drop();
  }

  // --- Packets from the client -----------------------------------------------------------------------------------------

  #hear(data: EnginePacket): void {
    const partial = this.#partial;
    if (typeof data != "string") {
      if (!partial) return this.session.close();
      if (partial.parts.push(data) < partial.packet.attachments) return;
      this.#partial = undefined;
      return this.#act({ ...partial.packet, data: reconstruct(partial.packet.data, partial.parts) });
    }
    const packet = parse(data);
    if (!packet) return this.session.close();
    if (packet.attachments) this.#partial = { packet, parts: [] };
    else this.#act(packet);
  }

  #act(packet: Packet): void {
    const name = packet.nsp.split("?")[0]!;
    const connection = this.#connections.get(name);
    switch (packet.type) {
      case Type.Connect:
        return this.#connect(name, packet.data as Record<string, unknown> | undefined);
      case Type.Disconnect:
        this.#connections.delete(name);
        return connection?.over();
      case Type.Event:
      case Type.BinaryEvent: {
        if (!connection) return;
        const [event, said] = packet.data as unknown[];
        if (this.#above.byEvent && event == "authenticate") return this.#authenticate(connection, said);
        return connection.hear({ ...packet, type: Type.Event });
      }
      case Type.Ack:
      case Type.BinaryAck:
        return connection?.hear({ ...packet, type: Type.Ack });
    }
  }

  #connect(name: string, auth: Record<string, unknown> | undefined): void {
    const namespace = this.#above.namespace(name);
    if (!namespace) return this.#refuse(name, { message: "Invalid namespace" }, "Invalid namespace");
    if (this.#above.byEvent) return void this.#strangers.add(this.#welcome(namespace));
    this.#above.judged(name, auth, (verdict, token) => {
      if (!this.session.open) return;
      if (verdict) {
        const { message, data } = verdict;
        // A refusal by the event comes to a client that is connected.
        if (verdict.by == "unauthorized") return void this.#welcome(namespace).unauthorized(verdict);
        namespace.refusal(verdict);
        return this.#refuse(name, { message, data }, data ?? message);
      }
      const connection = this.#welcome(namespace);
      connection.authenticatedBy(token);
      namespace.welcome(connection);
    });
  }

  /** The namespace is connected. */
  #welcome(namespace: Namespace): Connection {
    const { name } = namespace;
    const { session } = this;
    const four = !this.#generation.connectsUnasked;
    const id = name == "/" && !four ? session.sid : `${session.sid}${name == "/" ? "" : name}`;
    const connection = new Connection(id, namespace, this);
    this.#connections.set(name, connection);
    this.send({ type: Type.Connect, nsp: name, attachments: 0, data: four ? { sid: id } : undefined });
    return connection;
  }

  /** CONNECT is refused: servers 3.x and 4.x say `said`, 1.x and 2.x `old`. */
  #refuse(nsp: string, said: object, old: unknown): void {
    this.send({ type: Type.ConnectError, nsp, attachments: 0, data: this.#generation.connectsUnasked ? old : said });
  }

  #authenticate(connection: Connection, data: unknown): void {
    const said = (data as Record<string, unknown> | undefined)?.[this.#above.tokenName];
    this.#above.authenticates(typeof said == "string" ? said : undefined, (verdict, token) => {
      if (!connection.connected) return;
      if (verdict) return void connection.unauthorized(verdict);
      connection.authenticatedBy(token);
      connection.say("authenticated");
      if (this.#strangers.delete(connection)) this.#above.namespace(connection.nsp)!.welcome(connection);
    });
  }

  #over(): void {
    for (const connection of this.#connections.values()) connection.over();
    this.#connections.clear();
    this.#above.closed();
  }
}
