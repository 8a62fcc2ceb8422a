/**
 * JupyterLab hears keys before an output does, and does what its shortcuts say. It leaves those alone that are typed in an element of
 * a certain kind. This makes the output one for the keys that it uses; all others stay the notebook's, so that it is saved
 * while the focus is in an output.
 *
 * @param element has the focus, or something in it has
 * @param isOurs whether the output uses a key, pressed where the target is
 */
export function lendKeys(element: HTMLElement, isOurs: (event: KeyboardEvent, target: Element) => boolean): void {
  const lend = (event: KeyboardEvent): void => {
    const root = element.getRootNode();
    const seen = root instanceof ShadowRoot ? (root.host as HTMLElement) : element;
    // What is in a shadow tree is not told by the target.
    if (isOurs(event, event.composedPath()[0] as Element)) seen.dataset.lmSuppressShortcuts = "true";
    else delete seen.dataset.lmSuppressShortcuts;
  };
  element.addEventListener("focusin", () => window.addEventListener("keydown", lend, true));
  element.addEventListener("focusout", () => window.removeEventListener("keydown", lend, true));
}
