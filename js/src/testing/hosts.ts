/** The fake servers by address. */
import type { Answer, WebSocketEnd } from "./session.js";

export interface HttpRequest {
  method: string;
  query: URLSearchParams;
  /** By names in lower case. */
  headers: Record<string, string>;
  body: unknown;
}

/** The parts of a server that the page's side of a WebSocket uses. */
export interface WebSocketSession {
  read(frame: unknown): void;
  left(socket: WebSocketEnd): void;
}

export interface Host {
  /** "host:port" */
  readonly address: string;
  /** Where Engine.IO listens, e.g. "/socket.io/". */
  readonly path: string;
  request(request: HttpRequest, answer: (answer: Answer) => void): void;
  /** Returns undefined if the WebSocket is refused. */
  dial(query: URLSearchParams, socket: WebSocketEnd): WebSocketSession | undefined;
}

const hosts: Host[] = [];

/** "host:port" of an address, whatever its scheme. */
export const addressOf = ({ hostname, port, protocol }: URL): string => `${hostname}:${port || (/^(https|wss):$/.test(protocol) ? 443 : 80)}`;

export const claimed = {
  at: (url: URL): Host | undefined => hosts.find((host) => host.address == addressOf(url) && url.pathname == host.path),
  /** Returns a function that removes it. */
  add(host: Host): () => void {
    if (hosts.some((other) => other.address == host.address && other.path == host.path))
      throw new Error(`FakeServer: there is a server at ${host.address} already: close() it first, in afterEach() for instance`);
    hosts.push(host);
    return () => void hosts.splice(hosts.indexOf(host), 1);
  },
};
