// The child process of real and scripted servers. It starts and stops them on request, sends their observations to its
// parent, and ends with it. An exception of a server is an observation, and ends the process.
import { startFake } from "./fake.mjs";
import { startReal } from "./real.mjs";
import { site } from "./site.mjs";

const servers = new Map();
const kinds = { real: startReal, fake: startFake };

const observer = (id) => (type, fields) => send({ id, observation: { type, at: Date.now(), ...fields } });
const send = (message) => process.connected && process.send(message);

const commands = {
  async start({ id, kind, config }) {
    const server = await kinds[kind](config, observer(id), site);
    servers.set(id, server);
    return server.port;
  },
  async stop({ id }) {
    const server = servers.get(id);
    servers.delete(id);
    await server?.stop();
  },
  /** Its answer follows all observations from before. */
  sync() {},
  command: ({ id, name, fields }) => servers.get(id).commands[name](fields),
};

process.on("message", async ({ call, what, ...rest }) => {
  try {
    send({ call, result: await commands[what](rest) });
  } catch (error) {
    send({ call, error: error.stack });
  }
});
process.on("disconnect", () => process.exit());
process.on("uncaughtException", (error) => {
  process.send?.({ crashed: error.message }, () => process.exit(1));
});
