/** What pages emit on the engine by hand: it acts on these events as the official manager does, which listens to them. */
import { isBinary } from "../values.js";
import type { Engine } from "./engine.js";
import { framed } from "./reader.js";

export function byHand(engine: Engine, event: string, [value, details]: unknown[]): void {
  switch (event) {
    case "data":
      return read(engine, value);
    case "ping":
    case "error":
      engine._above.emitReserved(event, value);
      return;
    case "close":
      engine._said = value as string;
      engine._details = details;
      engine.close();
  }
}

/** As if the server had sent it. */
function read(engine: Engine, data: unknown): void {
  const { _above: above, _reader: reader, _link: t } = engine;
  const text = "4" + data;
  reader.byHand = above._incoming.later = true;
  try {
    if (typeof data == "string") reader.read(t, framed(t) ? text.length + ":" + text : text);
    else if (isBinary(data)) reader.part(data);
    else engine._fault(new Error("Unknown type: " + typeof data));
  } finally {
    reader.byHand = above._incoming.later = false;
  }
}
