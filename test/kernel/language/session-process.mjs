/** Runs cells for the contract suite in a process of its own, which a session takes over as it does in a kernel. */
import { Session } from "../../../dist/kernel/session/session.js";

let current;

process.on("message", (message) => {
  if (message.type !== "open") return current.session.run(message);
  current?.detach();
  process.chdir(message.folder);
  const flags = new Int32Array(new SharedArrayBuffer(64));
  const session = new Session({ post: (sent) => process.send(sent), flags, folder: message.folder, versions: {} });
  current = { session, detach: session.attach() };
  process.send({ type: "opened" });
});
process.on("disconnect", () => process.reallyExit(0));
