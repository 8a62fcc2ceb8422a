import { describe, expect, test } from "vitest";
import { NotebookError } from "../../../kernel/notebook/errors.ts";
import { parseNotebook, printNotebook } from "../../../kernel/notebook/nbformat.ts";

/** Laid out as Python's nbformat 5.10 writes it: keys sorted, one space of indent, lines of text apart. */
const WRITTEN = `{
 "cells": [
  {
   "attachments": {
    "dot.png": {
     "image/png": "iVBORw0KGgo="
    }
   },
   "cell_type": "markdown",
   "id": "intro",
   "metadata": {},
   "source": [
    "# سلام\\n",
    "two"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "a-1_B",
   "metadata": {
    "tags": [
     "parameters"
    ]
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "one\\n",
      "two\\n"
     ]
    },
    {
     "data": {
      "application/json": {
       "a": [],
       "z": {}
      },
      "image/png": "iVBORw0KGgo=",
      "image/svg+xml": [
       "<svg>\\n",
       "</svg>"
      ],
      "text/plain": [
       "x"
      ]
     },
     "execution_count": 1,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "ename": "Error",
     "evalue": "no",
     "output_type": "error",
     "traceback": [
      "Error: no"
     ]
    }
   ],
   "source": []
  }
 ],
 "metadata": {
  "language_info": {
   "name": "typescript"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

const notebook = (changes: object) =>
  JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5, ...changes });
const cell = (changes: object) =>
  notebook({ cells: [{ cell_type: "code", id: "a", metadata: {}, source: "", outputs: [], ...changes }] });
const output = (changes: object) =>
  cell({ outputs: [{ output_type: "display_data", data: {}, metadata: {}, ...changes }] });

describe("an .ipynb file", () => {
  test("as Jupyter writes it is written back byte for byte", () => {
    expect(printNotebook(parseNotebook(WRITTEN, "a.ipynb"))).toBe(WRITTEN);
  });

  test("of version 4.0, whose cells have no ids, gets ids and version 4.5", () => {
    const old = notebook({
      nbformat_minor: 0,
      cells: [{ cell_type: "raw", metadata: {}, source: ["a\n", "b"] }],
    });
    const [first] = parseNotebook(old, "a.ipynb").cells;
    expect(first).toMatchObject({ source: "a\nb", id: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(JSON.parse(printNotebook(parseNotebook(old, "a.ipynb")))).toMatchObject({ nbformat_minor: 5 });
  });

  test.each([
    ["", "a.ipynb: is not JSON", "found an empty file"],
    ["// %%\nx", "a.ipynb: is not JSON", "give it the ending .nb.ts"],
    ["[]", "at the file", "expected an object", "found a list of 0"],
    [notebook({ nbformat: 3 }), "at nbformat", "expected 4", "found 3", "open it in JupyterLab and save it"],
    [notebook({ cells: undefined }), "at cells", "expected a list", "found nothing"],
    [notebook({ metadata: null }), "at metadata", "expected an object", "found null"],
    [cell({ cell_type: "heading" }), "at cells[0].cell_type", 'found "heading"'],
    [cell({ source: 5 }), "at cells[0].source", "expected a string or a list of strings", "found 5"],
    [cell({ id: "a b" }), "at cells[0].id", "1 to 64 letters"],
    [cell({ outputs: {} }), "at cells[0].outputs", "expected a list", "found an object"],
    [output({ data: { "text/plain": 1 } }), 'at cells[0].outputs[0].data["text/plain"]', "found 1"],
    [output({ output_type: "pyout" }), "at cells[0].outputs[0].output_type", 'found "pyout"'],
    [output({ output_type: "stream", name: "log" }), "at cells[0].outputs[0].name", 'found "log"'],
  ])("that is not valid is refused with the place, what was expected, what was found: %j", (text, ...parts) => {
    expect(() => parseNotebook(text, "a.ipynb")).toThrow(NotebookError);
    for (const part of parts) expect(() => parseNotebook(text, "a.ipynb")).toThrow(part);
  });

  test("with one id for two cells is refused", () => {
    const twice = { cell_type: "raw", id: "a", metadata: {}, source: "" };
    expect(() => parseNotebook(notebook({ cells: [twice, twice] }), "a.ipynb")).toThrow("an id of its own");
  });
});
