/** What make builds of wasm/ and esbuild puts into the scripts. */
declare module "*/build/core.hex" {
  const hex: string;
  export default hex;
}
declare module "*/build/core.js" {
  const instantiate: Parameters<typeof import("./bridge/nowasm.js").jsCore>[0];
  export default instantiate;
}
