/** The fake server of a test: its answers to tokens, its namespaces and its network. */
import type * as Public from "../../types/testing.js";
import { Client } from "./client.js";
import type { Handler } from "./connection.js";
import { Guard, verdictOf, type Verdict } from "./guard.js";
import { addressOf, type Host, type HttpRequest } from "./hosts.js";
import { install } from "./network.js";
import { Namespace } from "./namespace.js";
import { Session, type Answer } from "./session.js";
import { advance, settled, until } from "./time.js";
import { claims, mint } from "./token.js";
import { generationOf, type Generation } from "./wire.js";

/** A way that this server reads. */
type Via = Public.SeenToken["via"];

/** Engine.IO's code of a handshake that allowRequest refuses. */
const FORBIDDEN = 4;

let servers = 0;

/** A namespace may be named without its slash, as on a real server. */
const pathOf = (namespace: string): string => (namespace[0] == "/" ? namespace : `/${namespace}`);

/** The server's address, which option "url" gives. */
function whole(url: string): URL {
  try {
    return new URL(url);
  } catch (e) {
    throw new TypeError(`FakeServer: option "url" must be the server's whole address, as "https://api.example.com", not ${JSON.stringify(url)}`);
  }
}

export class FakeServer implements Public.FakeServer {
  readonly url: string;
  readonly #options: Public.FakeServerOptions;
  readonly #generation: Generation;
  readonly #ways: readonly Via[];
  readonly #guard = new Guard();
  readonly #namespaces = new Map<string, Namespace>();
  readonly #clients = new Map<string, Client>();
  readonly #refusals: Public.Refusal[] = [];
  readonly #tokens: Public.SeenToken[] = [];
  #requests = 0;
  #online = true;
  #uninstall?: () => void;

