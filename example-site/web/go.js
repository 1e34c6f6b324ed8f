// Starts the Go program of this page; what it does is in example-site/gopage.
import "/gopage/wasm_exec.js";

async function start() {
  const answer = await fetch("/gopage/gopage.wasm");
  if (!answer.ok) throw new Error(`The Go program is not there (status ${answer.status}).`);
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(answer, go.importObject);
  await go.run(instance);
  throw new Error("The Go program has ended.");
}

start().catch((error) => {
  document.getElementById("state").dataset.state = "broken";
  document.getElementById("state-word").textContent = "Not running";
  document.getElementById("state-says").textContent = error.message;
});
