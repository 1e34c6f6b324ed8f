// Reads Markdown as far as the docs' tests need it: headings, links, fences of code, code in a line.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The paths of all Markdown files of the repository, as it lies here. */
export const pages = () =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root, encoding: "utf8" }).trim().split("\n").filter((path) => existsSync(root + path));

export const load = (path) => parse(path, readFileSync(root + path, "utf8"));

/**
 * parse(path, text) → { path, text, prose, anchors, links, codes, fences }
 *
 *   prose    the lines without fences and hidden comments
 *   anchors  a Set of the headings' anchors, as GitHub makes them
 *   links    [{ target, line }], pictures too
 *   codes    [{ code, line }]: `code` in a line
 *   fences   [{ language, attributes, code, given, line }]: attributes are the name=value pairs behind the language; given
 *            is the code of the hidden comment that stands right before the fence: <!-- given … -->; file is the path of
 *            the comment <!-- file: path -->: the fence shows that file
 */
export function parse(path, text) {
  const page = { path, text, prose: [], anchors: new Set(), links: [], codes: [], fences: [] };
  const seen = new Map();
  let fence, given, hidden, file;
  text.split("\n").forEach((content, i) => {
    const line = i + 1;
    if (fence) {
      if (content.trim() !== "```") return fence.lines.push(content.slice(fence.indent));
      page.fences.push({ ...fence, code: fence.lines.join("\n") + "\n" });
      return (fence = given = file = undefined);
    }
    if (hidden) {
      if (content !== "-->") return hidden.push(content);
      given = hidden.join("\n") + "\n";
      return (hidden = undefined);
    }
    if (content === "<!-- given") return (hidden = []);
    const shown = /^<!-- file: (\S+) -->$/.exec(content);
    if (shown) return (file = shown[1]);
    const opening = /^(\s*)```(\S*)(.*)$/.exec(content);
    if (opening) {
      const attributes = Object.fromEntries([...opening[3].matchAll(/([\w-]+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, quoted, bare]) => [name, quoted ?? bare]));
      return (fence = { language: opening[2], attributes, given: given ?? "", file, indent: opening[1].length, lines: [], line });
    }
    page.prose.push(content);
    const heading = /^#{1,6} (.*)$/.exec(content);
    if (heading) {
      const anchor = anchorOf(heading[1]);
      const n = seen.get(anchor) ?? 0;
      seen.set(anchor, n + 1);
      page.anchors.add(n ? `${anchor}-${n}` : anchor);
    }
    const spoken = content.replace(/(`+)(.+?)\1/g, (_, ticks, code) => {
      page.codes.push({ code: code.trim(), line });
      return "`code`";
    });
    for (const [, target] of spoken.matchAll(/\]\(<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?: "[^"]*")?\)/g)) page.links.push({ target, line });
    for (const [, target] of spoken.matchAll(/<(?:a|img)\s[^>]*?(?:href|src)="([^"]+)"/g)) page.links.push({ target, line });
  });
  if (fence) throw new Error(`${path}:${fence.line}: this fence has no end`);
  if (hidden) throw new Error(`${path}: a hidden comment has no end`);
  return page;
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading) =>
  heading
    .replace(/`/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
