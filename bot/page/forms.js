// The dialogs: hand-over to a person, the proposal, deleting what is kept.
import { announce, button, icon, make, unique } from "./dom.js";
import { day } from "./words.js";
import * as server from "./server.js";

/** A modal dialog with a heading and a way out; what opened it has the focus again afterwards. */
function dialog(title, ...content) {
  const heading = unique("dialog");
  const shown = make(
    "dialog",
    { "aria-labelledby": heading, onclose: () => { shown.remove(); opener?.focus?.(); } },
    make("header", make("h2", { id: heading }, title), make("button.bare", { type: "button", "aria-label": "Close", onclick: () => shown.close() }, icon("close"))),
    ...content,
  );
  const opener = document.activeElement;
  document.body.append(shown);
  shown.showModal();
  return shown;
}

function field(title, control, hint) {
  const id = unique("field");
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return make("p.field", make("label", { for: id }, title), control, hint && make("span.hint", { id: `${id}-hint` }, hint));
}

/** Runs `task` for a form: its buttons rest meanwhile, and what goes wrong is said in it. */
async function submitted(form, said, task) {
  const buttons = form.querySelectorAll("button");
  buttons.forEach((b) => (b.disabled = true));
  said.textContent = "";
  try {
    await task();
  } catch (trouble) {
    said.textContent = `${trouble.message} Nothing you wrote is lost.`;
  } finally {
    buttons.forEach((b) => (b.disabled = false));
  }
}

export function handoverForm() {
  const name = make("input", { type: "text", autocomplete: "name", required: true, maxlength: 200 });
  const contact = make("input", { type: "text", autocomplete: "email", required: true, maxlength: 200 });
  const note = make("textarea", { rows: 3, maxlength: 2000 });
  const consent = make("input", { type: "checkbox", required: true, id: unique("consent") });
  const said = make("p.trouble", { role: "alert" });
  const form = make(
    "form.handover",
    {
      "aria-label": "Talk to a person",
      onsubmit: (event) => {
        event.preventDefault();
        submitted(form, said, async () => {
          const done = await server.handover({ name: name.value, contact: contact.value, consent: consent.checked, note: note.value });
          const thanks = make("p.done", { role: "status", tabindex: -1 }, icon("enough"), done.said);
          form.replaceWith(thanks);
          thanks.focus();
        });
      },
    },
    make("p", "An account manager gets this conversation with all its figures, so you repeat nothing."),
    field("Your name", name),
    field("Email or telephone", contact),
    field("Anything to add (optional)", note),
    make("p.agree", consent, make("label", { for: consent.id }, "I agree that my name, contact and this conversation are passed to an account manager, to answer me.")),
    said,
    make("button.filled", { type: "submit" }, "Send"),
  );
  return form;
}

export function handover() {
  dialog("Talk to a person", handoverForm());
}

export async function propose() {
  const said = make("p", { role: "status" }, "Writing it ...");
  const shown = dialog("Your proposal", said);
  try {
    const got = await server.proposal();
    const link = new URL(got.url, location.href).href;
    const copied = make("span.hint", { role: "status" });
    const copy = button("quiet", "Copy the link", async () => {
      try {
        await navigator.clipboard.writeText(link);
        copied.textContent = "Copied.";
      } catch {
        copied.textContent = `Copy it from here: ${link}`;
      }
    });
    said.textContent = "It holds your need, the options with reasons, what was assumed, and every figure with its source and date.";
    shown.append(
      make(
        "ul.files",
        make("li", make("a.filled.button", { href: got.pdf, download: true }, icon("paper"), "PDF")),
        make("li", make("a.quiet.button", { href: got.markdown, download: true }, "Markdown")),
        make("li", make("a.quiet.button", { href: got.url, target: "_blank", rel: "noopener" }, "Open the page")),
        make("li", copy),
      ),
      make("p.hint", `Whoever has the link can read it until ${day(got.expires)}, and change nothing. `, copied),
    );
    shown.querySelector("a").focus();
  } catch (trouble) {
    said.textContent = trouble.message;
  }
}

/** Asks first; `done` clears the page. */
export function forget(done) {
  const said = make("p.trouble", { role: "alert" });
  const form = make(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        submitted(form, said, async () => {
          await server.forget();
          shown.close();
          done();
          announce("All of it is deleted.");
        });
      },
    },
    make("p", "This conversation, your feedback, your proposals, what you sent to a person and your quiz progress are deleted from the server at once. Links to your proposals stop working. This cannot be undone."),
    said,
    make("p.do", make("button.danger", { type: "submit" }, "Delete it all"), button("quiet", "Keep it", () => shown.close())),
  );
  const shown = dialog("Delete my data", form);
}
