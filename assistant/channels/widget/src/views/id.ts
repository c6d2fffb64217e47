// Ids that tie a label to what it names.

import { useState } from "preact/hooks";

let given = 0;

/** Unique in the panel. Preact's own useId counts anew at each render from the root, as ours are. */
export function useName(): string {
  const [name] = useState(() => `part-${++given}`);
  return name;
}
