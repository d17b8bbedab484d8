// The little markup that replies use, and figures put into words as the replies themselves put them.
import { make } from "./dom.js";

/** Paragraphs, "- " lists, **bold**, *emphasis*, `code` as elements. */
export function marked(text) {
  return paragraphs(text).flatMap(blocks);
}

export const paragraphs = (text) => (text || "").split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean);

function blocks(paragraph) {
  const made = [];
  for (const line of paragraph.split("\n")) {
    const last = made.at(-1);
    if (line.startsWith("- ")) {
      const item = make("li", inline(line.slice(2)));
      if (last?.localName === "ul") last.append(item);
      else made.push(make("ul", item));
    } else if (last?.localName === "p") last.append(make("br"), ...inline(line));
    else made.push(make("p", inline(line)));
  }
  return made;
}

const MARKS = { "**": "strong", "*": "em", "`": "code" };
export function inline(text) {
  return text.split(/(\*\*[^*\n]+\*\*|(?<![\w*])\*[^*\s][^*\n]*\*(?!\w)|`[^`\n]+`)/).map((part, odd) => {
    const mark = odd % 2 ? ["**", "*", "`"].find((m) => part.startsWith(m)) : null;
    return mark ? make(MARKS[mark], part.slice(mark.length, -mark.length)) : part;
  });
}

export const plain = (text) => marked(text).map((element) => element.textContent).join(" ");

/** £12.34 below 100, then whole pounds, tens from 1,000 and hundreds from 10,000 up: no more than is known. */
export function money(amount, currency = "GBP") {
  const size = Math.abs(amount);
  const format = (value, digits) =>
    new Intl.NumberFormat("en-GB", { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  if (size > 0 && size < 0.1) return `${format(0, 0).replace("0", "")}${Number(amount.toPrecision(2))}`;
  if (size < 100 && size > 0) return format(amount, 2);
  const step = size >= 10_000 ? 100 : size >= 1_000 ? 10 : 1;
  return format(Math.round(amount / step) * step, 0);
}

export const number = (value) =>
  new Intl.NumberFormat("en-GB", { maximumSignificantDigits: value >= 100 ? 3 : value >= 10 ? 3 : 2 }).format(value);

/** Two figures: all that an estimate with a range deserves. */
export const rough = (value) => new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 }).format(value);

export const percent = (share) =>
  share > 0 && share < 0.005 ? "under 1 %" : share >= 0.995 && share < 1 ? `${(share * 100).toFixed(1)} %` : `${Math.round(share * 100)} %`;

const MONTH = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric" });
/** "Jan 2026, 10 months old": a price says its age from half a year on. */
export function dated(day) {
  const days = (Date.now() - Date.parse(day)) / 86_400_000;
  const age = days < 180 ? "" : days < 730 ? `, ${Math.floor(days / 30)} months old` : `, ${Math.round(days / 365)} years old`;
  return MONTH.format(new Date(day)) + age;
}

export const day = (when) => new Intl.DateTimeFormat("en-GB", { dateStyle: "long" }).format(new Date(when));

export const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);
export const first = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** What a basis means, as short as a label and as long as a sentence. */
export const BASIS = {
  measured: ["measured", "Measured."],
  scaled: ["scaled", "Scaled from published measurements."],
  spec: ["data sheet", "From a data sheet, or worked out from one."],
  published: ["published", "Published."],
  assumed: ["assumed", "An assumption, not a measurement."],
  computed: ["computed", "Computed."],
};
