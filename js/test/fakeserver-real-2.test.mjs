// The fake server beside socket.io 2.5.1.
import { compare } from "./fakeserver-table.mjs";

compare(2);