  constructor(options: Public.FakeServerOptions = {}) {
    const { via = "event", version = 4, url = `http://fake-server-${++servers}.test`, path = "/socket.io" } = options;
    if (![2, 3, 4].includes(version)) throw new TypeError(`FakeServer: option "version" must be 2, 3 or 4, the major version of a Socket.IO server`);
    const ways = [via || []].flat() as Via[];
    for (const way of ways)
      if (!["event", "query", "header", "auth"].includes(way)) throw new TypeError(`FakeServer: option "via" must be "event", "query", "header", "auth", an array of them, or false`);
    if (version == 2 && ways.includes("auth")) throw new TypeError('FakeServer: option "via": "auth" needs "version" 3 or 4; servers 2.x have no payload of CONNECT');
    this.#options = options;
    this.#ways = ways;
    this.#generation = generationOf(version);
    this.url = url.replace(/\/$/, "");
    this.#uninstall = install({
      address: addressOf(whole(url)),
      path: path.replace(/\/$/, "") + "/",
      request: (request, answer) => this.#request(request, answer),
      dial: (query, socket) => this.#dial(query, socket),
    });
  }

  // --- Namespaces ------------------------------------------------------------------------------------------------------

  of(named: string): Namespace {
    const name = pathOf(named);
    let namespace = this.#namespaces.get(name);
    if (!namespace) this.#namespaces.set(name, (namespace = new Namespace(name, { refusals: this.#refusals, story: () => this.#story() })));
    return namespace;
  }

  get connections(): readonly Public.FakeConnection[] {
    return this.of("/").connections;
  }

  emit(event: string, ...args: unknown[]): Promise<void> {
    return this.of("/").emit(event, ...args);
  }

  on(event: string, handler: Handler): this {
    this.of("/").on(event, handler);
    return this;
  }

  connection(): Promise<Public.FakeConnection> {
    return this.of("/").connection();
  }

  received(event: string): Promise<Public.ReceivedEvent> {
    return this.of("/").received(event);
  }

  // --- Tokens ----------------------------------------------------------------------------------------------------------

  accept(): this {
    this.#guard.accept();
    return this;
  }

  refuse(said: Public.RefusalReason | Public.RefusalWords, { by, times = Infinity }: { by?: Public.RefusedBy; times?: number } = {}): this {
    this.#guard.refuse(verdictOf(said, by), times);
    return this;
  }

  hold(): this {
    this.#guard.hold();
    return this;
  }

  refused(): Promise<Public.Refusal> {
    return until(() => this.#refusals.shift(), () => `no client has been refused; ${this.#story()}`);
  }

  get tokens(): readonly Public.SeenToken[] {
    return [...this.#tokens];
  }

  token(of?: Parameters<typeof mint>[0]): string {
    return mint(of);
  }

  expireToken(): Promise<void> {
    const expired = verdictOf("expired");
    for (const namespace of this.#namespaces.values())
      for (const connection of namespace.connections)
        connection.livesBy((token) => {
          this.#guard.expire(token);
          connection.unauthorized(expired);
        });
    return settled();
  }

  // --- The network and the clock ---------------------------------------------------------------------------------------

  drop(): Promise<void> {
    for (const client of this.#clients.values()) client.session.drop();
    return settled();
  }

  offline(): Promise<void> {
    this.#online = false;
    return this.drop();
  }

  online(): this {
    this.#online = true;
    return this;
  }

  advance(ms: number): Promise<void> {
    return advance(ms, this.#options.advanceTimers);
  }

  settled(): Promise<void> {
    return settled();
  }

  close(): void {
    this.#online = false;
    for (const client of this.#clients.values()) client.session.drop();
    this.#uninstall?.();
    this.#uninstall = undefined;
  }

  // --- Requests --------------------------------------------------------------------------------------------------------

  #request({ method, query, headers, body }: HttpRequest, answer: (answer: Answer) => void): void {
    this.#requests++;
    if (!this.#online) return answer("gone");
    const sid = query.get("sid");
    const client = sid ? this.#clients.get(sid) : this.#admit(query, headers, "polling", answer);
    if (!client) return void (sid && answer({ status: 400, body: '{"code":1,"message":"Session ID unknown"}' }));
    if (method == "GET") return client.session.poll(answer);
    answer({ status: 200, body: "ok" });
    client.session.post(body);
  }

  #dial(query: URLSearchParams, socket: Parameters<Session["join"]>[0]): ReturnType<Host["dial"]> {
    this.#requests++;
    if (!this.#online) return undefined;
    const sid = query.get("sid");
    const client = sid ? this.#clients.get(sid) : this.#admit(query, {}, "websocket", () => {});
    client?.session.join(socket);
    return client?.session;
  }

  /** The handshake of Engine.IO. A refused client gets an HTTP answer instead. */
  #admit(query: URLSearchParams, headers: Record<string, string>, transport: "polling" | "websocket", answer: (answer: Answer) => void): Client | undefined {
    const { byStatus } = this.#guard;
    if (this.#generation.revision == 4 && query.get("EIO") != "4") return void answer({ status: 400, body: '{"code":5,"message":"Unsupported protocol version"}' });
    if (byStatus) {
      const token = this.#tokenIn(query, headers);
      const verdict = this.#guard.verdict(token?.text)!;
      if (token) this.#seen(token.via, token.text, verdict);
      this.of("/").refusal(verdict);
      return void answer({ status: verdict.by as number, body: JSON.stringify({ code: FORBIDDEN, message: verdict.message }) });
    }
    const client: Client = new Client(this.#generation, transport, {
      namespace: (name) => (this.#exists(name) ? this.of(name) : undefined),
      judged: (name, auth, told) => this.#judged(query, headers, auth, told),
      byEvent: this.#ways.includes("event"),
      tokenName: this.#tokenName,
      authenticates: (token, told) => this.#judge("event", token, told),
      closed: () => this.#clients.delete(client.session.sid),
    });
    this.#clients.set(client.session.sid, client);
    client.begin();
    return client;
  }

  /** Where none are named, every namespace exists. */
  #exists(name: string): boolean {
    const { namespaces } = this.#options;
    return namespaces ? namespaces.map(pathOf).includes(name) : true;
  }

  // --- Verdicts --------------------------------------------------------------------------------------------------------

  get #tokenName(): string {
    return this.#options.tokenName || "token";
  }

  /** The token that the handshake, or the payload of CONNECT, carries. */
  #tokenIn(query: URLSearchParams, headers: Record<string, string>, auth?: Record<string, unknown>): { via: Via; text: string } | undefined {
    const carried: Partial<Record<Via, unknown>> = { query: query.get(this.#tokenName), header: headers.authorization, auth: auth?.[this.#tokenName] };
    const via = this.#ways.find((way) => carried[way]);
    return via && { via, text: `${carried[via]}`.replace(/^\w+ /, "") };
  }

  #judged(query: URLSearchParams, headers: Record<string, string>, auth: Record<string, unknown> | undefined, told: (verdict?: Verdict, token?: string) => void): void {
    const token = this.#tokenIn(query, headers, auth);
    if (token) return this.#judge(token.via, token.text, told);
    if (!this.#ways.length) return told();
    this.#judge(this.#ways[0]!, undefined, told);
  }

  #judge(via: Via, token: string | undefined, told: (verdict?: Verdict, token?: string) => void): void {
    this.#guard.judge(token, (verdict) => {
      if (token) this.#seen(via, token, verdict);
      told(verdict, token);
    });
  }

  #seen(via: Via, token: string, verdict?: Verdict): void {
    this.#tokens.push({ via, claims: claims(token), refused: verdict?.reason, is: (other) => other === token });
  }

  #story(): string {
    const refused = this.#refusals.map(({ reason }) => reason);
    const seen = [
      `${this.#requests} requests have reached ${this.url}`,
      `${this.#clients.size} clients are connected`,
      refused.length ? `refused were: ${refused.join(", ")}` : "",
      this.#online ? "" : "it is offline",
    ];
    return `the server has seen this: ${seen.filter(Boolean).join("; ")}`;
  }
}
