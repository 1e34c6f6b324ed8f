/**
 * Where an ended session leads (options redirect, returnTo, redirectOrigins).
 *
 * returnTo carries the page that is being left: path, query and fragment when the target has the same origin, the whole
 * address otherwise. The path is written so that it cannot be read as another host: "//host/x" becomes "/.//host/x",
 * which browsers resolve to the same page. A returnTo in the address being left is taken out, not carried along: nothing
 * nests, and nobody's crafted link passes through us to the login page, also where the target is relative to the page's
 * query ("#/login"). A returnTo that the target itself names is left as it is.
 *
 * The page's own origin is scheme and host, so that pages of an extension or of an app (chrome-extension:, capacitor:,
 * tauri:) have one. A page without a host (file:, about:, data:) has none.
 *
 * Loop guard: undefined when this page is the target already, however the query that we or the server added looks.
 * Same origin and path, every parameter of the target is here with the same value, and the same route when the target
 * has one in its fragment (single-page applications). A target that led to this page although the addresses differ is
 * trail.ts's to notice.
 */
import { search } from "../url.js";

export interface RedirectOptions {
  returnTo?: string | false;
  redirectOrigins?: readonly string[];
}

/** What a relative target is relative to, `<base href>` included, is a page's baseURI. */
type Place = Pick<Location, "href"> & Partial<Pick<Document, "baseURI">>;

/** URL.origin is "null" for the schemes of extensions and apps in some browsers. */
const originOf = (u: URL) => u.protocol + "//" + u.host;

/**
 * The page's location. A worker has a location, too, but no page that it could leave. The document's base counts where it
 * differs from the location: with <base href>, and in srcdoc and about:blank. Tests replace location, and leave the document.
 */
function page(): Place | undefined {
  if (!globalThis.document) return;
  const { href } = location;
  return { href, baseURI: /^about:/.test(href) || document.querySelector?.("base[href]") ? document.baseURI : href };
}

/** The address to go to, or undefined to stay. Throws an Error that says what was refused, and what redirect() threw. */
export function target<E>(
  redirect: string | URL | ((error: E) => string | URL | null | undefined | void) | undefined,
  error: E,
  { returnTo = "returnTo", redirectOrigins = [] }: RedirectOptions,
  here: Place | undefined = page(),
): string | undefined {
  const to = typeof redirect == "function" ? redirect(error) : redirect;
  if (!to) return;
  if (!here) throw new Error("redirect: there is no page here to leave; use onUnauthorized, and in a worker let the page navigate");
  // As an address any other object is "[object Promise]", which is a page of this site.
  if (typeof to != "string" && typeof to.href != "string")
    throw new Error("redirect: the function must return a string or a URL, at once; an async one returns a promise");
  const at = new URL(here.href);
  if (returnTo && at.searchParams.has(returnTo)) at.searchParams.delete(returnTo);
  let url: URL;
  try {
    url = new URL(to, ("" + to)[0] == "#" ? at : here.baseURI || at);
  } catch (e) {
    throw new Error("redirect: not a valid URL");
  }
  // Messages name the scheme and the origin only: the rest may hold what is nobody's business.
  const away = originOf(url) != originOf(at);
  if (!/^https?:$/.test(url.protocol) && (away || !url.host))
    throw new Error(`redirect: "${url.protocol}" refused, only http, https and the page's own origin are followed`);
  if (away && !redirectOrigins.includes(url.origin))
    throw new Error(`redirect: ${url.origin} refused, add it to redirectOrigins to allow it`);

  const bare = (s: string) => s.replace(/\/$/, "");
  const route = (u: URL) => bare(u.hash.split("?")[0]!);
  if (
    !away &&
    bare(at.pathname) == bare(url.pathname) &&
    (!url.hash || route(at) == route(url)) &&
    [...url.searchParams].every(([k, v]) => k == returnTo || at.searchParams.getAll(k).includes(v))
  )
    return;

  if (returnTo && !url.searchParams.has(returnTo)) {
    const path = at.pathname.replace(/^\/(?=[/\\])/, "/./");
    const from = away ? at.href : path + at.search + at.hash;
    url.search += (url.search ? "&" : "?") + search({ [returnTo]: from });
  }
  return url.href;
}
