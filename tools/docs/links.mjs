// Finds names in pages that do not exist: files, anchors, make targets, error messages.
import { existsSync, readFileSync } from "node:fs";
import { dirname, normalize } from "node:path/posix";
import { root } from "./markdown.mjs";

/** The address of the pages on GitHub. js/README.md links there, as npm shows it without the other pages. */
const home = "https://github.com/socketio-jwt/socketio-jwt-wasm";

/** deadLinks(pages) → ["file:line: …"]. Addresses on the web are not asked, but those of this repository are files. */
export function deadLinks(pages, exists = (path) => existsSync(root + path)) {
  const anchors = new Map(pages.map((page) => [page.path, page.anchors]));
  const dead = [];
  for (const page of pages)
    for (const { target, line } of page.links) {
      const local = target === home || target.startsWith(home + "#") || target.startsWith(home + "/blob/main/");
      if (!local && /^[a-z]+:/.test(target)) continue;
      const [path, anchor] = (local ? target.slice(home.length).replace(/^\/blob\/main\//, "") : target).split("#");
      const file = local ? path || "README.md" : path ? normalize(`${dirname(page.path)}/${path}`) : page.path;
      if (!exists(file)) dead.push(`${page.path}:${line}: ${target} leads to no file`);
      else if (anchor && !anchors.get(file)?.has(anchor)) dead.push(`${page.path}:${line}: ${target}: ${file} has no heading with that anchor`);
    }
  return dead;
}

/** The code of a page: in lines, and in fences of commands and drawings. */
const codes = (page) => [
  ...page.codes,
  ...page.fences.filter(({ language }) => language === "" || language === "sh").flatMap(({ code, line }) => code.split("\n").map((text, i) => ({ code: text, line: line + 1 + i }))),
];

/** The targets of the Makefile that a person calls. */
export const makeTargets = (makefile = readFileSync(root + "Makefile", "utf8")) => new Set([...makefile.matchAll(/^([a-z][a-z-]*):/gm)].map(([, name]) => name));

export function unknownTargets(pages, targets = makeTargets()) {
  const unknown = [];
  for (const page of pages)
    for (const { code, line } of codes(page))
      for (const [, name] of code.matchAll(/(?:^|[\s;(])make ((?:[a-z][a-z-]*)(?![\w./]))/g)) if (!targets.has(name)) unknown.push(`${page.path}:${line}: make ${name}: the Makefile has no such target`);
  return unknown;
}

/** Folders whose files the docs name; what is built is not there in a fresh clone, and js/wasm is a platform. */
const rooms = /(?:^|[\s(])(?:\.\/)?((?:client|internal|wasm|js|tools|example-site|e2e|bench|docs)\/[\w./-]*\w)/g;
const built = /^(js\/wasm$|js\/dist|bench\/out|e2e\/(node_modules|test-results))(\/|$)/;

/** Files and folders that are named and do not exist. docs/decisions.md may name files of the past. */
export function missingFiles(pages, exists = (path) => existsSync(root + path)) {
  const missing = [];
  for (const page of pages)
    for (const { code, line } of codes(page))
      for (const [, path] of code.matchAll(rooms)) {
        if (built.test(path) || page.path === "docs/decisions.md") continue;
        if (!exists(path)) missing.push(`${page.path}:${line}: there is no ${path}`);
      }
  return missing;
}

/** Operations, effects, events and actions that are named, and that no source has. */
export function unknownNames(pages, sources) {
  const words = new Set(sources.flatMap((source) => source.match(/\b(?:\w*Do|Op)\.\w+|\b(?:Ev|Act|Src)[A-Z]\w+/g) ?? []));
  const unknown = [];
  for (const page of pages)
    for (const { code, line } of codes(page))
      for (const [name] of code.matchAll(/\b(?:(?:\w*Do|Op)\.[A-Z]\w+|(?:Ev|Act|Src)[A-Z]\w+)/g)) if (!words.has(name)) unknown.push(`${page.path}:${line}: no source has ${name}`);
  return unknown;
}

/** Messages, with … for what varies, that no source says. */
export const unknownMessages = (messages, sources) => messages.filter((message) => !message.split("…").every((part) => sources.some((source) => source.includes(part.trim()))));
