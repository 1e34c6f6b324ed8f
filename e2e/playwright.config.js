import { defineConfig } from "@playwright/test";
import { firefox, launchOptions } from "./lib/browser.js";

// What mostly waits (for tokens to end, for a server's 15 seconds, for a page to wake up) runs beside what mostly works:
// by its tag, or the whole file.
const waits = /@waits|lifecycle-(clock|sleep|tabs)\.spec/;
const browserName = firefox ? "firefox" : "chromium";
// The test runner chooses Firefox's protocol by this, beside what it launches.
const use = (options) => ({ browserName, channel: options.launchOptions.channel, ...options });

// Runs of several kinds go on side by side, see internal/testreport/steps.go: each has a folder of results.
const results = `test-results/${process.env.BUILD ?? process.env.BROWSER ?? "chromium"}`;

// A test that needs a second try is a defect, so none gets one. Two workers for two cores, and one that waits.
export default defineConfig({
  testDir: "specs",
  globalSetup: "./lib/setup.js",
  outputDir: `${results}/artifacts`,
  fullyParallel: true,
  workers: 3,
  retries: 0,
  forbidOnly: true,
  // Limits say that something will not come any more; none of them is a demand on the machine's speed.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["dot"], ["json", { outputFile: `${results}/report.json` }]],
  projects: [
    { name: "waiting", workers: 1, grep: waits, use: use({ alone: true, launchOptions: launchOptions() }) },
    // One process for all pages of a context: they share what has been compiled, see `shared` in lib/workers.js.
    { name: "working", workers: 2, grepInvert: waits, use: use({ launchOptions: launchOptions("--renderer-process-limit=1", "--disable-site-isolation-trials") }) },
  ],
});
