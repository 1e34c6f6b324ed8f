/** A placeholder for a connection's transport until the core opens one. It has a name and listeners only. */
import { generationOf, newest } from "../bridge/bridge.gen.js";
import { Emitter } from "../emitter.js";
import type { Link } from "./links.js";

export const unopened = (name: string | undefined): Link =>
  Object.assign(new Emitter(), {
    name: name!,
    can: { payloads: false, immediate: false, header: false, query: false, upgrade: false },
    writable: false,
    generation: generationOf(newest),
    query: {},
    _link: 0,
    open() {},
    send() {},
    busy: () => false,
    pause() {},
    goodbye() {},
    finish() {},
    close() {},
  });
