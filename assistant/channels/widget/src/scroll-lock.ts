// The page behind a full-screen panel does not scroll; afterwards it is exactly as it was.

export class ScrollLock {
  #before: { readonly value: string; readonly priority: string } | null = null;

  hold(held: boolean): void {
    if (held === (this.#before !== null)) return;
    const { style } = document.documentElement;
    if (held) {
      this.#before = {
        value: style.getPropertyValue("overflow"),
        priority: style.getPropertyPriority("overflow"),
      };
      style.setProperty("overflow", "hidden", "important");
    } else if (this.#before) {
      const { value, priority } = this.#before;
      this.#before = null;
      if (value) style.setProperty("overflow", value, priority);
      else style.removeProperty("overflow");
      if (!style.length) document.documentElement.removeAttribute("style");
    }
  }
}
