/** A namespace of the fake server: its connections, and the events received that no test has taken yet. */
import type * as Public from "../../types/testing.js";
import { Connection, type Handler } from "./connection.js";
import type { Verdict } from "./guard.js";
import { safely, settled, until } from "./time.js";

type Acknowledge = (...args: unknown[]) => void;

/** State that all namespaces of a server share. */
export interface Shared {
  refusals: Public.Refusal[];
  /** The server's latest events, for the messages of waits that fail. */
  story(): string;
}

export class Namespace implements Public.FakeNamespace {
  readonly #shared: Shared;
  readonly #connections: Connection[] = [];
  /** Accepted connections that no test has taken yet. */
  readonly #newcomers: Connection[] = [];
  /** Received events that no test has taken yet. */
  readonly #events: Public.ReceivedEvent[] = [];
  readonly #handlers = new Map<string, Handler>();

  constructor(
    readonly name: string,
    shared: Shared,
  ) {
    this.#shared = shared;
  }

  // --- For tests -------------------------------------------------------------------------------------------------------

  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  emit(event: string, ...args: unknown[]): Promise<void> {
    for (const connection of this.connections) connection.say(event, ...args);
    return settled();
  }

  on(event: string, handler: Handler): this {
    this.#handlers.set(event, handler);
    return this;
  }

  connection(): Promise<Connection> {
    return until(() => this.#newcomers.shift(), () => `no client has been let in on "${this.name}"; ${this.#shared.story()}`);
  }

  received(event: string): Promise<Public.ReceivedEvent> {
    return this.receivedBy(event);
  }

  receivedBy(event: string, connection?: Connection): Promise<Public.ReceivedEvent> {
    const wanted = (e: Public.ReceivedEvent) => e.name == event && (!connection || e.connection == connection);
    return until(
      () => {
        const at = this.#events.findIndex(wanted);
        return at < 0 ? undefined : this.#events.splice(at, 1)[0];
      },
      () => `no client has emitted "${event}" on "${this.name}"; ${this.#shared.story()}`,
    );
  }

  // --- Events ----------------------------------------------------------------------------------------------------------

  /** A client is accepted. */
  welcome(connection: Connection): void {
    this.#connections.push(connection);
    this.#newcomers.push(connection);
  }

  left(connection: Connection): void {
    const at = this.#connections.indexOf(connection);
    if (at >= 0) this.#connections.splice(at, 1);
  }

  /** A client has emitted. Without `acknowledge` it waits for no answer. */
  heard(name: string, args: unknown[], connection: Connection, acknowledge?: Acknowledge): void {
    const handler = this.#handlers.get(name);
    this.#events.push({
      name,
      args,
      connection,
      wantsAck: !!acknowledge,
      ack(...answer) {
        if (!acknowledge) throw new Error(`FakeServer: the client has emitted "${name}" without a callback: there is nothing to acknowledge`);
        acknowledge(...answer);
        return settled();
      },
    });
    safely(handler, acknowledge ? [...args, acknowledge] : args);
  }

  /** A client has been refused. */
  refusal({ reason }: Verdict): { shown: Public.Refusal; acknowledge(): void } {
    let acknowledged = false;
    const shown: Public.Refusal = {
      reason,
      nsp: this.name,
      acknowledged: () => until(() => acknowledged || undefined, () => `the client has not acknowledged the refusal "${reason}"`).then(() => {}),
    };
    this.#shared.refusals.push(shown);
    return { shown, acknowledge: () => (acknowledged = true) };
  }
}
