// Tests the docs: links lead to existing pages, names exist, and snippets compile. Each check is tested with a page that
// has the fault. What runs in a page is in e2e/specs/docs.spec.js.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { deadLinks, makeTargets, missingFiles, unknownMessages, unknownNames, unknownTargets } from "./links.mjs";
import { load, pages as all, parse, root } from "./markdown.mjs";
import { additions, optionsOf, undocumented, unknownOptions, unnamed } from "./members.mjs";
import { compile, program, scriptOf, snippets, vet } from "./snippets.mjs";

const pages = all().map(load);
const page = (path) => pages.find((one) => one.path === path);
const reference = "docs/reference.md";
const added = additions();

test("links lead to files and headings that exist", () => assert.deepEqual(deadLinks(pages), []));

test("a dead link is found: file, anchor, and address of the repository", () => {
  const home = "https://github.com/socketio-jwt/socketio-jwt-wasm";
  const bad = parse("docs/a.md", `# A head, twice\n[x](b.md) [y](#a-head) [z](#a-head-twice) [w](https://example.com/no) ![p](no.png) \`[c](no)\`\n[h](${home}#no) [i](${home}/blob/main/docs/a.md#no)`);
  assert.deepEqual(deadLinks([bad, parse("README.md", "# B")], (path) => ["docs/a.md", "README.md"].includes(path)).map((text) => text.split(": ")[1].split(" ")[0]), ["b.md", "#a-head", "no.png", home + "#no", `${home}/blob/main/docs/a.md#no`]);
});

test("make targets and files that the docs name exist", () => assert.deepEqual([...unknownTargets(pages), ...missingFiles(pages)], []));

test("an unknown target and a missing file are found, in lines and in fences", () => {
  const bad = parse("docs/a.md", "`make test`, `make tests`, `js/src/none.ts`, `js/src`\n```sh\nmake bake   # js/test/none.mjs\n```\n```js\nmake none\n```\n");
  assert.deepEqual(unknownTargets([bad], makeTargets()).map((text) => text.split(": ")[1]), ["make tests", "make bake"]);
  assert.deepEqual(missingFiles([bad]).map((text) => text.split("no ").at(-1)), ["js/src/none.ts", "js/test/none.mjs"]);
});

test("the reference names what the types add to socket.io-client, and no option that they lack", () => {
  assert.deepEqual(undocumented(page(reference), added), []);
  assert.deepEqual(unknownOptions(page(reference), "Options", added), []);
});

test("an addition without a word in the docs is found, and a row without an option", () => {
  for (const name of ["token", "via", "crossTab", "authenticated", "reauthenticate", "load", "UnauthorizedError", "recovered", "cause"]) assert.ok(added.some((one) => one.name === name), name);
  for (const name of ["auth", "path", "emit", "io", "connect", "reconnection"]) assert.ok(!added.some((one) => one.name === name), name);
  const bad = parse("a.md", "## Options\n| `token` | x |\n| `tokens` | x |\n## More\n| `other` | x |\n`via`, crossTab");
  assert.deepEqual(unknownOptions(bad, "Options", added), ["tokens"]);
  assert.ok(undocumented(bad, added).some(({ name }) => name === "crossTab"));
  assert.ok(undocumented(parse("a.md", "`the token`"), added).some(({ name }) => name === "token"));
  assert.ok(!undocumented(parse("a.md", "`{ via, token }`, `socket.authenticated`, `load(now, then)`"), added).some(({ name }) => ["via", "token", "authenticated", "load"].includes(name)));
  assert.ok(!undocumented(bad, added).some(({ name }) => ["token", "via"].includes(name)));
});

/** The package's entries with types of their own, beside the client itself. */
const entries = readdirSync(root + "js/types").filter((name) => /^(?!index|nowasm|script)\w+\.d\.ts$/.test(name)).map((name) => ({ name: "socketio-jwt-wasm/" + name.slice(0, -".d.ts".length), file: root + "js/types/" + name }));

test("a page names each entry of the package, its functions and its options", () => {
  for (const { name, file } of entries) {
    assert.ok(pages.some(({ text }) => text.includes(`"${name}"`) || text.includes(`\`${name}\``)), `no page names ${name}`);
    assert.deepEqual(unnamed(name, optionsOf(file), pages), [], name);
  }
  const options = [{ type: "FakeServerOptions", name: "version" }, { type: "", name: "useSocket" }];
  assert.deepEqual(unnamed("a/testing", options, [parse("a.md", "`a/testing`: `version: 2`"), parse("b.md", "`useSocket`")]).map(({ name }) => name), ["useSocket"]);
});

