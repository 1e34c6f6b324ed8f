// The build without WebAssembly has the same members.
export * from "./index.js";
export { default } from "./index.js";
