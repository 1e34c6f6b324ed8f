// TypeScript's compiler, with what it has read kept for the next program: its own libraries are large.
import { createRequire } from "node:module";
import { root } from "./markdown.mjs";

export const require = createRequire(root + "e2e/package.json");
export const ts = require("typescript");

const read = new Map();

/** host(options, texts): a compiler host for files on the disk and for those of `texts`, a Map from path to text. */
export function host(options, texts = new Map()) {
  const made = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = made;
  made.fileExists = (name) => texts.has(name) || fileExists.call(made, name);
  made.readFile = (name) => texts.get(name) ?? readFile.call(made, name);
  made.getCurrentDirectory = () => root + "e2e";
  made.getSourceFile = (name, ...rest) => {
    if (texts.has(name)) return ts.createSourceFile(name, texts.get(name), rest[0]);
    if (!read.has(name)) read.set(name, getSourceFile.call(made, name, ...rest));
    return read.get(name);
  };
  return made;
}

export const common = {
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  strict: true, skipLibCheck: true, noEmit: true, jsx: ts.JsxEmit.Preserve,
};
