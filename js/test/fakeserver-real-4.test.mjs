// The fake server beside socket.io 4.8.4.
import { compare } from "./fakeserver-table.mjs";

compare(4);
