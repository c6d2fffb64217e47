// Where the focus may go, and bringing things into view without moving the page around us.

const REACHABLE = "button, a[href], textarea, input, select, summary, [tabindex='0']";

/** Keeps Tab inside `within`, from its last stop to its first and back. */
export function trapTab(event: KeyboardEvent, within: HTMLElement, shadow: ShadowRoot): void {
  if (event.key !== "Tab") return;
  const stops = [...within.querySelectorAll<HTMLElement>(REACHABLE)].filter(
    (each) => each.checkVisibility() && !each.matches(":disabled"),
  );
  const first = stops[0] ?? within;
  const last = stops.at(-1) ?? within;
  const here = shadow.activeElement;
  const leaving = event.shiftKey ? here === first || here === within : here === last;
  event.stopPropagation();
  if (!leaving && within.contains(here)) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

/** Scrolls the conversation, never the page, so that `element` and the line above it show. */
export function reveal(element: HTMLElement): void {
  const log = element.closest(".log");
  if (!log) return;
  const frame = log.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  const below = box.bottom - frame.bottom + 12;
  const room = box.top - frame.top - 56; // the sentence that the popover belongs to stays in sight
  if (below > 0) log.scrollTop += Math.max(0, Math.min(below, room));
}
