/**
 * The debug log, as the package debug has it: `localStorage.debug = "socketio-jwt:*"` in a page, the variable DEBUG in Node.
 * Names are separated by commas or spaces; * stands for anything, a name that begins with - is left out. It is read once,
 * when the script is loaded.
 */

/** Whether a setting names a namespace. */
export function enables(setting: string, namespace: string): boolean {
  const fits = (pattern: string) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`).test(namespace);
  const names = setting.split(/[\s,]+/).filter(Boolean);
  return names.some((n) => n[0] != "-" && fits(n)) && !names.some((n) => n[0] == "-" && fits(n.slice(1)));
}

function setting(): string {
  // Node 25 and later have a localStorage, too, and warn of it where no file is given to keep it in.
  if (!/^Node/.test(globalThis.navigator?.userAgent))
    try {
      return localStorage.debug || "";
    } catch (e) {} // forbidden, or not there
  return (globalThis as { process?: { env?: Record<string, string> } }).process?.env?.DEBUG || "";
}

/** Writes to the console under a namespace; undefined where the setting does not name it. */
export function logger(namespace: string): ((...said: unknown[]) => void) | undefined {
  if (enables(setting(), namespace)) return (...said) => console.debug(namespace, ...said);
}
