// Compares the docs with the types: each addition to socket.io-client is in the docs, and each documented option is in the types.
import { root } from "./markdown.mjs";
import { common, host, require, ts } from "./typescript.mjs";

/** The types that users write options and listeners against; a member of ours that the official type lacks is an addition. */
const shared = ["ManagerOptions", "SocketOptions", "Manager", "Socket"];
/** Types that are ours alone: every member counts. */
const ours = ["TokenContext", "AuthenticatedInfo", "UnauthorizedError", "ServerError"];

/**
 * additions() → [{ type, name }], by TypeScript's own reading of js/types/index.d.ts and of socket.io-client's types. `type`
 * is "" for what the package exports.
 */
export function additions(file = root + "js/types/index.d.ts") {
  const official = require.resolve("socket.io-client").replace(/build\/.*$/, "build/esm/index.d.ts");
  const options = { ...common, types: [] };
  const program = ts.createProgram([file, official], options, host(options));
  const checker = program.getTypeChecker();
  const exportsOf = (path) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path));
    return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol]));
  };
  const [mine, theirs] = [exportsOf(file), exportsOf(official)];
  const members = (symbol) => new Set(symbol ? checker.getDeclaredTypeOfSymbol(symbol).getProperties().map((member) => member.name).filter((name) => !/^(_|constructor$)/.test(name)) : []);
  const error = new Set(["name", "message", "stack"]);
  const found = [...mine.keys()].filter((name) => !theirs.has(name) && !isType(mine.get(name))).map((name) => ({ type: "", name }));
  for (const type of shared) {
    const known = members(theirs.get(type));
    for (const name of members(mine.get(type))) if (!known.has(name)) found.push({ type, name });
  }
  for (const type of ours) for (const name of members(mine.get(type))) if (!error.has(name)) found.push({ type, name });
  return found.filter(({ type, name }, i) => found.findIndex((other) => other.type === type && other.name === name) === i);
}

/**
 * optionsOf(file) → { type, name } of an entry of the package other than the client itself: its functions and values, and
 * the members of types whose names end in Options.
 */
export function optionsOf(file) {
  const options = { ...common, types: [] };
  const program = ts.createProgram([file], options, host(options));
  const checker = program.getTypeChecker();
  return checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file))).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable)) return [{ type: "", name: exported.name }];
    return exported.name.endsWith("Options") ? checker.getDeclaredTypeOfSymbol(symbol).getProperties().map(({ name }) => ({ type: exported.name, name })) : [];
  });
}

/** Those of them that no page with the entry's name has as code. */
export function unnamed(entry, members, pages) {
  const about = pages.filter(({ text }) => text.includes(`"${entry}"`) || text.includes(`\`${entry}\``));
  const words = new Set(about.flatMap(({ codes, fences }) => [...codes, ...fences]).flatMap(({ code }) => code.split(/[^\w$]+/)));
  return members.filter(({ name }) => !words.has(name));
}

const isType = (symbol) => !(symbol.flags & ts.SymbolFlags.Value);

/** Additions that a page does not name as code: `name`, `name(…)`, `socket.name`, or inside `{ a, name }`. */
export function undocumented(page, added = additions()) {
  const named = page.codes.map(({ code }) => code.replace(/\(.*\)/, "")).filter((code) => !code.includes(" ") || code.startsWith("{"));
  const words = new Set(named.flatMap((code) => code.split(/[^\w$]+/)));
  return added.filter(({ name }) => !words.has(name));
}

/** Options in the first column of the table under a heading that no type has. */
export function unknownOptions(page, heading, added = additions()) {
  const names = new Set(added.map(({ name }) => name));
  const section = page.text.split(/^#+ /m).find((part) => part.startsWith(heading)) ?? "";
  return [...section.matchAll(/^\| `([\w]+)` \|/gm)].map(([, name]) => name).filter((name) => !names.has(name));
}
