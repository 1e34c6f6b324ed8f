#!/usr/bin/env node
// Writes the table and the picture of a run into bench/README.md: node bench/readme.mjs [run.json]; by default the newest of
// bench/out. `make bench` runs it at its end.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { markdown } from "./table.mjs";
import { timeline } from "./timeline.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const [begin, end] = ["<!-- table: written by make bench -->", "<!-- end of table -->"];

export function intoReadme(result) {
  const file = join(here, "README.md");
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has lost its marks: ${begin} … ${end}`);
  writeFileSync(file, text.slice(0, from + begin.length) + "\n" + markdown(result) + "\n" + text.slice(to));
  const { ours, official } = result.samples.far ?? {};
  if (ours && official) writeFileSync(join(here, "timeline.svg"), timeline({ ours, official }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = join(here, "out");
  const newest = () => existsSync(out) && readdirSync(out).filter((f) => f.endsWith(".json")).sort().at(-1);
  const file = process.argv[2] ?? (newest() && join(out, newest()));
  if (!file) {
    console.error("bench: no run yet; make bench writes one to bench/out");
    process.exit(1);
  }
  intoReadme(JSON.parse(readFileSync(file, "utf8")));
}
