/**
 * Where an ended session leads (api.md: redirect, returnTo, redirectOrigins).
 *
 * returnTo carries the page that is being left: path, query and fragment when the target has the same origin (a value
 * that cannot lead elsewhere), the whole address otherwise. A returnTo in the address being left is taken out, not
 * carried along: nothing nests, and nobody's crafted link passes through us to the login page. A returnTo that the
 * target has already is left as it is.
 *
 * Loop guard: undefined when this page is the target already, however the query that we or the server added looks.
 * Same origin and path, every parameter of the target is here with the same value, and the same route when the target
 * has one in its fragment (single-page applications).
 */
import { search } from "./url.js";

export interface RedirectOptions {
  returnTo?: string | false;
  redirectOrigins?: readonly string[];
}

type Place = Pick<Location, "href" | "origin" | "pathname" | "search" | "hash">;

/** The address to go to, or undefined to stay. Throws an Error that says what was refused, and what redirect() threw. */
export function target<E>(
  redirect: string | URL | ((error: E) => string | URL | null | undefined | void) | undefined,
  error: E,
  { returnTo = "returnTo", redirectOrigins = [] }: RedirectOptions,
  here: Place = location,
): string | undefined {
  const to = typeof redirect == "function" ? redirect(error) : redirect;
  if (!to) return;
  let url: URL;
  try {
    url = new URL(to, here.href);
  } catch (e) {
    throw new Error("redirect: not a valid URL");
  }
  // Messages name the scheme and the origin only: the rest may hold what is nobody's business.
  if (!/^https?:$/.test(url.protocol)) throw new Error(`redirect: "${url.protocol}" refused, only http and https are followed`);
  const away = url.origin != here.origin;
  if (away && !redirectOrigins.includes(url.origin))
    throw new Error(`redirect: ${url.origin} refused, add it to redirectOrigins to allow it`);

  const at = new URL(here.href);
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
    if (at.searchParams.has(returnTo)) at.searchParams.delete(returnTo);
    const from = away ? at.href : at.pathname + at.search + at.hash;
    url.search += (url.search ? "&" : "?") + search({ [returnTo]: from });
  }
  return url.href;
}
