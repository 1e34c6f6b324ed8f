// From results to rows: a behaviour over a transport passes when every client passes and says the same.

export function rowsOf(results) {
  const rows = new Map();
  for (const result of results) {
    const key = `${result.file} · ${result.name} · ${result.mode}`;
    const row = rows.get(key) ?? { key, file: result.file, name: result.name, mode: result.mode, results: [] };
    row.results.push(result);
    rows.set(key, row);
  }
  for (const row of rows.values()) row.failures = failuresOf(row.results);
  return [...rows.values()];
}

function failuresOf(results) {
  const failures = results.filter((one) => !one.ok).map((one) => ({ column: one.column, error: one.error, at: one.at }));
  const measure = results.find((one) => one.official);
  for (const one of results) {
    if (one.ok && measure?.ok && one.trace !== measure.trace) {
      failures.push({ column: one.column, error: `official says ${measure.trace}, it says ${one.trace}` });
    }
  }
  return failures;
}

/** The numbers of a run. */
export function tally(rows) {
  const behaviours = new Set(rows.map((row) => `${row.file} · ${row.name}`));
  const compared = rows.filter((row) => row.results.some((one) => one.official) && row.results.some((one) => !one.official));
  const failing = rows.filter((row) => row.failures.length);
  return {
    behaviours: behaviours.size,
    rows: rows.length,
    runs: rows.reduce((sum, row) => sum + row.results.length, 0),
    compared: new Set(compared.map((row) => `${row.file} · ${row.name}`)).size,
    failing: failing.length,
  };
}

export const sentence = (t, who) =>
  t.compared
    ? `${t.compared} behaviours compared, ${t.rows} rows with their transports, ${t.runs} runs, ${t.failing} rows fail`
    : `${t.behaviours} behaviours of ${who}, ${t.rows} rows with their transports, ${t.failing} fail (nothing to compare with)`;

export const describe = (row) => row.failures.map((f) => `${row.key}\n    ${f.column}: ${f.error}${f.at ? `\n      at ${f.at}` : ""}`).join("\n");
