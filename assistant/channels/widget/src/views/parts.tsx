// Small parts that several views share.

import { Component, type ComponentChildren, h } from "preact";
import { revised } from "../copy.ts";
import { safeUrl } from "../links.ts";
import type { Revision } from "../reply.ts";
import { useUi } from "./ui.ts";

/** A link out, in a new tab, that tells the other side nothing; plain text if it can't be one. */
export function Out({ href, children }: { href: string | null; children: ComponentChildren }) {
  const { texts } = useUi();
  const safe = safeUrl(href);
  if (!safe) return <bdi>{children}</bdi>;
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer">
      <bdi>{children}</bdi>
      <span class="unseen"> ({texts.newWindow})</span>
    </a>
  );
}

/** Parts of a line that may be missing, divided by dots. */
export function Line({ parts }: { parts: readonly ComponentChildren[] }) {
  const shown = parts.filter((part) => part !== null && part !== undefined && part !== "");
  return (
    <p class="about">
      {shown.map((part, n) => [n > 0 && <span aria-hidden="true"> · </span>, <bdi>{part}</bdi>])}
    </p>
  );
}

/** An editor's public note on a version that took another's place. */
export function Revised({ revision, children }: { revision: Revision; children?: ComponentChildren }) {
  const { texts, language } = useUi();
  return (
    <p class="revised" data-kind={revision.kind}>
      {children}
      <strong>{revised(revision, texts, language)}</strong>{" "}
      <bdi lang="">{revision.note}</bdi>
    </p>
  );
}

/** Keeps what breaks inside one answer from taking the panel with it. */
export class Fence extends Component<
  { message: string; children: ComponentChildren },
  { broken: boolean }
> {
  override state = { broken: false };

  static override getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (this.state.broken) return <p class="error">{this.props.message}</p>;
    return this.props.children;
  }
}
