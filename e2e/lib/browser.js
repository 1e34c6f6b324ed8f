// The browser that tests run in: Debian's Chromium, or with BROWSER=firefox Debian's Firefox ESR, which Playwright drives by
// WebDriver BiDi (its own protocol needs a Firefox that it has patched). CHROMIUM and FIREFOX name other binaries.
// Of Chromium it is the headless shell: the same engine, network and JavaScript without windows, tabs and extensions, at
// little more than half of the processor time (55 rows of ways and order: 26 instead of 46 s). Extensions and the
// back/forward cache are tested in the whole browser.
// Playwright stays at 1.64 for that: 1.65 asks for emulation.setMediaFeaturesOverride, which Firefox ESR 153 does not know.

export const firefox = process.env.BROWSER === "firefox";

const firefoxUserPrefs = {
  // One process for all pages, as with Chromium: a test has a page of its own, and a new process for each costs a fifth
  // of the processor time.
  "fission.autostart": false,
  "dom.ipc.processCount": 1,
  "dom.ipc.processPrelaunch.enabled": false,
  // Firefox makes a page wait before it opens a WebSocket to a host where one has failed, for longer each time (up to a
  // minute). The tests look at the delays that the client asks for.
  "network.websocket.delay-failed-reconnects": false,
  // A WebSocket that a page has given up while it connects keeps the next one to that host waiting until Firefox gives it
  // up, too: in seconds, and 20 by itself.
  "network.websocket.timeout.open": 8,
  // All pages of all tests share six connections to a server; each poll that waits for an event takes one.
  "network.http.max-persistent-connections-per-server": 64,
};

/** Chromium with all that the headless shell leaves out. */
export const wholeChromium = process.env.CHROMIUM || "/usr/bin/chromium";

const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** What Playwright launches; `more` are arguments that only Chromium knows. */
export const launchOptions = (...more) =>
  firefox
    ? { executablePath: process.env.FIREFOX || "/usr/bin/firefox-esr", channel: "moz-firefox", firefoxUserPrefs }
    : { executablePath: process.env.CHROMIUM || "/usr/bin/chromium-headless-shell", args: [...args, ...more] };
