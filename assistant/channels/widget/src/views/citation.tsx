// The popover of one citation: the exact words, who says them, and what they cite in turn.

import { type ComponentChildren, h } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { dates, page, speaker, viaState } from "../copy.ts";
import { originalUrl, passageUrl } from "../links.ts";
import type { Citation, Context, Via } from "../reply.ts";
import { reveal, trapTab } from "./focus.ts";
import { useName } from "./id.ts";
import { Line, Out, Revised } from "./parts.tsx";
import { useUi } from "./ui.ts";

export function Popover({ citation }: { citation: Citation }) {
  const ui = useUi();
  const { texts, language } = ui;
  const title = useName();
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = root.current;
    element?.focus({ preventScroll: true });
    if (element && !ui.modal) reveal(element);
  }, [citation]);
  return (
    <div
      class="popover"
      role="dialog"
      aria-modal={ui.modal ? "true" : undefined}
      aria-labelledby={title}
      tabIndex={-1}
      ref={root}
      onKeyDown={(event) => ui.modal && root.current && trapTab(event, root.current, ui.shadow)}
    >
      <div class="popover-head">
        <h4 id={title}>
          <span class="number">[{citation.n}]</span> {speaker(citation, texts)}
        </h4>
        <button type="button" class="icon" aria-label={texts.back} onClick={() => ui.cite(null)}>
          <Cross />
        </button>
      </div>
      <Words context={citation.context}>
        <mark class="quote" data-quote="">
          {citation.quote}
        </mark>
      </Words>
      <p class="title" lang="" dir="auto">
        {citation.title}
      </p>
      <Line
        parts={[citation.publisher, dates(citation, texts, language), page(citation.page, texts)]}
      />
      {citation.revision && citation.revision.kind !== "confirmed" && (
        <Revised revision={citation.revision} />
      )}
      <Places quote={citation.quote} place={citation} />
      {citation.via.length > 0 && (
        <section class="vias">
          <h5>{texts.via}</h5>
          <ul>
            {citation.via.map((via) => (
              <SecondHop via={via} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function SecondHop({ via }: { via: Via }) {
  const { texts, language } = useUi();
  return (
    <li class="via">
      <p class="via-head">
        <span class="number">{via.marker}</span>{" "}
        {via.quote === null ? viaState(via, texts) : texts.sourceSays}
      </p>
      {via.quote !== null && (
        <Words context={via.context}>
          <mark class="via-quote">{via.quote}</mark>
        </Words>
      )}
      {via.title && (
        <p class="title" lang="" dir="auto">
          {via.title}
        </p>
      )}
      <Line parts={[via.publisher, dates(via, texts, language), page(via.page, texts)]} />
      <Places quote={via.quote} place={via} />
    </li>
  );
}

/** A quote inside the text that stands around it; only the quote is marked. */
function Words(props: { context?: Context | null | undefined; children: ComponentChildren }) {
  const { context } = props;
  return (
    <blockquote class="words" lang="" dir="auto">
      {context?.before && <span class={around(context.before, "before")}>{context.before}</span>}
      {props.children}
      {context?.after && <span class={around(context.after, "after")}>{context.after}</span>}
    </blockquote>
  );
}

/** The server gives up to 200 characters on each side, cut between words: a long one was cut. */
function around(text: string, side: "before" | "after"): string {
  const whole = text.length <= 170 || (side === "after" && /[.!?]$/.test(text));
  return whole ? "context" : `context cut-${side}`;
}

/** Where the words stand: at their publisher's, and in the archive. */
function Places({ quote, place }: { quote: string | null; place: Citation | Via }) {
  const { texts, base } = useUi();
  const original = originalUrl(place.url, quote ?? "", place.page);
  const archived = place.document_id
    ? passageUrl(base, { ...place, document_id: place.document_id })
    : null;
  if (!original && !archived) return null;
  return (
    <p class="places">
      {original && <Out href={original}>{texts.original}</Out>}
      {archived && <Out href={archived}>{texts.inArchive}</Out>}
    </p>
  );
}

export function Cross() {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d="M3.5 3.5l9 9m0-9l-9 9" fill="none" stroke="currentColor" stroke-width="1.6" />
    </svg>
  );
}
