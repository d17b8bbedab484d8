// A recommendation's options side by side, each figure with where it comes from.
import { icon, make, unique } from "./dom.js";
import { BASIS, dated, first, lower, money, number, percent, rough } from "./words.js";

export const VERDICTS = {
  not_enough: ["Not enough", "less"],
  recommended: ["Recommended", "enough"],
  overkill: ["Overkill", "more"],
  keep: ["Keep it", "keep"],
  rent: ["Rent it", "rent"],
  none: ["None", "close"],
};

export function optionCards(reply) {
  const heading = unique("options");
  const cards = reply.options.map((option) => [option, figures(option, reply.provenance || [])]);
  const list = make("ol", { "data-count": cards.length }, cards.map(([option, shown]) => card(option, shown, reply)));
  list.style.setProperty("--figures", Math.max(...cards.map(([, shown]) => shown.length))); // so that rows line up across cards
  return make(
    "section.options",
    { "aria-labelledby": heading },
    make("h3", { id: heading }, cards.length > 1 ? "Side by side" : "What it looks like"),
    list,
  );
}

function card(option, shown, reply) {
  const [verdict, drawn] = VERDICTS[option.verdict] || VERDICTS.none;
  return make(
    "li.option",
    { "data-verdict": option.verdict },
    make("p.verdict", icon(drawn), verdict),
    make("h4", first(option.name)),
    price(option, reply),
    make("dl.figures", shown),
    make("p.why", option.verdict === "not_enough" && option.why?.length > 0 && first(option.why[0])),
  );
}

/** The same rows for every option, so that they can be read across. */
function figures(option, provenance) {
  const jobs = option.throughputs?.length ? option.throughputs : [option.throughput || { unknown: true }];
  const memory = option.memory_gb;
  return [
    ...jobs.map((job) => (job.unknown ? figure("Throughput", "Not given") : figure(job.job ? first(job.job) : "Throughput", ranged(job), job))),
    figure("Memory used", memory ? [make("span.value", `${number(memory.needed)} of ${number(memory.available)} GB`), meter(memory)] : "Not given",
      memory && (provenance.find((p) => p.figure.startsWith("memory for ")) || { basis: "computed", source: "by the memory rule" })),
    figure("Power, at most", option.power_w ? make("span.value", `${number(option.power_w)} W`) : "Not given",
      option.power_w && provenance.find((p) => p.figure === `power of ${option.name}`)),
    figure("Stands idle", typeof option.idle_share === "number" ? make("span.value", percent(option.idle_share)) : "Not given"),
  ];
}

function price(option, { provenance = [], tables = [] }) {
  const { price } = option;
  if (!price) return make("div.price", make("span.amount", option.verdict === "keep" ? "Nothing to buy" : "Not priced"));
  const [opener, note] = price.source
    ? disclosure("span", "price", provenance.find((p) => p.figure === `price of ${option.name}`) || { basis: "published", source: price.source }) : [];
  const cost = tables.flatMap((t) => t.rows).find((row) => row[0] === option.name)?.[2] || "";
  const monthly = price.per !== "system" && cost.match(/(about|under) \S+ a month/)?.[0]; // what it comes to at these hours
  const per = { hour: " an hour", "million tokens": " a million tokens in" }[price.per] || "";
  return make(
    "div.price",
    make("span.amount", money(price.amount, price.currency), per && make("span.per", per)),
    opener,
    monthly && make("span.monthly", first(monthly)),
    make("span.dated", price.amount_out !== undefined && `${money(price.amount_out, price.currency)} a million out; `, dated(price.date)),
    note,
  );
}

/** The value plainly, its range and what else is said of it more quietly. */
function ranged(job) {
  const text = job.said || `${rough(job.value)} ${job.unit} (80 % range ${rough(job.low)} to ${rough(job.high)})`;
  const cut = text.includes(" (") ? text.indexOf(" (") : text.length;
  return [make("span.value", first(text.slice(0, cut))), make("span.range", text.slice(cut).trim())];
}

function meter({ needed, available }) {
  const share = Math.min(1, needed / available);
  const bar = make("span.filled");
  bar.style.inlineSize = `${share * 100}%`;
  return make("span.meter", { "aria-hidden": "true", "data-full": needed > available }, bar);
}

/** A row; with `from`, a button that says on what the figure rests and shows its source. */
function figure(title, value, from) {
  const [opener, note] = from?.source ? disclosure("dd", title, from) : [];
  return make("div", make("dt", title, opener), make("dd", value), note);
}

function disclosure(tag, title, { basis, source }) {
  const id = unique("source");
  const [short, long] = BASIS[basis] || [basis, ""];
  const note = make(`${tag}.source`, { id, hidden: true }, !source.toLowerCase().startsWith(basis) && `${long} `, first(source));
  const opener = make(
    "button.basis",
    { type: "button", "data-basis": basis, "aria-expanded": "false", "aria-controls": id, onclick: () => {
      note.hidden = !note.hidden;
      opener.setAttribute("aria-expanded", String(!note.hidden));
    } },
    short,
    make("span.unseen", `: where the ${lower(title)} comes from`),
  );
  return [opener, note];
}
