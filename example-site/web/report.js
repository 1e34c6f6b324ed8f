// A button that copies a text for a report: what socket.inspect() gives.

const seconds = 2;

/** text returns the text to copy. */
export function report(button, text) {
  const usual = button.textContent;
  let timer;
  function say(words) {
    button.textContent = words;
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = usual), seconds * 1000);
  }
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      say("Copied");
    } catch {
      say("No clipboard here"); // another origin than https and localhost, or forbidden
    }
  });
}
