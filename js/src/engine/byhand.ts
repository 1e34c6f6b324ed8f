/** Events that a page emits on the engine itself. They have the effect that they have in socket.io-client, whose manager listens to them. */
import { isBinary } from "../values.js";
import type { Engine } from "./engine.js";
import { framed } from "./reader.js";

export function byHand(engine: Engine, event: string, [value, details]: unknown[]): void {
  switch (event) {
    case "data":
      return read(engine, value);
    case "ping":
    case "error":
      engine._manager.emitReserved(event, value);
      return;
    case "close":
      engine._said = value as string;
      engine._details = details;
      engine.close();
  }
}

/** As if the server had sent it. */
function read(engine: Engine, data: unknown): void {
  const { _manager: manager, _reader: reader, _link: t } = engine;
  const text = "4" + data;
  reader.byHand = manager._incoming.later = true;
  try {
    if (typeof data == "string") reader.read(t, framed(t) ? text.length + ":" + text : text);
    else if (isBinary(data)) reader.part(data);
    else engine._fault(new Error("Unknown type: " + typeof data));
  } finally {
    reader.byHand = manager._incoming.later = false;
  }
}
