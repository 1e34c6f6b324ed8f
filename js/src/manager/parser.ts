/** Option `parser`: the interface of socket.io-parser that the user's parser has. */
import type { Received } from "../socket/packet.js";
import type { BinaryPart } from "../values.js";

export interface Parser {
  Encoder: new () => Encoder;
  Decoder: new () => Decoder;
}

export interface Encoder {
  encode(packet: object): (string | BinaryPart)[];
}

export interface Decoder {
  on(event: "decoded", fn: (packet: Received) => void): unknown;
  add(data: string | BinaryPart): void;
  destroy?(): void;
}
