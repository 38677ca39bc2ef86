/** Passes connections on, each direction late: `bun relay.ts PORT TARGET-PORT MILLISECONDS`, as to a server that is far away. */
import { connect, createServer, type Socket } from "node:net";

const [port, target, delay] = process.argv.slice(2).map(Number) as [number, number, number];

function passOn(from: Socket, to: Socket): void {
  // Of pieces that came together the first timer fires first.
  from.on("data", (piece) => setTimeout(() => to.write(piece), delay));
  from.on("end", () => setTimeout(() => to.end(), delay));
  from.on("error", () => to.destroy());
}

createServer((near) => {
  near.setNoDelay(true);
  const far = connect(target, "127.0.0.1");
  far.setNoDelay(true);
  passOn(near, far);
  passOn(far, near);
}).listen(port, "127.0.0.1");
