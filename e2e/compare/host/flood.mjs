// The server's half of the order tests: it hears numbered events over two namespaces of one connection, sends as
// many back, and says what came out of order.
const floods = new Map(); // connection id → what has been heard

/**
 * plan.start: forget; plan.send: that many numbered events, spread over the connection's sockets as the page does it;
 * plan.report: what was heard. The rule for a number: see kindOf, which both sides share.
 */
export async function flood(io, socket, plan, ack) {
  const { conn } = socket;
  if (plan.start) {
    const heard = { count: 0, next: 0, disorder: [], answers: 0, answersOutOfOrder: 0, lastAnswer: -1 };
    floods.set(conn.id, heard);
    conn.on("close", () => floods.delete(conn.id));
    for (const nsp of plan.start) listen(io.of(nsp), conn, heard);
    return ack();
  }
  const heard = floods.get(conn.id);
  if (plan.report) return ack(heard);
  if (plan.send) {
    const targets = plan.nsps.map((nsp) => onConnection(io.of(nsp), conn));
    for (let i = 0; i < plan.send; i++) {
      emitNumbered(targets[i % 3 === 0 ? 1 : 0], i, Buffer.from([i & 255, (i >> 8) & 255]), (back) => {
        heard.answers++;
        if (back <= heard.lastAnswer) heard.answersOutOfOrder++;
        heard.lastAnswer = back;
      });
      // In bursts, so that some go out before, some during and some after an upgrade.
      if (i % 500 === 499) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    ack();
  }
}

function emitNumbered(socket, i, bytes, answered) {
  const args = i % 50 === 7 ? [i, { first: bytes, rest: [bytes] }] : [i, `event ${i}`];
  if (i % 10 === 3) socket.emit("numbered", ...args, answered);
  else socket.emit("numbered", ...args);
}

function listen(nsp, conn, heard) {
  onConnection(nsp, conn).on("numbered", (i, payload, ack) => {
    heard.count++;
    if (i !== heard.next && heard.disorder.length < 5) heard.disorder.push([heard.next, i]);
    heard.next = i + 1;
    if (i % 50 === 7) {
      const whole = payload.first[0] === (i & 255) && payload.rest[0][1] === ((i >> 8) & 255);
      if (!whole && heard.disorder.length < 5) heard.disorder.push(["bytes", i]);
    }
    ack?.(i);
  });
}

function onConnection(nsp, conn) {
  const all = nsp.sockets instanceof Map ? [...nsp.sockets.values()] : Object.values(nsp.sockets);
  return all.find((socket) => socket.conn === conn);
}
