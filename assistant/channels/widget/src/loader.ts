// The loader: one small classic script. It defines the element and, when its tag carries a key
// (data-key, empty for a server without keys), puts one on the page unless the page has its own.

import { define, TAG } from "./element.ts";

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>("script[src][data-key]");

if (script?.src) {
  if (!customElements.get(TAG)) define(new URL(".", script.src).href, script);
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => place(script), { once: true });
  } else {
    place(script);
  }
}

function place(script: HTMLScriptElement): void {
  const wanted = script.dataset.key !== undefined || script.dataset.mode === "embed";
  if (!wanted || document.querySelector(TAG)) return;
  const element = document.createElement(TAG);
  Object.assign(element.dataset, script.dataset);
  document.body.append(element);
}
