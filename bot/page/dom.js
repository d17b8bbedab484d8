// Making elements. Text goes in as text, never as markup: there is no innerHTML anywhere on this page.

/** make("p.small", "text") or make("button.plain", {type: "button", onclick: f, "aria-label": "x"}, child, child ...) */
export function make(what, ...rest) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const part of rest.flat()) {
    if (part === null || part === undefined || part === false) continue;
    if (typeof part !== "object" || part instanceof Node) element.append(part);
    else for (const [name, value] of Object.entries(part)) set(element, name, value);
  }
  return element;
}

function set(element, name, value) {
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (value === true) element.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
}

let made = 0;
export const unique = (stem) => `${stem}-${++made}`;

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  enough: "M5 12.5l4.5 4.5L19 7.5",
  less: "M12 5v14M6 13l6 6 6-6",
  more: "M12 19V5M6 11l6-6 6 6",
  keep: "M4 11l8-7 8 7v9H4zM10 20v-6h4v6",
  rent: "M12 3a9 9 0 1 0 .01 0M12 7v5l3.5 2",
  up: "M7 11v9H4v-9zM7 11l4-8c1.7 0 2.5 1.2 2.2 2.8L12.6 9H19a1.8 1.8 0 0 1 1.8 2.2l-1.4 7A2.2 2.2 0 0 1 17.2 20H7",
  down: "M17 13V4h3v9zM17 13l-4 8c-1.7 0-2.5-1.2-2.2-2.8L11.4 15H5a1.8 1.8 0 0 1-1.8-2.2l1.4-7A2.2 2.2 0 0 1 6.8 4H17",
  person: "M12 12a4 4 0 1 0-.01 0M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
  paper: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  pencil: "M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3",
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
  menu: "M5 6.5h14M5 12h14M5 17.5h14",
  light: "M12 8a4 4 0 1 0 .01 0M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  dark: "M20 14.5A8.5 8.5 0 1 1 9.5 4a6.8 6.8 0 0 0 10.5 10.5z",
};

/** A line drawing beside words that say the same, so hidden from who listens. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export const iconSource = (name) =>
  `<svg xmlns="${SVG}" viewBox="0 0 24 24" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;

export function button(kind, title, onclick, drawn) {
  return make(`button.${kind}`, { type: "button", onclick }, drawn && icon(drawn), title);
}

/** A table that can be scrolled sideways by keyboard where it is too wide. */
export function table({ title, columns, rows }) {
  const cell = (text, first) => (first ? make("th", { scope: "row" }, text) : make("td", text));
  return make(
    "div.scroll",
    { tabindex: 0, role: "group", "aria-label": title },
    make(
      "table",
      make("caption", title),
      make("thead", make("tr", columns.map((text) => (text ? make("th", { scope: "col" }, text) : make("td"))))),
      make("tbody", rows.map((row) => make("tr", row.map((text, i) => cell(text, i === 0))))),
    ),
  );
}

const status = () => document.getElementById("status");
/** Says it to who listens. Emptied first, so that the same words twice are heard twice. */
export function announce(text) {
  status().textContent = "";
  setTimeout(() => (status().textContent = text), 50);
}

/** What this browser keeps for the page, where it lets us keep anything. */
export const kept = {
  get(store, name) {
    try { return window[store].getItem(`plainspec-${name}`); } catch { return null; }
  },
  set(store, name, value) {
    try {
      if (value === null || value === "") window[store].removeItem(`plainspec-${name}`);
      else window[store].setItem(`plainspec-${name}`, value);
    } catch { /* storage is off: the page works without */ }
  },
};
