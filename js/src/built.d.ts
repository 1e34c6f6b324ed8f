/** What make builds of wasm/ and esbuild puts into the scripts. */
declare module "*/build/core.hex" {
  const hex: string;
  export default hex;
}
declare module "*/build/core.js" {
  const instantiate: (imports: any) => any;
  export default instantiate;
}
