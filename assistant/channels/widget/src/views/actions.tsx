// What a reader can do with a reply: say whether it helped, copy it, keep its address, print it.

import { h } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { answerText } from "../copy.ts";
import { answerUrl, printUrl } from "../links.ts";
import type { Reply } from "../reply.ts";
import type { Turn } from "../state.ts";
import { useName } from "./id.ts";
import { Out } from "./parts.tsx";
import { useUi } from "./ui.ts";

const REASONS = ["wrong", "outdated", "not_my_question", "weak_source", "unclear", "other"] as const;

export function Actions({ turn, reply }: { turn: Turn; reply: Reply }) {
  const { texts, base, conversation } = useUi();
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState(false);
  const thanks = useRef<HTMLParagraphElement>(null);
  const rate = async (feedback: { helpful: boolean; reason?: string; comment?: string }) => {
    const sent = await conversation.rate(turn, feedback);
    setFailed(!sent);
    if (sent) setAsking(false);
    // The button that was pressed is gone: without this the focus would fall out of the panel.
    if (sent) thanks.current?.focus({ preventScroll: true });
  };
  return (
    <section class="actions" aria-label={texts.actions}>
      <div class="row">
        {turn.rating === null && (
          <div class="thumbs">
            <button type="button" class="plain" onClick={() => void rate({ helpful: true })}>
              <Thumb /> {texts.helpful}
            </button>
            <button
              type="button"
              class="plain"
              aria-expanded={asking}
              onClick={() => setAsking(!asking)}
            >
              <Thumb down /> {texts.notHelpful}
            </button>
          </div>
        )}
        {turn.rating !== null && (
          <p class="thanks" tabIndex={-1} ref={thanks}>
            {texts.thanks}
          </p>
        )}
        {reply.kind === "answer" && <Copy reply={reply} />}
        <Out href={answerUrl(base, reply.id)}>{texts.permalink}</Out>
        <Out href={printUrl(base, reply.id)}>{texts.print}</Out>
      </div>
      {asking && turn.rating === null && (
        <Why onSubmit={(reason, comment) => rate({ helpful: false, ...reason, ...comment })} />
      )}
      {failed && <p class="error">{texts.feedbackFailed}</p>}
    </section>
  );
}

interface WhyProps {
  onSubmit(reason: { reason?: string }, comment: { comment?: string }): Promise<void>;
}

function Why({ onSubmit }: WhyProps) {
  const { texts } = useUi();
  const name = useName();
  const [sending, setSending] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus({ preventScroll: true }), []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const reason = form.get("reason");
    const comment = String(form.get("comment") ?? "").trim().slice(0, 4000);
    await onSubmit(reason ? { reason: String(reason) } : {}, comment ? { comment } : {});
    setSending(false);
  };
  return (
    <form class="why" onSubmit={(event) => void submit(event)}>
      <fieldset>
        <legend>{texts.whatWasWrong}</legend>
        {REASONS.map((reason, n) => (
          <label>
            <input type="radio" name="reason" value={reason} ref={n === 0 ? first : null} />{" "}
            {texts[reason]}
          </label>
        ))}
      </fieldset>
      <label for={name}>{texts.comment}</label>
      <textarea id={name} name="comment" rows={2} dir="auto" />
      <button type="submit" class="primary">
        {texts.submit}
      </button>
    </form>
  );
}

function Copy({ reply }: { reply: Extract<Reply, { kind: "answer" }> }) {
  const { texts, language, base, announce } = useUi();
  const [state, setState] = useState<"" | "copied" | "copyByHand">("");
  const text = useRef<HTMLTextAreaElement>(null);
  const plain = answerText(reply, base, texts, language);
  useLayoutEffect(() => {
    if (state === "copyByHand") text.current?.select();
  }, [state]);
  const copy = async () => {
    const done = (await copied(plain)) ? "copied" : "copyByHand";
    setState(done);
    announce(texts[done]);
  };
  return (
    <div class="copy">
      <button type="button" class="plain" onClick={() => void copy()}>
        {texts.copy}
      </button>
      {state && <p class="thanks">{texts[state]}</p>}
      {state === "copyByHand" && (
        <textarea ref={text} readOnly rows={6} aria-label={texts.copy} value={plain} />
      )}
    </div>
  );
}

/** Whether the browser let us: a page without HTTPS or in a frame may not. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function Thumb({ down = false }: { down?: boolean }) {
  return (
    <svg
      class={down ? "down" : undefined}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
    >
      <path
        d="M2.2 7.2h2.3v6H2.2zM4.5 7.4L7.4 2c1.2 0 1.9.9 1.6 2.1l-.5 2.1h4.1c.9 0 1.5.8 1.3 1.6l-1.1 4.3c-.2.7-.7 1.1-1.4 1.1H4.5"
        fill="none"
        stroke="currentColor"
        stroke-width="1.3"
        stroke-linejoin="round"
      />
    </svg>
  );
}
