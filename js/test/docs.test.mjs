// Blocks of code in the docs that say which file they are, or are of: `<!-- file: path -->` stands above the block. The files
// are run by other tests.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = ["README.md", "js/README.md", ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
const blocks = pages.flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/<!-- file: (\S+) -->\n(?:```\w*\n(.*?)```\n)?/gs)].map(([, file, code]) => ({ page, file, code })),
);

for (const { page, file, code } of blocks)
  test(`${page} prints what stands in ${file}: ${code?.split("\n")[0]}`, () => assert.ok(code && readFileSync(join(root, file), "utf8").includes(code), code));

test("docs/loading.md prints the apps of Next.js and Nuxt", () => {
  const printed = blocks.filter(({ page }) => page === "docs/loading.md").map(({ file }) => file);
  assert.deepEqual(printed, ["e2e/fixtures/next/app/chat.jsx", "e2e/fixtures/nuxt/app/app.vue"]);
});
