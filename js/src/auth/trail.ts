/**
 * The loop guard of redirects: notes in sessionStorage where a redirect leads, so that no page redirects again and again.
 *
 * A server may answer the login page's address with another page: /login → /en/login, or back to where the user came
 * from. When the session is refused there as well, the same redirect would load that page again and again, and the
 * address alone does not tell. So leaving a page notes in the tab's sessionStorage where the redirect leads, and when. A
 * page whose navigation began within ten seconds of that is the page to which the redirect led: it is the target, and
 * stays, however long its connection takes. A user who signs in takes longer than that, or gets a token
 * that is accepted; after that the caller asks no more.
 *
 * The note holds addresses without their parameters, and a time. Where sessionStorage is forbidden there is no note. All
 * frames of one origin in a tab have the same sessionStorage, so each has a note of its own.
 */
const key = () => "socketio-jwt:redirects" + frame();
const span = 1e4;

type Note = [leftAt: number, places: string[]];

/** The position of a window's frame in its tab: ":1:0" is the first frame in the page's second frame; "" is the page. */
const frame = (w: Pick<Window, "parent"> = globalThis): string => {
  const { parent } = w;
  if (!parent || parent == w) return "";
  let i = 0;
  while (i < parent.length && parent[i] != w) i++;
  return frame(parent) + ":" + i;
};

/** When the navigation to this page began. performance.timeOrigin may be off after the computer has slept. */
const began = Date.now() - performance.now();

/** The targets of the successive redirects that led to this page; read once. */
let led: string[] | undefined;

/** A target without the parameters of its query and fragment, which may differ from one redirect to the next. */
const place = (url: string) => url.replace(/\?[^#]*/, "").replace(/\?.*/, "");

function read(): string[] {
  try {
    const [leftAt, places] = JSON.parse(sessionStorage.getItem(key())!) as Note;
    // 100 ms: browsers round their clocks.
    if (began > leftAt - 100 && began < leftAt + span) return [...places];
  } catch (e) {}
  return [];
}

/** Whether a redirect to url led to this page: this is the target, whatever its address. */
export const ledHere = (url: string): boolean => (led ||= read()).includes(place(url));

/** Notes that this page is left for url. */
export function leaveFor(url: string): void {
  const note: Note = [Date.now(), [...(led ||= read()), place(url)]];
  try {
    sessionStorage.setItem(key(), JSON.stringify(note));
  } catch (e) {}
}
