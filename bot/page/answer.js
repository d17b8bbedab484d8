// One turn's replies as elements. Every kind of reply is shown by what it has, not by what it is called.
import { button, icon, make, table, unique } from "./dom.js";
import { BASIS, marked, paragraphs, plain } from "./words.js";
import { optionCards } from "./options.js";
import { assumptionList } from "./assumptions.js";
import { charts } from "./charts.js";
import { handoverForm } from "./forms.js";
import * as server from "./server.js";

/** `act`: {send(text), propose(), handover()}, what the buttons of an answer do. */
export function answer(turn, act) {
  const heading = unique("answer");
  const about = turn.text.length > 60 ? `${turn.text.slice(0, 57)}...` : turn.text;
  return make(
    "article.answer",
    { "aria-labelledby": heading },
    make("h2.unseen", { id: heading }, `Answer to: ${about}`),
    turn.replies.map((reply) => show(reply, act)),
    opinion(turn),
  );
}

/** What of an answer is read out at once: its words; the cards are there to be walked through. */
export const spoken = (turn) => turn.replies.map((reply) => plain(reply.text)).join(" ");

function show(reply, act) {
  const { lead, detail, after, question } = divided(reply);
  const sized = reply.kind === "recommendation" && reply.options?.length > 0;
  const tables = (reply.tables || []).filter((t) => !(sized && t.title === "Options"));
  return make(
    "section.reply",
    { "data-kind": reply.kind },
    make("div.prose", lead.flatMap(marked)),
    reply.picture && picture(reply.picture),
    sized && optionCards(reply),
    make("div.prose", after.flatMap(marked)),
    charts(reply.chart),
    tables.map(table),
    reply.assumptions?.length > 0 && assumptionList(reply.assumptions, act.send),
    reply.kind === "handoff" && handoverForm(),
    make(
      "div.under",
      detail.length > 0 && disclosed("The same in words", make("div.prose", detail.flatMap(marked))),
      reply.provenance?.length > 0 && disclosed("Where the figures come from", sources(reply.provenance)),
    ),
    sized && make(
      "div.next",
      button("filled", "Make a proposal", act.propose, "paper"),
      button("quiet", "Talk to a person", act.handover, "person"),
    ),
    asked(question, reply.buttons, act.send),
  );
}

/** The words of a reply around its card: what leads, what the card itself shows, what follows, what is asked last. */
function divided(reply) {
  const all = paragraphs(reply.text);
  if (reply.kind !== "recommendation") return { lead: all, detail: [], after: [], question: null };
  const question = reply.buttons?.length && all.length > 1 && all.at(-1).endsWith("?") ? all.pop() : null;
  const beside = (text) => (reply.options?.length && text.startsWith("- ")) || (reply.assumptions?.length && text.startsWith("I assumed: "));
  const cut = all.findIndex(beside);
  const lead = cut < 0 ? all : all.slice(0, cut);
  const rest = cut < 0 ? [] : all.slice(cut);
  return { lead, detail: rest.filter(beside), after: rest.filter((text) => !beside(text)), question };
}

function asked(question, buttons, send) {
  if (!buttons?.length) return question && make("div.prose", marked(question));
  const heading = unique("asked");
  return make(
    question ? "div.asked" : "div.offered",
    question && make("div.prose", { id: heading }, marked(question)),
    make(
      "div.choices",
      { role: "group", ...(question ? { "aria-labelledby": heading } : { "aria-label": "Answers to choose from" }) },
      buttons.map((b) => button("choice", b.title, () => send(b.text))),
    ),
  );
}

function picture({ id, alt }) {
  return make("figure.picture", make("img", { src: `/pictures/${encodeURIComponent(id)}.svg`, alt, loading: "lazy", width: 640, height: 360 }));
}

export function disclosed(title, ...content) {
  return make("details", make("summary", title), ...content);
}

function sources(rows) {
  const seen = new Set();
  const unlike = rows.filter((row) => {
    const key = JSON.stringify(row);
    return !seen.has(key) && seen.add(key);
  });
  return make(
    "dl.sources",
    unlike.map((p) => make(
      "div",
      make("dt", p.figure),
      make("dd", p.value !== "article" && make("strong", p.value), make("span.basis", { "data-basis": p.basis }, BASIS[p.basis]?.[0] || p.basis), make("span.from", p.source)),
    )),
  );
}

/** Thumbs and a word. */
function opinion(turn) {
  let given = turn.feedback || { thumb: null, word: "" };
  const said = make("span.said", { role: "status" });
  const word = make("input", { type: "text", maxlength: 2000, id: unique("word"), value: given.word || "", autocomplete: "off" });
  const form = make(
    "form.word",
    { hidden: true, onsubmit: (event) => { event.preventDefault(); give(given.thumb, word.value); } },
    make("label", { for: word.id }, "In a word, why?"),
    word,
    make("button.quiet", { type: "submit" }, "Send"),
  );
  const thumbs = [["up", "Helpful"], ["down", "Not helpful"]].map(([thumb, title]) =>
    make("button.thumb", { type: "button", "aria-pressed": "false", "aria-label": title, title, onclick: () => give(given.thumb === thumb ? null : thumb, "", true) }, icon(thumb)));

  function draw() {
    thumbs.forEach((b, i) => b.setAttribute("aria-pressed", String(given.thumb === ["up", "down"][i])));
  }

  async function give(thumb, text, open = false) {
    try {
      given = (await server.feedback(turn.id, thumb, text)).feedback || { thumb: null, word: "" };
      draw();
      form.hidden = !(open && given.thumb);
      if (!form.hidden) word.focus();
      said.textContent = given.thumb ? "Thank you." : "Taken back.";
      if (form.contains(document.activeElement) && form.hidden) thumbs[0].focus();
    } catch (trouble) {
      said.textContent = trouble.message;
    }
  }
  draw();
  return make("footer.opinion", make("div.thumbs", { role: "group", "aria-label": "Was this helpful?" }, thumbs), said, form);
}
