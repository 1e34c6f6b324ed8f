// The door by which a page asks about and acts on the servers. It goes around the network (through the browser
// driver), so that tests may stop servers and replace fetch without cutting off themselves.
import { openOrigin } from "./origin.mjs";
import { heard, perform, record } from "./script.mjs";

export function controls(home) {
  const spawned = new Map(); // port → origin
  const origin = (port) => spawned.get(port) ?? (port === home.port ? home : undefined);
  const known = (id) => record(id) ?? fail(`the server knows no socket ${id}`);

  const doors = {
    /** A server of one's own: { url, port }. */
    async spawn(options = {}) {
      const made = await openOrigin({ major: home.major, options });
      spawned.set(made.port, made);
      return { url: made.url, port: made.port };
    },
    stop: (port) => origin(port).stop(),
    start: (port) => origin(port).start(),
    /** The next answers of a server are not its own: see instead.mjs. None: it answers itself again. */
    instead: (port, ...answers) => (answers.length ? origin(port).instead.add(answers) : origin(port).instead.clear()),
    /** Stops what the test has spawned. */
    async sweep() {
      const made = [...spawned.values()];
      spawned.clear();
      await Promise.all(made.map((one) => one.stop().catch(() => {})));
    },
    act: (id, operations) => perform(known(id), operations),
    log: (id) => known(id).log,
    handshake(id) {
      const { query, headers, auth, url } = known(id).socket.handshake;
      return { query, headers, auth, url };
    },
    /** The first line of a socket's log that has these members, also one that is still to come. */
    until: (id, want) => heard(known(id), (line) => Object.keys(want).every((key) => JSON.stringify(line[key]) === JSON.stringify(want[key]))),
    /** The requests whose URL holds a text, of any server. */
    requests: (text) => [home, ...spawned.values()].flatMap((one) => one.requests).filter((one) => one.url.includes(text)),
  };
  return (name, args) => doors[name](...args);
}

function fail(message) {
  throw new Error(message);
}
