// Starts the Go program of this page (example-site/gopage). The server builds it when this page is first
// asked for.

const state = document.getElementById("state");
const word = document.getElementById("state-word");
const says = document.getElementById("state-says");

function show(short, long) {
  word.textContent = short;
  says.textContent = long;
}

async function ask(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`The server does not say how far the Go program is (status ${answer.status}).`);
  return answer.json();
}

/** Resolves when the server has built the program. */
async function built() {
  let now = await ask("/api/gopage");
  if (now.state === "building") {
    show("Building", "The server builds the Go program. The first time that may take a minute or two.");
    now = await ask("/api/gopage?wait");
  }
  if (now.state !== "ready") throw new Error(`The server could not build the Go program. ${now.message}. Reload the page to try again.`);
}

async function start() {
  await built();
  show("Loading", "Fetching the Go program, some megabytes.");
  await import("/gopage/wasm_exec.js");
  const answer = await fetch("/gopage/gopage.wasm");
  if (!answer.ok) throw new Error(`The Go program is not there (status ${answer.status}).`);
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(answer, go.importObject);
  await go.run(instance);
  throw new Error("The Go program has ended.");
}

start().catch((error) => {
  state.dataset.state = "broken";
  show("Not running", error.message);
});
