/** Performs the core's effects on a connection and its transports. */
import { control, defer } from "../bridge/calls.js";
import { failure } from "../bridge/core.js";
import { Do, Ending, EngineDo, Op, Type, fenceNames, type EngineEffect } from "../bridge/bridge.gen.js";
import { report } from "../emitter.js";
import { managers } from "../tables.js";
import type { EngineManager } from "./manager.js";
import { Engine } from "./engine.js";
import { transportError } from "./errors.js";
import { deliver, handover, retire, standby } from "./handover.js";

defer(Do.Link, (conn, link, kind, revision, probe) => {
  const manager: EngineManager | undefined = managers.get(conn);
  if (!manager) return;
  if (!manager.engine || /^clos/.test(manager.engine.readyState)) manager.engine = new Engine(manager);
  const engine = manager._old?.readyState == "opening" ? manager._old : manager.engine;
  let error = "No transports available" as unknown as Error;
  if (kind && !engine.hostname) error = failure("connect() got no address, and there is no page here that has one: pass the server's");
  else if (kind)
    try {
      return engine._openLink(link, kind, revision, !!probe);
    } catch (e) {
      report(e); // a class of the page's own
      error = transportError({ message: "transport error" });
    }
  setTimeout(() => {
    engine._error = error;
    control(Op.LinkClosed, manager._conn, link, Ending.Failed);
  });
});

defer(Do.Engine, (conn, link, ...effect) => {
  const manager: EngineManager | undefined = managers.get(conn);
  if (!manager) return;
  switch (effect[0]) {
    case EngineDo.Handover:
      return handover(manager);
    case EngineDo.Standby:
      return standby(manager);
    case EngineDo.Deliver:
      return deliver(manager);
    case EngineDo.Retire:
      return retire(manager);
  }
  const { engine, _old: other } = manager;
  perform(other?._links.has(link) ? other : engine, link, effect);
});

function perform(engine: Engine, link: number, effect: EngineEffect): void {
  const t = engine._links.get(link);
  const send = (text: string) => {
    if (t && t == engine._link) engine._write(text);
    else t?.send([text]);
  };
  switch (effect[0]) {
    case EngineDo.Close:
      engine._links.forget(link);
      return t?.close();
    case EngineDo.Finish:
      return t && engine._finish(t);
    case EngineDo.Send:
      return send(effect[1] + (effect[2] ? "probe" : ""));
    case EngineDo.Fence:
      return send(`4${effect[2] ? Type.Disconnect : Type.Connect}${fenceNames[effect[1]]},`);
    case EngineDo.Pause:
      engine._writer.held = true;
      return t?.pause();
    case EngineDo.Use:
      return t && engine._use(t);
    case EngineDo.Pinged:
      engine._pingTimeoutTime = Infinity;
      engine.emitReserved("ping");
      engine.emitReserved("pong");
      engine._manager.emitReserved("ping");
      return;
    case EngineDo.Upgrading:
      engine.emitReserved("upgrading", t && (t.shown || t));
      return;
    case EngineDo.Upgraded:
      engine._rememberTransport();
      engine.emitReserved("upgrade", t && (t.shown || t));
      return;
    case EngineDo.UpgradeError:
      engine.emitReserved("upgradeError", Object.assign(new Error("probe error" + (engine._error ? ": " + engine._error : "")), { transport: engine._links.probeName(link) }));
      engine._error = undefined;
  }
}
