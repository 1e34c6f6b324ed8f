// Importing a classic script.
import "socketio-jwt-wasm/socketio-jwt.min.js";
// @ts-expect-error it sets a global, and exports nothing
import { connect } from "socketio-jwt-wasm/socketio-jwt.min.js";

connect;
