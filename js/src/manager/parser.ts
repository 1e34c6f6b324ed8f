/** Option `parser`: the interface of socket.io-parser that the user's parser has. */
import type { Received } from "../socket/packet.js";
import type { BinaryPart } from "../values.js";

export interface Parser {
  Encoder: new () => Encoder;
  Decoder: new () => Decoder;
}

export interface Encoder {
  /** Of JSON.stringify(): where option `parser` is not given, pages set it on the manager's. */
  replacer?: (this: unknown, key: string, value: unknown) => unknown;
  encode(packet: object): (string | BinaryPart)[];
}

export interface Decoder {
  /** Reads JSON, and says `false` to what is none: pages set it in the same way. */
  tryParse?(text: string): unknown;
  on(event: "decoded", fn: (packet: Received) => void): unknown;
  add(data: string | BinaryPart): void;
  destroy?(): void;
}
