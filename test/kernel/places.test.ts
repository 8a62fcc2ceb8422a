import { beforeEach, expect, test } from "vitest";
import { Places } from "../../kernel/session/places.ts";

const value = { name: "shown" };
let places: Places<object>;
beforeEach(() => {
  places = new Places();
});

/** Whether it is held, told by what is asked about each that is. */
function held(): boolean {
  let found = false;
  places.forget((each) => {
    found ||= each === value;
    return false;
  });
  return found;
}

test("what a cell shows is held until that cell is run again, whatever others do", () => {
  places.begin(1, "a");
  places.shown(1, value);
  places.begin(2, "b");
  places.begin(3, undefined);
  expect(held()).toBe(true);
  places.begin(4, "a");
  expect(held()).toBe(false);
});

test("what several cells show is held until all of them are run again", () => {
  places.begin(1, "a");
  places.begin(2, "b");
  for (const cell of [1, 2]) places.shown(cell, value);
  places.begin(3, "a");
  expect(held()).toBe(true);
  places.begin(4, "b");
  expect(held()).toBe(false);
});

test("shown again after that, it is held again", () => {
  places.begin(1, "a");
  places.shown(1, value);
  places.begin(2, "a");
  places.shown(2, value);
  expect(held()).toBe(true);
});

test("what takes the place of a display is where the display is, not in the cell that says so", () => {
  places.begin(1, "a");
  places.shown(1, undefined, { display: "d" });
  places.begin(2, "b");
  places.shown(2, value, { display: "d", update: true });
  places.begin(3, "b");
  expect(held()).toBe(true);
  places.begin(4, "a");
  expect(held()).toBe(false);
});

test("nobody knows when what is shown elsewhere is gone: it is held until it is let go of", () => {
  places.begin(1, undefined);
  places.shown(1, value);
  places.shown(-1, value);
  places.begin(2, "a");
  places.shown(2, value, { display: "another's", update: true });
  places.begin(3, "a");
  expect(held()).toBe(true);
  places.forget((each) => each === value);
  expect(held()).toBe(false);
});
