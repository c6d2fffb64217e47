// The panel: header, conversation, question form.

import { h } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Cross } from "./citation.tsx";
import { TurnView } from "./answer.tsx";
import { trapTab } from "./focus.ts";
import { useName } from "./id.ts";
import { Fence } from "./parts.tsx";
import { useUi } from "./ui.ts";

export interface PanelProps {
  readonly title: string;
  readonly embedded: boolean;
  /** The focus goes to the last question when this changes, not to the form. */
  readonly focusTurn: { current: boolean };
  onClose(): void;
  onEscape(): void;
}

export function PanelView(props: PanelProps) {
  const ui = useUi();
  const { texts, conversation, modal, shadow } = ui;
  const title = useName();
  const root = useRef<HTMLElement>(null);
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation(); // the page's own shortcuts are not meant while a reader types here
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      props.onEscape();
    } else if (modal && root.current) trapTab(event, root.current, shadow);
  };
  const still = (event: KeyboardEvent) => event.stopPropagation();
  const outside = (event: PointerEvent) => {
    const on = event.target as Element;
    if (ui.opened && !on.closest(".popover, .cite")) ui.cite(null);
  };
  const restart = () => {
    conversation.restart();
    root.current?.querySelector<HTMLElement>(".ask textarea")?.focus();
  };
  return (
    <section
      class="panel"
      role={props.embedded ? "region" : "dialog"}
      aria-modal={modal ? "true" : undefined}
      aria-labelledby={title}
      tabIndex={-1}
      ref={root}
      onKeyDown={keys}
      onKeyUp={still}
      onKeyPress={still}
      onPointerDown={outside}
    >
      <slot name="status" />
      <header>
        <h2 id={title}>
          <bdi>{props.title}</bdi>
        </h2>
        {conversation.state.turns.length > 0 && (
          <button type="button" class="plain" onClick={restart}>
            {texts.newConversation}
          </button>
        )}
        {!props.embedded && (
          <button type="button" class="icon" aria-label={texts.close} onClick={props.onClose}>
            <Cross />
          </button>
        )}
      </header>
      <Log focusTurn={props.focusTurn} />
      <Ask focusTurn={props.focusTurn} embedded={props.embedded} />
    </section>
  );
}

function Log({ focusTurn }: { focusTurn: { current: boolean } }) {
  const { texts, conversation } = useUi();
  const { turns, restoring, missing } = conversation.state;
  const log = useRef<HTMLDivElement>(null);
  const last = turns.at(-1)?.key;
  useLayoutEffect(() => {
    const turn = log.current?.querySelector<HTMLElement>(".turn:last-of-type");
    if (!log.current || !turn) return;
    log.current.scrollTop = turn.offsetTop;
    const question = turn.querySelector<HTMLElement>(".question");
    if (focusTurn.current) question?.focus({ preventScroll: true });
    focusTurn.current = false;
  }, [last]);
  return (
    <div class="log" role="region" aria-label={texts.log} tabIndex={0} ref={log}>
      {!turns.length && !restoring && <p class="intro">{texts.intro}</p>}
      {restoring && <p class="progress">{texts.restoring}</p>}
      {missing.map((why) => (
        <p class="error">{texts[why]}</p>
      ))}
      {turns.map((turn) => (
        <Fence message={texts.broken} key={turn.key}>
          <TurnView turn={turn} last={turn.key === last} />
        </Fence>
      ))}
    </div>
  );
}

function Ask({ focusTurn, embedded }: { focusTurn: { current: boolean }; embedded: boolean }) {
  const { texts, conversation, modal } = useUi();
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useName();
  useEffect(() => {
    if (!embedded) field.current?.focus({ preventScroll: true });
  }, []);
  const submit = () => {
    const input = field.current;
    if (!input || conversation.busy || !input.value.trim()) return input?.focus();
    focusTurn.current = modal; // on a phone the keyboard goes away, so that the answer shows
    const question = input.value;
    input.value = "";
    void conversation.ask(question);
    if (!modal) input.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label for={id}>
        <bdi>{texts.question}</bdi>
      </label>
      <div class="field">
        <textarea id={id} rows={2} dir="auto" ref={field} onKeyDown={keys} enterkeyhint="send" />
        {conversation.busy ? (
          <button
            type="button"
            class="primary stop"
            onClick={() => {
              conversation.stop();
              field.current?.focus({ preventScroll: true });
            }}
          >
            {texts.stop}
          </button>
        ) : (
          <button type="submit" class="primary">
            {texts.send}
          </button>
        )}
      </div>
    </form>
  );
}
