/** What make builds of wasm/ and esbuild puts into the scripts. */
declare module "*/build/core.wasm" {
  const base64: string;
  export default base64;
}
declare module "*/build/core.js" {
  const instantiate: (imports: any) => any;
  export default instantiate;
}
