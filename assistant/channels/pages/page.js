// The pages work without this: it keeps a question from being sent twice, says that one is being
// worked on, and opens the print dialog of a page that was asked for to be printed.
"use strict";

if (new URLSearchParams(location.search).get("view") === "print") {
  addEventListener("load", () => print());
}

for (const form of document.querySelectorAll("form[data-working]")) {
  const buttons = form.querySelectorAll("button");
  const status = form.querySelector("[role=status]");

  form.addEventListener("submit", () => {
    status.textContent = form.dataset.working;
    // Only after the browser has read the form: a disabled button sends no value.
    setTimeout(() => buttons.forEach((button) => (button.disabled = true)));
  });

  // A page that comes back from the browser's memory is ready for the next question.
  addEventListener("pageshow", () => {
    status.textContent = "";
    buttons.forEach((button) => (button.disabled = false));
  });
}
