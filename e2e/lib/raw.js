// Pages that Playwright does not hold: it keeps every page of its own visible, focused and out of the back/forward cache,
// and one that is hidden, frozen or put aside is what some tests are about. Raw DevTools protocol, in a context of its own.

export class RawContext {
  #sessions = new Map();
  #calls = new Map();
  #next = 1;

  static async open(browser) {
    const raw = new RawContext();
    raw.devtools = await browser.newBrowserCDPSession();
    raw.devtools.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => raw.#hear(sessionId, JSON.parse(message)));
    raw.id = (await raw.devtools.send("Target.createBrowserContext", { disposeOnDetach: true })).browserContextId;
    return raw;
  }

  /** A new tab; the others become hidden. `scripts` run before the page's own, in every document. */
  async page(url, scripts = []) {
    const { targetId } = await this.devtools.send("Target.createTarget", { url: "about:blank", browserContextId: this.id });
    const { sessionId } = await this.devtools.send("Target.attachToTarget", { targetId, flatten: false });
    const page = new RawPage(this, targetId, (method, params) => this.#send(sessionId, method, params));
    this.#sessions.set(sessionId, page);
    await Promise.all(["Page.enable", "Runtime.enable", "Network.enable"].map((method) => page.send(method)));
    for (const source of scripts) await page.send("Page.addScriptToEvaluateOnNewDocument", { source });
    await page.goto(url);
    return page;
  }

  #send(sessionId, method, params = {}) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.devtools.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) }).catch(reject);
    });
  }

  #hear(sessionId, { id, result, error, method, params }) {
    if (method) return this.#sessions.get(sessionId)?.heard(method, params);
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  }

  async close() {
    await this.devtools.send("Target.disposeBrowserContext", { browserContextId: this.id });
    await this.devtools.detach();
  }
}

class RawPage {
  console = [];
  #waiting = new Set();

  constructor(context, targetId, send) {
    Object.assign(this, { context, targetId, send });
  }

  heard(method, params) {
    if (method === "Runtime.consoleAPICalled") this.console.push(params.args.map((arg) => arg.value ?? arg.description).join(" "));
    if (method === "Runtime.exceptionThrown") this.console.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    for (const waiting of this.#waiting) if (waiting.method === method && this.#waiting.delete(waiting)) waiting.resolve(params);
  }

  until(method) {
    return new Promise((resolve) => this.#waiting.add({ method, resolve }));
  }

  async goto(url) {
    const loaded = this.until("Page.loadEventFired");
    await this.send("Page.navigate", { url });
    await loaded;
  }

  /** As Playwright's, for a function of one argument that can be written as JSON. */
  async evaluate(fn, arg) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression: `(${fn})(${JSON.stringify(arg) ?? ""})`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** The tab in front; the others of the context are hidden. */
  front() {
    return this.send("Page.bringToFront");
  }

  async freeze() {
    await this.send("Page.setWebLifecycleState", { state: "frozen" });
  }

  async thaw() {
    await this.send("Page.setWebLifecycleState", { state: "active" });
  }
}
