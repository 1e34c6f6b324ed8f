/**
 * A second engine beside the one in use. The core says when there is one and which frames may be read; here the page's two
 * engines change places, and an event that the server sends to both is delivered once.
 *
 *   handover: a new engine opens and becomes `above.engine`; the old one serves on until its acks are answered (draining).
 *   standby:  a second engine carries a namespace while that leaves and rejoins the first, which stays `above.engine`.
 */
import type { Above } from "./above.js";
import { Engine } from "./engine.js";

/** A handover begins: the next transport is opened by an engine that takes the place of the one in use. */
export function handover(above: Above): void {
  const old = above.engine;
  above._old = old;
  above.engine = new Engine(above);
  old._deliveries.noteFor(above.engine._deliveries);
}

/** The next transport is opened by an engine beside the one in use, which stays. */
export function standby(above: Above): void {
  const other = (above._old = new Engine(above));
  above.engine._deliveries.shareWith(other._deliveries);
}

/** The frames that the standby has kept are read now; those of the engine in use wait. */
export function deliver(above: Above): void {
  above.engine._deliveries.stopNoting();
  above._old!._reader.readKept();
}

/** The other engine is over: the engine in use reads what it has kept. */
export function retire(above: Above): void {
  const { engine } = above;
  const { _deliveries: deliveries } = engine;
  above._old?._release();
  above._old = undefined;
  if (!deliveries.noting && above._incoming.partial) {
    above._incoming.partial = undefined; // its attachments were to come over the other engine; this one brings it whole
    deliveries.forgetLast();
  }
  deliveries.stopNoting();
  engine._reader.readKept();
}

/** Whether the old engine still brings answers to what was emitted over it. To a namespace that has left for a standby nothing more is answered. */
export const stillAnswers = (above: Above): boolean => !!above._old && !above.engine._deliveries.noting;
