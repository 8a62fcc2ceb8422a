/** Where the io thread begins: the compiler's process starts while this thread still loads what it needs for its sockets. */
import "./compiler.ts";

await import("./worker.ts");
