// Fetching the panel's file, once a page, whoever asks first.

import type { Mount } from "./bridge.ts";

const PATIENCE = 20_000; // milliseconds until a silent server counts as away

let fetched: Promise<Mount> | null = null;
let failures = 0;

/** The panel's mount. A failure is forgotten, so that the next click tries again. */
export function panelFile(base: string, nonce: string): Promise<Mount> {
  // Some browsers remember that a module could not be fetched: another address is another try.
  const url = panelUrl(base) + (failures ? `?${failures}` : "");
  fetched ??= load(url, nonce).catch((error: unknown) => {
    fetched = null;
    failures++;
    throw error;
  });
  return fetched;
}

export function panelUrl(base: string): string {
  return `${base}widget/${PANEL.name}`;
}

/**
 * A preloaded module is checked against its integrity, and `import` then takes that very one: all
 * that a script element could do, but no sink of Trusted Types, so that a page which allows no
 * policy at all can have the widget too.
 */
async function load(url: string, nonce: string): Promise<Mount> {
  const link = document.createElement("link");
  if (link.relList.supports("modulepreload")) {
    link.rel = "modulepreload";
    link.href = url;
    link.integrity = PANEL.integrity;
    link.crossOrigin = "anonymous";
    if (nonce) link.nonce = nonce;
    await settled(link);
  }
  const module = (await import(url)) as { readonly mount: Mount };
  return module.mount;
}

async function settled(link: HTMLLinkElement): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise((resolve, reject) => {
      timer = setTimeout(reject, PATIENCE);
      link.onload = resolve;
      link.onerror = reject;
      document.head.append(link);
    });
  } finally {
    clearTimeout(timer);
    link.remove();
  }
}
