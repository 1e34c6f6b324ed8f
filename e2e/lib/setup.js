// What is tested is what is shipped, built from the sources as they are now.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export default () => execFileSync("make", ["--no-print-directory", "dist", "build/goserver", "build/http3", "build/faults.js"], { cwd: fileURLToPath(new URL("../../", import.meta.url)), stdio: ["ignore", "ignore", "inherit"] });
