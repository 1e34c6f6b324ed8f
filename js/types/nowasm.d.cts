// The build without WebAssembly has the same members.
import client = require("./index.cjs");
export = client;
