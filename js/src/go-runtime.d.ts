/** build/go.js: the toolchain's wasm_exec.js in a function, made by `make dist`. */
declare module "#go-runtime" {
  export function goRuntime(scope: object): new () => { importObject: WebAssembly.Imports; run(instance: WebAssembly.Instance): void };
}
