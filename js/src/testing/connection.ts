/** The server's state of a client on a namespace. */
import type * as Public from "../../types/testing.js";
import { Type } from "../bridge/bridge.gen.js";
import { verdictOf, type Verdict } from "./guard.js";
import type { Namespace } from "./namespace.js";
import { safely, settled, until } from "./time.js";
import { claims } from "./token.js";
import type { Packet } from "./wire.js";

/** The parts of a client that its connection to a namespace uses. */
export interface Carrier {
  readonly transport: "polling" | "websocket";
  send(packet: Packet): void;
  drop(): void;
}

/** A function of the test's own. */
export type Handler = Parameters<Public.FakeNamespace["on"]>[1];

/** Splits arguments into the others and the last one, if that is a callback. */
function parted(args: unknown[]): [args: unknown[], callback?: Handler] {
  const last = args[args.length - 1];
  return typeof last == "function" ? [args.slice(0, -1), last as Handler] : [args];
}

export class Connection implements Public.FakeConnection {
  readonly nsp: string;
  readonly #namespace: Namespace;
  readonly #carrier: Carrier;
  readonly #acks = new Map<number, Handler>();
  #ids = 0;
  #token?: string;
  #connected = true;

  constructor(
    readonly id: string,
    namespace: Namespace,
    carrier: Carrier,
  ) {
    this.nsp = namespace.name;
    this.#namespace = namespace;
    this.#carrier = carrier;
  }

  get claims(): Public.FakeConnection["claims"] {
    return this.#token === undefined ? undefined : claims(this.#token);
  }

  get connected(): boolean {
    return this.#connected;
  }

  get transport(): "polling" | "websocket" {
    return this.#carrier.transport;
  }

  // --- For tests -------------------------------------------------------------------------------------------------------

  emit(event: string, ...args: unknown[]): Promise<void> {
    this.say(event, ...args);
    return settled();
  }

  async emitWithAck(event: string, ...args: unknown[]): Promise<unknown> {
    this.#needed();
    let answer: [unknown] | undefined;
    this.say(event, ...args, (first: unknown) => void (answer = [first]));
    return until(() => answer, () => `the client has not acknowledged "${event}"`).then(([first]) => first);
  }

  received(event: string): Promise<Public.ReceivedEvent> {
    return this.#namespace.receivedBy(event, this);
  }

  async refuse(said: Public.RefusalReason | Public.RefusalWords): Promise<Public.Refusal> {
    this.#needed();
    const refusal = this.unauthorized(verdictOf(said));
    return settled().then(() => refusal);
  }

  disconnect(): Promise<void> {
    this.hangUp();
    return settled();
  }

  drop(): Promise<void> {
    this.#carrier.drop();
    return settled();
  }

  disconnected(): Promise<void> {
    return until(() => !this.#connected || undefined, () => "the client is still connected").then(() => {});
  }

  /** Throws if the connection has ended: no client would get the packet. */
  #needed(): void {
    if (!this.#connected) throw new Error("FakeServer: the connection is over: await connection() for the next one");
  }

  // --- For the server --------------------------------------------------------------------------------------------------

  /** Its token has been accepted. */
  authenticatedBy(token: string | undefined): void {
    this.#token = token;
  }

  /** Whether it was authenticated with one of these tokens. */
  livesBy(tokens: (token: string) => void): void {
    if (this.#token !== undefined) tokens(this.#token);
  }

  /** Emits, with a callback as the last argument or without. */
  say(event: string, ...all: unknown[]): void {
    if (!this.#connected) return;
    const [args, callback] = parted(all);
    const id = callback && this.#ids++;
    if (callback) this.#acks.set(id!, callback);
    this.#send(Type.Event, id, [event, ...args]);
  }

  /** Sends the event `unauthorized` as socketio-jwt does: the server closes the connection when it is acknowledged. */
  unauthorized(verdict: Verdict): Public.Refusal {
    const { message, data } = verdict;
    const refusal = this.#namespace.refusal(verdict);
    this.say("unauthorized", { message, data }, () => {
      refusal.acknowledge();
      this.hangUp();
    });
    return refusal.shown;
  }

  hangUp(): void {
    if (!this.#connected) return;
    this.#send(Type.Disconnect);
    this.over();
  }

  /** Called when it has ended, by either side. */
  over(): void {
    this.#connected = false;
    this.#namespace.left(this);
  }

  // --- Packets from the client -----------------------------------------------------------------------------------------

  hear({ type, id, data }: Packet): void {
    if (type == Type.Ack) {
      const callback = this.#acks.get(id!);
      this.#acks.delete(id!);
      safely(callback, data as unknown[]);
      return;
    }
    const [name, ...args] = data as [string, ...unknown[]];
    let answered = false;
    const acknowledge = (...answer: unknown[]) => {
      if (answered || !this.#connected) return;
      answered = true;
      this.#send(Type.Ack, id, answer);
    };
    this.#namespace.heard(name, args, this, id === undefined ? undefined : acknowledge);
  }

  #send(type: Type, id?: number, data?: unknown[]): void {
    this.#carrier.send({ type, nsp: this.nsp, id, attachments: 0, data });
  }
}
