// One turn: the question, what came of it, and what a reader can do with it.

import { Fragment, h } from "preact";
import { dateText } from "../dates.ts";
import { revisedOnce } from "../copy.ts";
import { failureText } from "../failure-text.ts";
import { answerUrl, passageUrl } from "../links.ts";
import type { Answer, Citation, Claim, Nearest, Reason, Standing, Verdict } from "../reply.ts";
import type { Turn } from "../state.ts";
import { fill } from "../texts.ts";
import { Actions } from "./actions.tsx";
import { Popover } from "./citation.tsx";
import { useName } from "./id.ts";
import { Line, Out, Revised } from "./parts.tsx";
import { useUi } from "./ui.ts";

export function TurnView({ turn, last }: { turn: Turn; last: boolean }) {
  const { texts } = useUi();
  const title = useName();
  const { reply } = turn;
  const answer = reply?.kind === "answer" ? reply : null;
  return (
    <article class="turn" aria-labelledby={title} aria-busy={turn.phase === "asking"}>
      <h3 class="question" id={title} lang="" dir="auto" tabIndex={-1}>
        {turn.question}
      </h3>
      {turn.standalone && (
        <p class="standalone">
          {texts.understoodAs}{" "}
          <bdi lang="" class="as">
            {turn.standalone}
          </bdi>
        </p>
      )}
      {turn.since && <Since since={turn.since} id={reply?.id ?? ""} />}
      {answer?.freshness.notice && <Notice answer={answer} notice={answer.freshness.notice} />}
      <Claims turn={turn} />
      <Progress turn={turn} />
      {answer && <Checked answer={answer} />}
      {answer && answer.verdicts.length > 0 && <Verdicts verdicts={answer.verdicts} />}
      {reply?.kind === "abstention" && (
        <div class="abstention">
          <p class="said">{texts.abstained}</p>
          <p>{texts[reply.reason] ?? ""}</p>
          {reply.nearest.length > 0 && <NearestList nearest={reply.nearest} />}
        </div>
      )}
      {reply && <Actions turn={turn} reply={reply} />}
      {last && reply && reply.follow_ups.length > 0 && <FollowUps questions={reply.follow_ups} />}
    </article>
  );
}

function Claims({ turn }: { turn: Turn }) {
  const { opened } = useUi();
  if (!turn.claims.length) return null;
  const numbered = new Map(turn.citations.map((citation) => [citation.n, citation]));
  return (
    <div class="claims">
      {turn.claims.map((claim, index) => {
        const here = opened?.turn === turn.key && opened.claim === index ? opened.n : null;
        const shown = here === null ? undefined : numbered.get(here);
        return (
          <Fragment key={index}>
            <ClaimView claim={claim} turn={turn.key} index={index} open={here} cited={numbered} />
            {shown && <Popover citation={shown} key={`${index}.${here}`} />}
          </Fragment>
        );
      })}
    </div>
  );
}

interface ClaimProps {
  readonly claim: Claim;
  readonly turn: number;
  readonly index: number;
  readonly open: number | null;
  readonly cited: ReadonlyMap<number, Citation>;
}

function ClaimView({ claim, turn, index, open, cited }: ClaimProps) {
  const { texts, cite } = useUi();
  const { state } = claim.freshness;
  return (
    <p class="claim" dir="auto">
      <span class="line" dir="auto">
        <span class="text" lang="">
          {claim.text}
        </span>
        {claim.citations.map((n) => (
          <>
            {" "}
            <button
              type="button"
              class="cite"
              aria-haspopup="dialog"
              aria-expanded={open === n}
              aria-description={texts.showSource}
              disabled={!cited.has(n)}
              onClick={() => cite(open === n ? null : { turn, claim: index, n })}
            >
              [{n}]
            </button>
          </>
        ))}
        {state !== "fresh" && (
          <>
            {" "}
            <span class="badge" data-state={state}>
              {texts[state] ?? state}
            </span>
          </>
        )}
      </span>
    </p>
  );
}

/** While it is being made, and how it ended when it did not end well. */
function Progress({ turn }: { turn: Turn }) {
  const { texts, conversation, askFromButton } = useUi();
  if (turn.phase === "asking") {
    const { found } = turn;
    return (
      <p class="progress">
        <span class="pulse" aria-hidden="true" />
        {found ? fill(texts.found, { n: found }) : texts.looking}
      </p>
    );
  }
  if (turn.phase === "done") return null;
  const { text, detail } = turn.failure
    ? failureText(turn.failure, texts)
    : { text: texts.stopped, detail: null };
  return (
    <div class={turn.failure ? "error" : "stopped"}>
      <p>{text}</p>
      {detail && (
        <p class="detail" lang="en" dir="auto">
          {detail}
        </p>
      )}
      {turn.failure?.kind === "refused" && (
        <p class="detail">{fill(texts.refusedEditors, { origin: location.origin })}</p>
      )}
      <button
        type="button"
        class="plain"
        disabled={conversation.busy}
        onClick={() => askFromButton(turn.question, turn)}
      >
        {texts.retry}
      </button>
    </div>
  );
}

