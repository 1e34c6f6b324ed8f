// socketio-jwt-wasm/testing in the packed package: the examples that docs/testing.md shows, in Vitest and in Jest as they come.
import { readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, root, run, test } from "../lib/app.js";

// One pack and one install serve the whole file.
test.describe.configure({ mode: "default" });

const fixture = (runner) => {
  const dir = join(root, "e2e/fixtures", runner);
  return Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), "utf8")]));
};
const installed = (name) => join(root, "e2e/node_modules", name);

// By itself each of them gives a test five seconds, which would be a demand on the machine's speed.
const runners = {
  vitest: { type: "module", needs: ["vitest", "jsdom"], command: [installed("vitest/vitest.mjs"), "run", "--root", ".", "--testTimeout=60000"] },
  jest: { type: "commonjs", needs: [], command: [installed("jest/bin/jest.js"), "--rootDir", ".", "--watchman=false", "--ci", "--testTimeout=60000"] },
};

/** Runs a project's tests. Gives its exit code and all that it has said. */
async function tested(app, runner, files) {
  const { type, needs, command } = runners[runner];
  const dir = app({ ...files, "package.json": JSON.stringify({ private: true, type }) });
  for (const name of needs) symlinkSync(installed(name), join(dir, "node_modules", name));
  const { FORCE_COLOR, ...env } = { ...process.env, NO_COLOR: "1" };
  return run(process.execPath, command, { cwd: dir, env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  );
}

for (const runner of Object.keys(runners)) {
  test(`the examples for ${runner}`, async ({ app }) => {
    const files = fixture(runner);
    const { code, said } = await tested(app, runner, files);
    expect(code, said).toBe(0);
    const written = files["chat.test.js"].match(/^test\(/gm).length;
    expect(said).toMatch(new RegExp(`Tests:? +${written} passed`));
  });

  test(`an application without a login page fails the examples for ${runner}`, async ({ app }) => {
    const files = fixture(runner);
    const { code, said } = await tested(app, runner, { ...files, "chat.js": files["chat.js"].replace(/ *redirect: .*\n/, "") });
    expect(code).toBe(1);
    expect(said).toMatch(/1 failed/);
    expect(said).not.toMatch(/eyJ/); // no token in the report
  });
}
