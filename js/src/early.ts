/**
 * The first link, opened while the WASM compiles. Its transport is real, and what that says is kept until Go asks for the
 * same link and gets this one. Where Go asks for another (the token or an option has changed), or asks too late for a
 * server that waits for a token, the early one is hung up and everything goes as if it had never been.
 *
 * A server of revision 5 is also sent the CONNECTs that are known by then, as soon as it has answered: Go may be starting
 * or have some milliseconds of other work to do first.
 */
import type { Transport, TransportSink } from "./transport.js";

/** Gives the transport when what is asked for now is what was opened; may be called once. */
export type Early = (asked?: string) => Transport | undefined;

export function early(key: string, limit: number, sink: TransportSink, open: (sink: TransportSink) => Transport, greet: (t: Transport, hello: string) => void): Early {
  let calls: (() => void)[] | undefined = [];
  let hello = "";
  const keeper: any = {};
  for (const name in sink)
    keeper[name] = (...args: any[]) => {
      const call = () => (sink as any)[name](...args);
      const sid = name == "data" && !hello && /"sid":"([^"]*)/.exec((hello = "" + args[1]));
      if (sid && key) {
        t.query.sid = sid[1];
        greet(t, hello);
      }
      if (!calls) call();
      else if (name != "drained") calls.push(call);
    };
  const t = open(keeper);
  const take: Early = (asked) => {
    clearTimeout(timer);
    if (asked == key) {
      queueMicrotask(() => {
        const all = calls!;
        calls = undefined;
        for (const call of all) call();
      });
      return t;
    }
    if (key && t.query.sid && !t.ws) {
      t.eio = hello[0] == "0" ? 4 : 3;
      t.send(["1"]);
    }
    key = "";
    t.close();
  };
  const timer = setTimeout(take, limit);
  return take;
}
