// A parser of a user's own, for both sides: each packet is JSON. A page gets its text, so it imports nothing.
export function plainParser() {
  class Decoder {
    #hears = [];
    on(event, hear) {
      this.#hears.push(hear);
    }
    removeListener() {
      this.#hears = [];
    }
    add(text) {
      const packet = JSON.parse(text);
      for (const hear of this.#hears) hear(packet);
    }
    destroy() {}
  }
  class Encoder {
    encode({ type, nsp, data, id }) {
      return [JSON.stringify({ type, nsp, data, id })];
    }
  }
  return { Encoder, Decoder, protocol: 5 };
}
