// Programs that npm has installed beside the tests, where the processor is the right one.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const { resolve } = createRequire(import.meta.url);

/** A file of a package. `otherwise` is what to do where npm has not installed it. */
export function installed(name, file, otherwise) {
  try {
    return join(dirname(resolve(`${name}/package.json`)), file);
  } catch (cause) {
    throw new Error(`npm has installed no ${name} in e2e: ${otherwise}`, { cause });
  }
}
