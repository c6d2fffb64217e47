// Fetching the panel's file, once a page, whoever asks first.

import { HANDOVER, type Mount } from "./bridge.ts";

const PATIENCE = 20_000; // milliseconds until a silent server counts as away

type Handover = { [HANDOVER]?: (mount: Mount) => void };

let fetched: Promise<Mount> | null = null;

/** The panel's mount. A failure is forgotten, so that the next click tries again. */
export function panelFile(base: string, nonce: string): Promise<Mount> {
  fetched ??= load(panelUrl(base), nonce).catch((error: unknown) => {
    fetched = null;
    throw error;
  });
  return fetched;
}

export function panelUrl(base: string): string {
  return `${base}widget/${PANEL.name}`;
}

function load(url: string, nonce: string): Promise<Mount> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const timer = setTimeout(failed, PATIENCE);
    function failed(): void {
      clearTimeout(timer);
      script.remove();
      reject(new Error(`the panel could not be loaded from ${url}`));
    }
    (globalThis as Handover)[HANDOVER] = (mount) => {
      clearTimeout(timer);
      resolve(mount);
    };
    script.type = "module";
    script.crossOrigin = "anonymous";
    script.integrity = PANEL.integrity;
    if (nonce) script.nonce = nonce;
    script.onerror = failed;
    script.onload = failed; // nothing was handed over: an empty file; else this changes nothing
    script.src = trusted(url) as string;
    document.head.append(script);
  });
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

let policy: ReturnType<Policies["createPolicy"]> | null = null;

/** For pages that require trusted types: our policy lets through the panel's address alone. */
function trusted(url: string): unknown {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  if (!policies) return url;
  try {
    policy ??= policies.createPolicy("newsroom-assistant", {
      createScriptURL(wanted) {
        if (wanted.endsWith(`/widget/${PANEL.name}`)) return wanted;
        throw new TypeError(`not the panel: ${wanted}`);
      },
    });
    return policy.createScriptURL(url);
  } catch {
    return url; // the page's policy refuses ours by name: `src` will say so, and so do we
  }
}