/** What was corrected or updated since an answer was given that is shown once more. */
function Since({ since, id }: { since: Standing; id: string }) {
  const { texts, base } = useUi();
  const told = since.revisions.filter(({ kind }) => kind !== "confirmed");
  const gone = since.words_gone && !told.length;
  if (!told.length && !since.corrected_by.length && !gone) return null;
  return (
    <section class="since" role="note">
      {since.corrected_by.map((by) => (
        <p class="revised" data-kind="corrected">
          <strong>{texts.correctedBy}</strong>{" "}
          <Out href={`${base}d/${encodeURIComponent(by.document_id)}`}>{by.title}</Out>
        </p>
      ))}
      {told.map((revision) => (
        <Revised revision={revision} />
      ))}
      {gone && <p>{texts.wordsGone}</p>}
      <p class="places">
        <Out href={answerUrl(base, id)}>{texts.standsNow}</Out>
      </p>
    </section>
  );
}

/** The notice word for word, with its reasons and what would clear each. */
function Notice({ answer, notice }: { answer: Answer; notice: string }) {
  const { texts } = useUi();
  return (
    <section class="notice" role="note">
      <p class="said" lang="en" dir="auto">
        {notice}
      </p>
      <Reasons title={texts.why} reasons={answer.freshness.reasons} />
    </section>
  );
}

function Reasons({ title, reasons }: { title: string; reasons: readonly Reason[] }) {
  const { texts } = useUi();
  if (!reasons.length) return null;
  return (
    <details class="reasons">
      <summary>{title}</summary>
      <ul>
        {reasons.map((reason) => (
          <li>
            <p lang="en" dir="auto">
              {reason.text}
            </p>
            <p class="clears" dir="auto">
              {texts.clearsWhen} <bdi lang="en">{reason.clears_when}</bdi>
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The state of the whole answer, and the reasons of badges that no notice has told. */
function Checked({ answer }: { answer: Answer }) {
  const { texts, language } = useUi();
  const { freshness } = answer;
  const told = new Set(freshness.notice ? freshness.reasons.map((reason) => reason.text) : []);
  const untold = new Map<string, Reason>();
  for (const claim of answer.claims) {
    for (const reason of claim.freshness.reasons) {
      if (claim.freshness.state !== "fresh" && !told.has(reason.text))
        untold.set(reason.text, reason);
    }
  }
  const day = (iso: string | null, text: string) =>
    iso && fill(text, { date: dateText(iso, language) });
  return (
    <div class="checked">
      <Line
        parts={[
          fill(texts.freshness, {
            state: texts[freshness.state] ?? freshness.state,
            date: dateText(answer.as_of, language),
          }),
          day(freshness.checked_on, texts.checkedOn),
          day(freshness.next_review_on, texts.nextReview),
        ]}
      />
      {revisedOnce(answer.citations).map(({ n, revision }) => (
        <Revised revision={revision}>[{n}] </Revised>
      ))}
      <Reasons title={texts.whyMarked} reasons={[...untold.values()]} />
    </div>
  );
}

function Verdicts({ verdicts }: { verdicts: readonly Verdict[] }) {
  const { texts, language } = useUi();
  return (
    <section class="verdicts">
      <h4>{texts.verdicts}</h4>
      <ul>
        {verdicts.map((verdict) => (
          <li class="verdict">
            <p lang="" dir="auto">
              “{verdict.claim}”
            </p>
            <p class="rating" lang="" dir="auto">
              {verdict.rating}
            </p>
            <Line
              parts={[
                verdict.claimant,
                verdict.reviewed_on && dateText(verdict.reviewed_on, language),
                verdict.url && <Out href={verdict.url}>{texts.verdictPage}</Out>,
              ]}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function NearestList({ nearest }: { nearest: readonly Nearest[] }) {
  const { texts, language, base } = useUi();
  return (
    <section class="nearest">
      <h4>{texts.nearest}</h4>
      <ul>
        {nearest.map((near) => (
          <li>
            <blockquote class="words" lang="" dir="auto">
              {near.quote}
            </blockquote>
            <Line
              parts={[
                <Out href={passageUrl(base, near)}>{near.title}</Out>,
                near.checked_on &&
                  fill(texts.checkedOn, { date: dateText(near.checked_on, language) }),
              ]}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function FollowUps({ questions }: { questions: readonly string[] }) {
  const { texts, askFromButton, conversation } = useUi();
  return (
    <section class="follow-ups">
      <h4>{texts.deeper}</h4>
      <ul>
        {questions.map((question) => (
          <li>
            <button
              type="button"
              lang=""
              dir="auto"
              disabled={conversation.busy}
              onClick={() => askFromButton(question)}
            >
              {question}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
