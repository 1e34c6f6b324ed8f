// A distant network: data takes half of the round trip each way, and a new connection a whole one before its first byte,
// as TCP's handshake does. It is a process of its own; argv: the port behind it, the round trip in ms.
import net from "node:net";

const [port, rtt] = process.argv.slice(2).map(Number);

const proxy = net.createServer((near) => {
  const far = net.connect(port, "127.0.0.1");
  near.setNoDelay(true);
  far.setNoDelay(true);
  pass(near, far, performance.now() + rtt);
  pass(far, near, 0);
});

function pass(from, to, open) {
  let queue = [];
  let timer;
  const flush = () => {
    timer = undefined;
    const now = performance.now();
    while (queue.length && queue[0].at <= now) {
      const { data } = queue.shift();
      if (data) to.write(data);
      else to.end();
    }
    if (queue.length) timer = setTimeout(flush, Math.max(0, queue[0].at - performance.now()));
  };
  const later = (data) => {
    queue.push({ at: Math.max(performance.now(), open) + rtt / 2, data });
    timer ??= setTimeout(flush, Math.max(0, queue[0].at - performance.now()));
  };
  from.on("data", later);
  from.on("end", () => later());
  from.on("error", () => to.destroy());
  from.on("close", () => later());
}

proxy.listen(0, "127.0.0.1", () => process.send({ port: proxy.address().port }));
process.on("disconnect", () => process.exit());
