// <newsroom-assistant>: the launcher, and the door to the panel behind it.

import type { Host, Panel, Spoken } from "./bridge.ts";
import { type Language, pickLanguage } from "./language.ts";
import css from "./loader.css";
import { launcher as de } from "./locales/de.ts";
import { launcher as en, type LauncherTexts } from "./locales/en.ts";
import { launcher as es } from "./locales/es.ts";
import { launcher as fr } from "./locales/fr.ts";
import palette from "./palette.css";
import { panelFile, panelUrl } from "./panel-file.ts";

export const TAG = "newsroom-assistant";
const TEXTS: { readonly [L in Language]: LauncherTexts } = { en, es, fr, de };
const WATCHED = ["lang", "theme", "title", "label", "accent", "position"];

export function define(base: string, script: HTMLScriptElement): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(palette + css);

  class NewsroomAssistant extends HTMLElement {
    static readonly observedAttributes = WATCHED.map((name) => `data-${name}`);

    readonly #shadow = this.attachShadow({ mode: "open" });
    readonly #dock = make("div", "dock");
    readonly #layer = make("div", "layer");
    readonly #launcher = make("button", "launcher");
    readonly #label = make("span", "label");
    readonly #away = make("p", "away");
    readonly #status = make("div");
    #panel: Panel | null = null;

    constructor() {
      super();
      this.#shadow.adoptedStyleSheets = [sheet];
      const sign = make("span", "sign");
      sign.ariaHidden = "true";
      sign.textContent = "[?]";
      this.#launcher.type = "button";
      this.#launcher.append(sign, this.#label);
      this.#launcher.setAttribute("aria-haspopup", "dialog");
      this.#launcher.setAttribute("aria-expanded", "false");
      this.#launcher.onclick = () => this.#toggle();
      this.#away.hidden = true;
      this.#dock.append(this.#away, this.#launcher);
      const slot = make("slot");
      slot.name = this.#status.slot = "status";
      this.#status.role = "status";
      this.#shadow.append(this.#dock, this.#layer, slot);
    }

    connectedCallback(): void {
      this.append(this.#status);
      this.#dress();
      const mode = this.#mode;
      if (mode === "float") raise(this.#dock);
      if (mode !== "embed" && this.#launcher.ariaExpanded === "true") raise(this.#layer);
      if (mode === "embed") void this.open();
    }

    attributeChangedCallback(): void {
      if (!this.isConnected) return;
      this.#dress();
      this.#panel?.update();
    }

    /** Opens the panel; resolves when it stands open, or when it could not be fetched. */
    async open(): Promise<void> {
      (await this.#fetched())?.open();
    }

    close(): void {
      this.#panel?.close();
    }

    /** Opens the panel and asks. */
    async ask(question: string): Promise<void> {
      const panel = await this.#fetched();
      panel?.open();
      panel?.ask(String(question));
    }

    get #mode(): string {
      const mode = this.#option("mode");
      return mode === "embed" || mode === "inline" ? mode : "float";
    }

    get #language(): Language {
      return pickLanguage([
        this.#option("lang"),
        this.lang || document.documentElement.lang,
        ...navigator.languages,
      ]);
    }

    #option(name: string): string | undefined {
      return this.dataset[name] ?? script.dataset[name];
    }

    /** Language, direction, theme and colours, as the attributes and the page say. */
    #dress(): void {
      const texts = TEXTS[this.#language];
      this.#label.textContent = this.#option("label") ?? texts.launch;
      this.#status.lang = this.#language;
      const direction = getComputedStyle(this).direction;
      const accent = this.#option("accent");
      for (const part of [this.#dock, this.#layer]) {
        part.lang = this.#language;
        part.dir = direction;
        part.dataset.mode = this.#mode;
        part.dataset.theme = this.#option("theme") ?? "auto";
        part.dataset.position = this.#option("position") ?? "end";
        if (accent && CSS.supports("color", accent)) {
          part.dataset.accent = "";
          part.style.setProperty("--accent", accent);
        }
      }
    }

    #toggle(): void {
      if (this.#launcher.ariaExpanded === "true") this.close();
      else void this.open();
    }

    /** The panel, fetched the first time. A failure is told here, where the reader clicked. */
    async #fetched(): Promise<Panel | null> {
      if (this.#panel) return this.#panel;
      const texts = TEXTS[this.#language];
      this.#away.hidden = true;
      this.#launcher.ariaBusy = "true";
      try {
        const mount = await panelFile(base, script.nonce);
        this.#panel ??= mount(this.#host());
        this.#dress();
      } catch {
        this.#away.textContent = texts.away;
        this.#away.hidden = false;
        this.#dock.dataset.mode = this.#mode === "embed" ? "float" : this.#mode;
        this.#announce([texts.away]);
        this.#emit("error", { kind: "unreachable" });
      } finally {
        this.#launcher.ariaBusy = null;
      }
      return this.#panel;
    }

    #host(): Host {
      const language = () => this.#language;
      return {
        base,
        probe: panelUrl(base),
        shadow: this.#shadow,
        layer: this.#layer,
        get language() {
          return language();
        },
        embedded: this.#mode === "embed",
        option: (name) => this.#option(name),
        announce: (...parts) => this.#announce(...parts),
        emit: (name, detail) => this.#emit(name, detail),
        opened: (open, focus) => this.#opened(open, focus),
      };
    }

    #opened(open: boolean, focus = false): void {
      this.#launcher.ariaExpanded = String(open);
      if (open && this.#mode !== "embed") raise(this.#layer);
      if (!open) lower(this.#layer);
      if (focus) this.#launcher.focus();
      this.#emit(open ? "open" : "close");
    }

    /** Said once by screen readers: in English as one text, else each part in its language. */
    #announce(...parts: Spoken[]): void {
      // A page's framework may have thrown the region away.
      if (this.#status.parentNode !== this) this.append(this.#status);
      if (this.#language === "en") {
        this.#status.textContent = parts.map(([text]) => text).join(" ");
        return;
      }
      this.#status.replaceChildren(
        ...parts.map(([text, lang]) => {
          const part = make("span");
          part.textContent = `${text} `;
          if (lang !== undefined) part.lang = lang;
          return part;
        }),
      );
    }

    #emit(name: string, detail: object = {}): void {
      this.dispatchEvent(
        new CustomEvent(`assistant-${name}`, { bubbles: true, composed: true, detail }),
      );
    }
  }

  customElements.define(TAG, NewsroomAssistant);
}

function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (className) element.className = className;
  return element;
}

/** Into the top layer, above whatever z-index the page plays with, where the browser has one. */
function raise(element: HTMLElement): void {
  if (!("showPopover" in element) || !element.isConnected) return;
  element.popover = "manual";
  if (!element.matches(":popover-open")) element.showPopover();
}

function lower(element: HTMLElement): void {
  if ("hidePopover" in element && element.matches(":popover-open")) element.hidePopover();
}
