// The snippets of the docs: fences of js, ts, jsx, tsx, html and go. Each is compiled as it is printed, after the code of its
// hidden comment (<!-- given … -->). e2e/specs/docs.spec.js runs the snippets of pages and of Node servers, by their names.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./markdown.mjs";
import { common, host, ts } from "./typescript.mjs";

const scripts = { js: ".js", ts: ".ts", jsx: ".jsx", tsx: ".tsx", html: ".js" };
export const languages = [...Object.keys(scripts), "go"];

/** Its code stands in examples that are run: client/zishang/docs_test.go compares the two. */
const excerpts = "docs/go-programs.md";

/**
 * snippets(pages) → fences with page and name, without those that show a file, which js/test/docs.test.mjs compares. The
 * attributes of a fence: `name` (required and unique); `compiled="reason"` for a snippet that is not run; `server` for js
 * that Node runs instead of a page.
 */
export const snippets = (pages) =>
  pages.filter(({ path }) => path !== excerpts).flatMap((page) => page.fences.filter((fence) => !fence.file && languages.includes(fence.language) && scriptOf(fence).trim()).map((fence) => ({ ...fence, page: page.path, name: fence.attributes.name })));

/** The code of a snippet's scripts, each line at its line in the fence. */
export function scriptOf({ language, code }) {
  if (language !== "html") return code;
  let inside = false;
  return code
    .split("\n")
    .map((line) => {
      const opens = /^\s*<script(?![^>]*\s(?:src=|type="importmap"))[^>]*>(.*)$/.exec(line);
      if (opens && opens[1] !== "</script>") {
        inside = !opens[1].includes("</script>");
        return opens[1].replace("</script>", "");
      }
      if (line.includes("</script>")) inside = false;
      return inside && !line.includes("</script>") ? line : "";
    })
    .join("\n");
}

/** Maps the package's names in imports to the types in the sources. */
function entries() {
  const { name, exports } = JSON.parse(readFileSync(root + "js/package.json", "utf8"));
  const types = (entry) => (typeof entry === "object" ? (entry.types ?? types(entry.import ?? entry.default)) : undefined);
  return Object.fromEntries(Object.entries(exports).map(([key, entry]) => [name + key.slice(1), types(entry)]).filter(([, path]) => path).map(([key, path]) => [key, [root + path.replace("./dist", "js/types")]]));
}

/** compile(snippets) → ["page:line: …"]: TypeScript's errors. */
export function compile(all) {
  const found = all.filter(({ language }) => language in scripts);
  const files = new Map(found.map((one, i) => [`${root}e2e/snippet-${i}${scripts[one.language]}`, one]));
  const texts = new Map([...files].map(([path, one]) => [path, `${one.given}${scriptOf(one)}\nexport {};\n`]));
  const options = {
    ...common, noImplicitAny: false, useUnknownInCatchVariables: false, allowJs: true, checkJs: true, allowUmdGlobalAccess: true, types: ["node"], typeRoots: [root + "e2e/node_modules/@types"],
    paths: { ...entries(), "socket.io": [root + "e2e/node_modules/socket.io-4"] },
  };
  const program = ts.createProgram([...files.keys(), root + "js/types/index.d.ts"], options, host(options, texts));
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    const one = files.get(file?.fileName);
    if (!one) return `${file?.fileName ?? "options"}: ${message}`;
    const line = file.getLineAndCharacterOfPosition(start).line - one.given.split("\n").length + 2;
    return `${one.page}:${line < 1 ? `${one.line} (given)` : one.line + line}: ${message}`;
  });
}

const module = "github.com/socketio-jwt/socketio-jwt-wasm";
const packages = { context: "context", errors: "errors", fmt: "fmt", log: "log", time: "time", http: "net/http", os: "os", client: module + "/client", zishang: module + "/client/zishang", socket: "github.com/zishang520/socket.io/clients/socket/v3", types: "github.com/zishang520/socket.io/v3/pkg/types" };

/** A fence of go as a program: a whole file as it is, statements inside a function, their packages imported. */
export function program({ given, code }) {
  if (/^package /m.test(code)) return code;
  const body = given + code;
  const used = Object.keys(packages).filter((name) => new RegExp(`(^|[^\\w."])${name}\\.`, "m").test(body));
  const imports = used.map((name) => `\t${name} "${packages[name]}"\n`).join("");
  if (/^func /m.test(code)) return `package main\n\nimport (\n${imports})\n\n${body}\n\nfunc main() {}\n`;
  const names = [...code.matchAll(/^(\w+(?:, \w+)*) := /gm)].flatMap(([, list]) => list.split(", ")).filter((name) => name !== "_");
  return `package main\n\nimport (\n${imports})\n\nfunc main() {\n${body}${[...new Set(names)].map((name) => `\t_ = ${name}\n`).join("")}}\n`;
}

/** vet(snippets) → [an error of go vet, …]. */
export function vet(all) {
  const found = all.filter(({ language }) => language === "go");
  if (!found.length) return [];
  mkdirSync(root + "build", { recursive: true });
  // The pattern ./... skips a folder of this name.
  const dir = mkdtempSync(root + "build/_snippets-");
  try {
    const folders = found.map((one, i) => {
      mkdirSync(join(dir, String(i)));
      writeFileSync(join(dir, String(i), "main.go"), program(one));
      return `./${join(dir, String(i)).slice(root.length)}`;
    });
    execFileSync("go", ["vet", ...folders], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    return [];
  } catch (error) {
    const pages = found.map(({ page, line }, i) => `${i} is ${page}:${line}`).join(", ");
    return [`${error.stderr ?? error.message}(${pages})`];
  } finally {
    rmSync(dir, { recursive: true });
  }
}
