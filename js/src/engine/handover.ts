/**
 * A second engine beside the one in use. The core says when there is one and which frames may be read; here the page's two
 * engines change places, and an event that the server sends to both is delivered once.
 *
 *   handover: a new engine opens and becomes `manager.engine`; the old one serves on until its acks are answered (draining).
 *   standby:  a second engine carries a namespace while that leaves and rejoins the first, which stays `manager.engine`.
 */
import type { EngineManager } from "./manager.js";
import { Engine } from "./engine.js";

/** A handover begins: the next transport is opened by an engine that takes the place of the one in use. */
export function handover(manager: EngineManager): void {
  const old = manager.engine;
  manager._old = old;
  manager.engine = new Engine(manager);
  old._deliveries.noteFor(manager.engine._deliveries);
}

/** The next transport is opened by an engine beside the one in use, which stays. */
export function standby(manager: EngineManager): void {
  const other = (manager._old = new Engine(manager));
  manager.engine._deliveries.shareWith(other._deliveries);
}

/** The frames that the standby has kept are read now; those of the engine in use wait. */
export function deliver(manager: EngineManager): void {
  manager.engine._deliveries.stopNoting();
  manager._old!._reader.readKept();
}

/** The other engine is over: the engine in use reads what it has kept. */
export function retire(manager: EngineManager): void {
  const { engine } = manager;
  const { _deliveries: deliveries } = engine;
  manager._old?._release();
  manager._old = undefined;
  if (!deliveries.noting && manager._incoming.partial) {
    manager._incoming.partial = undefined; // its attachments were to come over the other engine; this one brings it whole
    deliveries.forgetLast();
  }
  deliveries.stopNoting();
  engine._reader.readKept();
}

/** Whether the old engine still brings answers to what was emitted over it. To a namespace that has left for a standby nothing more is answered. */
export const stillAnswers = (manager: EngineManager): boolean => !!manager._old && !manager.engine._deliveries.noting;
