/** The CommonJS module: what require() answers is io() itself, and carries the other exports. */
import "./index.js";
import io, * as api from "./api.js";

declare const module: { exports: unknown };

module.exports = Object.assign(io, api);
