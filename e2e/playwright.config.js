import { defineConfig } from "@playwright/test";

// What mostly waits (for tokens to end, for a server's 15 seconds, for a page to wake up) runs beside what mostly works:
// by its tag, or the whole file.
const waits = /@waits|lifecycle-(clock|many|sleep|tabs)\.spec/;
export const launch = (...more) => ({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
});

// A test that needs a second try is a defect, so none gets one. Two workers for two cores, and one that waits: with more,
// what is awaited with a limit comes late now and then.
export default defineConfig({
  testDir: "specs",
  globalSetup: "./lib/setup.js",
  outputDir: "test-results/artifacts",
  fullyParallel: true,
  workers: 3,
  retries: 0,
  forbidOnly: true,
  // Limits say that something will not come any more; none of them is a demand on the machine's speed.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [["dot"], ["json", { outputFile: "test-results/report.json" }]],
  projects: [
    { name: "waiting", workers: 1, grep: waits, use: { alone: true, launchOptions: launch() } },
    // One process for all pages of a context: they share what has been compiled, see `shared` in lib/test.js.
    { name: "working", workers: 2, grepInvert: waits, use: { launchOptions: launch("--renderer-process-limit=1", "--disable-site-isolation-trials") } },
  ],
});
