type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An HTML element; an attribute that is false is left out. Children are text, never markup. */
export function html<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? "" : `${value}`);
  }
  made.append(...children);
  return made;
}
