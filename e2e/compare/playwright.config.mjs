// For those who like to see it in Playwright: npx playwright test -c e2e/compare
import { defineConfig } from "@playwright/test";

// The lanes are the suite's own; more workers would only be more browsers.
export default defineConfig({ testDir: ".", testMatch: "compare.spec.mjs", workers: 1, timeout: 600_000, retries: 0, reporter: "list", outputDir: "../test-results/compare" });
