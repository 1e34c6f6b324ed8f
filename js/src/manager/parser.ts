/** Option `parser`: the interface of socket.io-parser that the user's parser has. */
import type { Received } from "../socket/packet.js";
import type { BinaryPart } from "../values.js";

export interface Parser {
  Encoder: new () => Encoder;
  Decoder: new () => Decoder;
}

export interface Encoder {
  /** The second argument of JSON.stringify(). Pages set it on manager.encoder, without option `parser`. */
  replacer?: (this: unknown, key: string, value: unknown) => unknown;
  encode(packet: object): (string | BinaryPart)[];
}

export interface Decoder {
  /** Reads JSON; `false`: it is none. Pages set it on manager.decoder, without option `parser`. */
  tryParse?(text: string): unknown;
  on(event: "decoded", fn: (packet: Received) => void): unknown;
  add(data: string | BinaryPart): void;
  destroy?(): void;
}
