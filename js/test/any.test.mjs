// The type any: few places need it, and each says why in a comment that begins with "any:", on its line or right above.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { official, root } from "./tools.mjs";

const ts = official("typescript");
/** Beyond that, an alias with one reason for several places is the better way. */
const FEW = 20;

/** The lines of a source where the type any stands, and whether a reason stands there. */
function anys(name, text) {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const lines = text.split("\n");
  const found = [];
  (function look(node) {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ at: `${name}:${line + 1}`, reason: /\bany: \S/.test(lines.slice(Math.max(line - 1, 0), line + 1).join("\n")) });
    }
    ts.forEachChild(node, look);
  })(source);
  return found;
}

/** The frameworks' entries take whatever socket a user has, Socket<any, any, any>: its maps of events and its claims are the user's. */
const frameworks = /^(frameworks\/|(angular|preact|react|solid|svelte|vue)\.d\.ts$)/;

const files = ["js/src", "js/types"].flatMap((dir) =>
  readdirSync(root + dir, { recursive: true })
    .filter((file) => file.endsWith(".ts") && !/^(tests|node_modules)\b/.test(file) && !frameworks.test(file))
    .map((file) => `${dir}/${file}`),
);
const all = files.flatMap((file) => anys(file, readFileSync(root + file, "utf8")));

test("each `any` in js/src has a comment with its reason", () => assert.deepEqual(all.filter(({ reason }) => !reason).map(({ at }) => at), []));

test(`fewer than ${FEW}`, () => assert.ok(all.length < FEW, all.map(({ at }) => at).join("\n")));

test("an any without a reason is found; a word in a comment or a text is none", () => {
  const source = '/** Whatever any says. */\nlet a: any[];\n\n// any: the user\'s\nlet b: Record<string, any> = { any: "any" };\nlet c = b as any; // any: so\n\nfunction any(x: unknown) {}';
  assert.deepEqual(anys("x.ts", source), [{ at: "x.ts:2", reason: false }, { at: "x.ts:5", reason: true }, { at: "x.ts:6", reason: true }]);
});
