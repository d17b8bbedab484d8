// What was assumed, each changed in place; the change is sent as a message, so that the answer is worked out anew.
import { button, make, unique } from "./dom.js";
import { first } from "./words.js";

export function assumptionList(assumptions, send) {
  const heading = unique("assumed");
  return make(
    "section.assumed",
    { "aria-labelledby": heading },
    make("h3", { id: heading }, "What I assumed"),
    make("p.hint", "Change what is different: it is worked out again."),
    make("ul", assumptions.map((assumption) => row(assumption, send))),
  );
}

function row(assumption, send) {
  const item = make("li", { "data-slot": assumption.slot });
  const words = make("span.what", first(assumption.value), assumption.why && make("span.reason", first(assumption.why)));
  if (!assumption.edit) {
    item.append(words);
    return item;
  }
  const change = button("quiet.small", "Change", open, "pencil");
  change.append(make("span.unseen", `: ${assumption.value}`));
  item.append(words, change);
  return item;

  function open() {
    const form = editor(assumption, send, close);
    item.replaceChildren(form);
    form.querySelector("input, select").focus();
  }
  function close() {
    item.replaceChildren(words, change);
    change.focus();
  }
}

function editor({ value, edit }, send, close) {
  const id = unique("edit");
  const control = edit.kind === "choice"
    ? make("select", { id }, edit.choices.map((c) => make("option", { value: c, selected: c === String(edit.value) }, c)))
    : make("input", { id, type: edit.kind === "number" ? "number" : "text", value: edit.value, required: true, maxlength: 200, ...(edit.kind === "number" && { step: "any", min: 0, inputmode: "decimal" }) });
  return make(
    "form.edit",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const now = control.value.trim();
        close();
        if (now && now !== String(edit.value)) send(edit.say.replace("{}", () => now));
      },
      onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } },
    },
    make("label", { for: id }, `Instead of “${value}”`),
    make("span.field", control, edit.unit && make("span.unit", edit.unit)),
    make("span.do", make("button.filled.small", { type: "submit" }, "Work it out again"), button("quiet.small", "Cancel", close)),
  );
}
