// The files of the suite. `major` is the server's: those for 4 run against 4.8.4 with the official 4.8.4 and with ours,
// and with ours against 2.5.1 where that protocol has the feature; those for 2 against 2.5.1 with the official 2.5.0.
// `fresh` ones have a page of their own for each behaviour: what is done before a client has had time for anything.
import { collect } from "./define.js";

const FILES = [
  ["start", 4, { fresh: true }],
  ["connect", 4],
  ["events", 4],
  ["emitter", 4],
  ["acks", 4],
  ["catchall", 4],
  ["volatile", 4],
  ["retries", 4],
  ["values", 4],
  ["binary", 4],
  ["manager", 4],
  ["reconnect", 4],
  ["engine", 4],
  ["namespaces", 4],
  ["options", 4],
  ["numbers", 4],
  ["errors", 4],
  ["instead", 4],
  ["recovery", 4],
  ["platform", 4],
  ["parser", 4],
  ["internals", 4],
  ["inside", 4],
  ["corners", 4],
  ["order", 4],
  ["reentrancy", 4],
  ["two", 2],
];

export const groups = await Promise.all(
  FILES.map(async ([file, major, { fresh = false } = {}]) => ({ file, major, fresh, behaviours: collect((await import(`./${file}.js`)).default) })),
);
