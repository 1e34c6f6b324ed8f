// Next.js and Nuxt: npx playwright test -c frameworks. A step of make test of its own, as they take a minute to install and
// to build: `make frameworks` installs what it needs.
import base from "../playwright.config.js";

export default {
  ...base,
  testDir: ".",
  globalSetup: "../lib/setup.js",
  outputDir: "../test-results/frameworks/artifacts",
  workers: 1,
  timeout: 180_000,
  reporter: [["dot"], ["json", { outputFile: "../test-results/frameworks/report.json" }]],
  projects: base.projects.filter(({ name }) => name === "working"),
};
