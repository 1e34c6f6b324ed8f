/** Listens on the window (or worker), where there is one, and returns the release. */
export function listen(names: string[], fn: (e: Event) => void, on: EventTarget | undefined = globalThis): () => void {
  for (const name of names) on?.addEventListener?.(name, fn);
  return () => names.forEach((name) => on?.removeEventListener?.(name, fn));
}
