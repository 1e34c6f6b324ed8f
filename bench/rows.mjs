// The rows of the table: each names a measurement, its unit and its goal.
//
// `limit` bounds the ratio over `over` (median of the rounds' ratios), `most` the figure itself, `plus` the difference
// to `over`. Rows without any of them have no goal. `from` names the experiment that measures the row.
const rate = { unit: "/s", better: "higher" };
const cost = { better: "lower" };

export const rows = [
  { id: "size.script", what: "the classic script, brotli 11", from: "size", unit: "KB", ...cost, over: "official", most: 48 },
  { id: "size.nowasm", what: "… without WebAssembly", from: "size", unit: "KB", ...cost, most: 56 },

  { id: "receive.rate", what: "receive small events, 20 × 10k", from: "traffic", ...rate, over: "official", limit: 1 },
  { id: "receive.cpu", what: "… main-thread CPU", from: "traffic", unit: "µs/event", ...cost, over: "official", limit: 1 },
  { id: "emit.rate", what: "emit small events, 30 × 10k", from: "traffic", ...rate, over: "official", limit: 1 },
  { id: "emit.cpu", what: "… main-thread CPU", from: "traffic", unit: "µs/event", ...cost, over: "official", limit: 1 },
  { id: "single.rate", what: "emit 30 × 2k, one in a task", from: "traffic", ...rate, over: "official", limit: 1 },
  { id: "single.cpu", what: "… main-thread CPU", from: "traffic", unit: "µs/event", ...cost, over: "official", limit: 1 },

  { id: "fake.receive", what: "client code alone, received", from: "fake", unit: "µs/event", ...cost, over: "official", limit: 0.75 },
  { id: "fake.emit", what: "client code alone, emitted", from: "fake", unit: "µs/event", ...cost, over: "official", limit: 0.75 },
  { id: "fake.single", what: "… one in a task", from: "fake", unit: "µs/event", ...cost, over: "official" },
  { id: "fake.ack", what: "… one emitWithAck after the other", from: "fake", unit: "µs/trip", ...cost, over: "official" },

  { id: "ack.p50", what: "emitWithAck, p50", from: "acks", unit: "ms", ...cost, over: "official", limit: 1 },
  { id: "ack.p99", what: "emitWithAck, p99", from: "acks", unit: "ms", ...cost, over: "official", limit: 1 },
  { id: "json.receive", what: "receive 100 KB of JSON", from: "traffic", ...rate, over: "official", limit: 0.95 },
  { id: "json.emit", what: "emit 100 KB of JSON", from: "traffic", ...rate, over: "official", limit: 0.95 },
  { id: "binary.receive", what: "receive 64 KiB of binary", from: "traffic", ...rate, over: "official", limit: 0.95 },
  { id: "binary.emit", what: "emit 64 KiB of binary", from: "traffic", ...rate, over: "official", limit: 0.95 },

  { id: "start", what: "connect() to authenticated", from: "start", unit: "ms", ...cost, over: "official", plus: 10 },
  { id: "start.load", what: "… from navigation", from: "start", unit: "ms", ...cost, over: "official" },
  { id: "startQuery", what: "… the token in the query", from: "startQuery", unit: "ms", ...cost, over: "official" },
  { id: "later", what: "connect() 300 ms after the import", from: "later", unit: "ms", ...cost, over: "official" },
  { id: "far", what: "the same, 50 ms away", from: "far", unit: "ms", ...cost, over: "official", limit: 1.03 },
  { id: "far.load", what: "… from navigation", from: "far", unit: "ms", ...cost, over: "official", limit: 1.05 },
  { id: "farQuery", what: "… the token in the query", from: "farQuery", unit: "ms", ...cost, over: "official" },
  { id: "wsFar", what: "… over websocket alone", from: "wsFar", unit: "ms", ...cost, over: "official" },
  { id: "event", what: "event flow, server 2.5.1", from: "event", unit: "ms", ...cost, over: "official2" },
  { id: "eventFar", what: "the same, 50 ms away", from: "eventFar", unit: "ms", ...cost, over: "official2" },
  { id: "task.longest", what: "longest task while loading", from: "tasks", unit: "ms", ...cost, over: "official", most: 30 },
  { id: "task.cpu", what: "… of it CPU", from: "tasks", unit: "ms", ...cost, over: "official" },

  { id: "memory.wasm", what: "WASM memory, 1M events", from: "memory", unit: "MB", ...cost, most: 0.25 },
  { id: "memory.heap", what: "JS heap after 1M events", from: "memory", unit: "MB", ...cost, over: "official", limit: 1.05 },
  { id: "growth.sockets", what: "heap growth, 20 × 100 sockets", from: "growth", unit: "KB", ...cost, most: 16 },
  { id: "growth.sockets.wasm", what: "… WASM memory", from: "growth", unit: "KB", ...cost, most: 0 },
  { id: "growth.acks", what: "heap growth, 20 × 1,000 acks", from: "growth", unit: "KB", ...cost, most: 16 },
  { id: "growth.acks.wasm", what: "… WASM memory", from: "growth", unit: "KB", ...cost, most: 0 },
  { id: "growth.reconnects", what: "heap growth, 1,000 reconnects", from: "growth", unit: "KB", ...cost, most: 16 },
  { id: "growth.reconnects.wasm", what: "… WASM memory", from: "growth", unit: "KB", ...cost, most: 0 },
  { id: "mounts", what: "1,000th mount and unmount over the 10th", from: "mounts", unit: "×", ...cost, most: 1.1 },
];
