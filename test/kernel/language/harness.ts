import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, test, vi } from "vitest";
import type { FromSession, Language, Outcome } from "../../../kernel/protocol/threads.ts";
import { type Seen, verify } from "./compare.ts";
import type { Case, Cell, Implementation } from "./contract.ts";

/** Declares a test for each case: the language in this process, the session in one of its own. */
export function holdAgainst(implementation: Implementation, groups: Record<string, Case[]>): void {
  const sessions = new SessionProcess();
  afterAll(() => sessions.close());
  describe.each(Object.entries(groups))(`${implementation.name}: %s`, (_, cases) => {
    for (const { title, cells, shortfalls } of cases) {
      const reason = shortfalls?.[implementation.name];
      const run = async () => {
        const folder = mkdtempSync(join(tmpdir(), "cells-"));
        const language = implementation.create(folder);
        try {
          await sessions.open(folder);
          const notebook = new Notebook(folder, language, sessions);
          for (const cell of cells) verify(cell, await notebook.run(cell));
        } finally {
          language.close?.();
          rmSync(folder, { recursive: true, force: true });
        }
      };
      if (reason === undefined) test(title, run);
      else test.fails(`${title} (falls short: ${reason})`, run);
    }
  });
}

class Notebook {
  readonly #folder: string;
  readonly #language: Language;
  readonly #sessions: SessionProcess;
  #count = 0;
  /** Seconds; rises with every file, since a disk's own clock may stand still between two. */
  #clock = 1_000_000_000;

  constructor(folder: string, language: Language, sessions: SessionProcess) {
    this.#folder = folder;
    this.#language = language;
    this.#sessions = sessions;
  }

  async run({ source, files = {}, isExpression }: Cell): Promise<Seen> {
    for (const [path, text] of Object.entries(files)) this.#write(join(this.#folder, path), text);
    const number = ++this.#count;
    const conversion = this.#language.convert(source, isExpression === true ? undefined : number);
    if (!conversion.ok) return { ...silence, refused: conversion.error };
    if (isExpression === true) delete conversion.cell.keepResultAs;
    const title = `cell ${number}`;
    const seen = await this.#sessions.run({ source, title, cell: conversion.cell });
    const { outcome } = seen;
    if (outcome?.status === "error") this.#language.commit(number, outcome.defined);
    if (outcome?.status === "ok") this.#language.commit(number, "all", outcome.result !== undefined);
    return { ...seen, warnings: conversion.warnings ?? [] };
  }

  #write(path: string, text: string | null): void {
    if (text === null) {
      rmSync(path, { recursive: true });
      return;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    this.#clock += 10;
    utimesSync(path, this.#clock, this.#clock);
  }
}

const silence: Seen = { stdout: "", stderr: "", warnings: [] };

/** A process that runs one session after the other; its posts are collected until the cell is done. */
class SessionProcess {
  readonly #process: ChildProcess;
  #posted: FromSession[] = [];
  #last = 0;
  #ended = "";

  constructor() {
    const path = fileURLToPath(new URL("session-process.mjs", import.meta.url));
    this.#process = fork(path, { serialization: "advanced", execArgv: ["--no-force-async-hooks-checks"] });
    this.#process.on("message", (message) => this.#posted.push(message as FromSession));
    this.#process.on("exit", (code, signal) => {
      this.#ended = `the session's process ended (${signal ?? code})`;
    });
  }

  /** Begins a new session. */
  async open(folder: string): Promise<void> {
    this.#posted = [];
    this.#process.send({ type: "open", folder });
    await this.#posting((message) => (message as { type: string }).type === "opened");
  }

  async run(request: { source: string; title: string; cell: object }): Promise<Seen> {
    const id = ++this.#last;
    this.#posted = [];
    this.#process.send({ type: "run", id, mode: "result", ...request });
    const done = await this.#posting((message) => message.type === "done" && message.id === id);
    const printed = (name: "stdout" | "stderr") =>
      this.#posted.map((message) => (message.type === "stream" && message.name === name ? message.text : "")).join("");
    return {
      stdout: printed("stdout"),
      stderr: printed("stderr"),
      warnings: [],
      outcome: (done as { outcome: Outcome }).outcome,
    };
  }

  close(): void {
    if (this.#process.connected) this.#process.disconnect();
  }

  /** The first message of that kind, unless the process ends before. */
  #posting(isIt: (message: FromSession) => boolean): Promise<FromSession> {
    const look = () => {
      if (this.#ended !== "") throw new Error(this.#ended);
      return this.#posted.find(isIt);
    };
    return vi.waitUntil(look, { timeout: 60_000, interval: 2 });
  }
}
