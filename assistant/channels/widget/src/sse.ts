// Server-sent events out of a byte stream that may be cut anywhere (the HTML standard's grammar).

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Takes chunks of text in order and gives back the events that each of them completes. */
export function eventParser(): (chunk: string) => ServerEvent[] {
  let rest = "";
  let name = "";
  let data: string[] = [];
  let first = true;

  function line(text: string): ServerEvent | null {
    if (text === "") {
      const event = data.length ? { name: name || "message", data: data.join("\n") } : null;
      name = "";
      data = [];
      return event;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") name = value;
    if (field === "data") data.push(value);
    return null; // a comment (an empty field), `id` and `retry` say nothing to us
  }

  return (chunk) => {
    if (first && chunk) {
      chunk = chunk.replace(/^\uFEFF/, "");
      first = false;
    }
    rest += chunk;
    const events: ServerEvent[] = [];
    // A carriage return at the very end may be half of a line end: it waits for what follows.
    const ends = /\r\n|\n|\r(?!$)/g;
    let start = 0;
    for (let end = ends.exec(rest); end; end = ends.exec(rest)) {
      const event = line(rest.slice(start, end.index));
      if (event) events.push(event);
      start = ends.lastIndex;
    }
    rest = rest.slice(start);
    return events;
  };
}
