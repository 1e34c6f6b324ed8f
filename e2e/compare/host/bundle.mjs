// Packages as a bundler hands them to a page, untouched. The official client is taken this way, and not from its dist
// folder, because that is what people import, and because its minified builds have lost the names of `_` properties.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const modules = join(root, "e2e/node_modules");

const PACKAGES = {
  "official.js": "socket.io-client",
  "msgpack.js": "socket.io-msgpack-parser/index.js",
};
const built = new Map();

/** The module's text, or undefined when there is no such bundle. */
export function bundle(name) {
  if (!Object.hasOwn(PACKAGES, name)) return undefined;
  if (!built.has(name)) built.set(name, build(PACKAGES[name]));
  return built.get(name);
}

async function build(entry) {
  const { stdout } = await promisify(execFile)(
    "go",
    ["tool", "esbuild", "--bundle", "--format=esm", "--platform=browser", "--log-level=error", join(modules, entry)],
    { cwd: root, maxBuffer: 1 << 24 },
  );
  return stdout;
}