const sources = (dir, skip) => readdirSync(root + dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(ts|go)$/.test(entry.name) && !skip.test(entry.name)).map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"));

const said = ["js/src", "client", "internal", "wasm"].flatMap((dir) => sources(dir, /_test\.go$/));

test("docs/frameworks.md has the bytes that make size has accepted, and docs/loading.md what the build without WebAssembly weighs more", () => {
  const accepted = JSON.parse(readFileSync(root + "tools/size/accepted.json", "utf8"));
  const rows = [...page("docs/frameworks.md").text.matchAll(/`socketio-jwt-wasm\/(\w+)` \|.* (\d+) \|$/gm)].map(([, entry, bytes]) => [entry, Number(bytes)]);
  assert.equal(rows.length, 6);
  assert.deepEqual(rows, rows.map(([entry]) => [entry, accepted[entry + ".js"]]));
  const more = Number(page("docs/loading.md").text.match(/about (\d+) KB more to load/)[1]);
  assert.equal(more, Math.round((accepted["socketio-jwt.nowasm.min.js"] - accepted["socketio-jwt.min.js"]) / 1000));
});

test("operations, effects, events and actions that the docs name are those of the sources", () => {
  assert.deepEqual(unknownNames(pages, said), []);
  const bad = parse("a.md", "`Op.Connect`, `Op.Nothing`\n```\nTokenDo.Never ActAsk EvNone\n```");
  assert.deepEqual(unknownNames([bad], said).map((text) => text.split(" ").at(-1)), ["Op.Nothing", "TokenDo.Never", "EvNone"]);
});

test("the messages of docs/troubleshooting.md are those of the sources", () => {
  const texts = said.map((text) => text.replace(/\\(["'])/g, "$1"));
  const headings = [...page("docs/troubleshooting.md").text.matchAll(/^### `(.+)`$/gm)].map(([, message]) => message);
  assert.ok(headings.length >= 15, `${headings.length} messages`);
  assert.deepEqual(unknownMessages(headings, texts), []);
  assert.deepEqual(unknownMessages(['connect: option "…" must be …', "connect: option … is odd"], texts), ["connect: option … is odd"]);
});

const printed = snippets(pages);

test("each snippet has a name of its own", () => {
  const names = printed.map(({ page, line, name }) => name ?? `${page}:${line}`);
  assert.deepEqual(printed.filter(({ name }) => !name).map(({ page, line }) => `${page}:${line}`), []);
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
});

// The wrong snippets are compiled in the same program, as compiling takes most of the time.
const wrong = parse("docs/a.md", [
  "<!-- given", "const url = 5;", "-->", "```js name=a", 'import { connect } from "socketio-jwt-wasm";', "connect(url);", "```",
  "```html name=b", "<script src=x></script>", "<script>", '  SocketIOJWT.connect("/", { via: "cookie" });', "</script>", "<p>x", "```",
].join("\n"));

test("TypeScript takes each snippet as it is printed, and finds one that is wrong, at its line", () => {
  const found = compile([...printed, ...snippets([wrong])]);
  assert.deepEqual(found.filter((text) => !text.startsWith("docs/a.md:")), []);
  assert.deepEqual(found.filter((text) => text.startsWith("docs/a.md:")).map((text) => text.split(": ")[0]), ["docs/a.md:6", "docs/a.md:11"]);
});

test("go vet takes each snippet, and finds one that is wrong", () => {
  assert.deepEqual(vet(printed), []);
  assert.match(vet(snippets([parse("docs/a.md", "```go name=c\nclient.Nothing()\n```")])).join(), /undefined: client\.Nothing/);
});

test("what a snippet is compiled as", () => {
  assert.match(program({ given: "", code: "conn, err := zishang.Connect(ctx)\n" }), /\t_ = conn\n\t_ = err\n/);
  assert.equal(scriptOf({ language: "html", code: "<p>a\n<script>b</script>\n<script type=module>\nc\n</script>\nd" }), "\nb\n\nc\n\n");
  assert.deepEqual(snippets([parse("a.md", "```html\n<script src=x></script>\n```\n```sh\nls\n```\n<!-- file: a.js -->\n```js\nshown\n```")]), []);
});
