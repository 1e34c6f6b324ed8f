import { defineConfig } from "@playwright/test";

// A test that needs a second try is a defect, so none gets one. Two workers for two cores: with more,
// what is awaited with a limit comes late now and then.
export default defineConfig({
  testDir: "specs",
  globalSetup: "./lib/setup.js",
  outputDir: "test-results/artifacts",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  reporter: [["dot"], ["json", { outputFile: "test-results/report.json" }]],
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
