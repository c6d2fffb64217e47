// The panel's file: what the first click fetches.

import { h, render } from "preact";
import type { Host, Panel } from "./bridge.ts";
import { Conversation } from "./conversation.ts";
import css from "./panel.css";
import { textsFor } from "./texts.ts";
import { PanelView } from "./views/panel.tsx";
import { type Opened, type Ui, UiContext } from "./views/ui.ts";
import { ScrollLock } from "./scroll-lock.ts";

const SMALL = "(max-width: 480px), (max-height: 480px)"; // as in panel.css

export function mount(host: Host): Panel {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  host.shadow.adoptedStyleSheets = [...host.shadow.adoptedStyleSheets, sheet];

  const small = matchMedia(SMALL);
  const lock = new ScrollLock();
  const focusTurn = { current: false };
  const conversation = new Conversation(host, draw, (...parts) => {
    if (open) host.announce(...parts);
  });
  let open = false;
  let restored = false;
  let opened: Opened | null = null;

  function draw(): void {
    const modal = small.matches && !host.embedded;
    lock.hold(open && modal);
    if (!open) return render(null, host.layer);
    const texts = textsFor(host.language);
    render(
      <UiContext.Provider value={ui(modal)}>
        <PanelView
          title={host.option("title") ?? host.option("label") ?? texts.title}
          embedded={host.embedded}
          focusTurn={focusTurn}
          onClose={close}
          onEscape={escape}
        />
      </UiContext.Provider>,
      host.layer,
    );
  }

  function ui(modal: boolean): Ui {
    return {
      texts: textsFor(host.language),
      language: host.language,
      base: host.base,
      shadow: host.shadow,
      modal,
      conversation,
      opened,
      cite,
      askFromButton(question, instead) {
        focusTurn.current = true;
        void conversation.ask(question, instead);
      },
      announce: (text) => host.announce([text]),
    };
  }

  /** Closing gives the focus back to the button that opened the popover, if it was inside. */
  function cite(wanted: Opened | null): void {
    const button = host.layer.querySelector<HTMLElement>(".cite[aria-expanded='true']");
    const inside = host.shadow.activeElement?.closest(".popover") != null;
    opened = wanted;
    draw();
    if (!wanted && inside) button?.focus();
  }

  function escape(): void {
    if (opened && host.layer.querySelector(".popover")) cite(null);
    else if (!host.embedded) close();
  }

  function close(): void {
    if (!open || host.embedded) return;
    const inside = host.layer.contains(host.shadow.activeElement);
    open = false;
    opened = null;
    draw();
    host.opened(false, inside);
  }

  small.addEventListener("change", draw);
  return {
    open() {
      if (open) return;
      open = true;
      host.opened(true);
      draw();
      void (restored ? conversation.check() : conversation.restore());
      restored = true;
    },
    close,
    ask: (question) => void conversation.ask(question),
    update: draw,
  };
}
