// Puts the page together: the bar's buttons, the introduction, the conversation.
import { button, icon, kept, make } from "./dom.js";
import { redraw } from "./charts.js";
import { forget, handover, propose } from "./forms.js";
import { open } from "./chat.js";

const root = document.documentElement;
const embedded = "embedded" in root.dataset;
const home = document.getElementById("conversation");
let chat;

const STARTERS = [
  ["Size a system", "We want to sort photos of parts into good and bad, about 10 a second. What do we need?"],
  ["Will it run?", "Will a 70B language model run on an RTX 4090?"],
  ["Check a quote", "We were quoted 2x DGX H100 for £620k to run a chatbot for 40 staff. Is that right?"],
  ["Learn the words", "What is VRAM, and why does it matter when buying?"],
];

function intro() {
  return make(
    "section.intro",
    make("h2", "What do you want to do?"),
    make("p", "Say it in your own words. You get the smallest machine that does it, why the next one down is not enough, and why the next one up is overkill, even if the answer is the machine you already have."),
    make("div.starters", { role: "group", "aria-label": "Examples to start from" },
      STARTERS.map(([title, text]) => make("button.starter", { type: "button", onclick: () => chat.say(text) }, make("strong", title), make("span", text)))),
  );
}

const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
function themeButton() {
  const made = make("button.bare", { type: "button", onclick: () => {
    root.dataset.theme = dark() ? "light" : "dark";
    kept.set("localStorage", "theme", root.dataset.theme);
    draw();
  } });
  const draw = () => {
    const title = dark() ? "Light colours" : "Dark colours";
    made.replaceChildren(icon(dark() ? "light" : "dark"));
    made.setAttribute("aria-label", title);
    made.title = title;
    redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
  return made;
}

function menu() {
  const doing = (task) => () => { list.hidePopover(); opener.focus(); task(); };
  const proposes = button("item", "Make a proposal", doing(propose), "paper");
  const list = make(
    "div.menu",
    { id: "menu", popover: "auto", onbeforetoggle: (event) => {
      proposes.hidden = !document.querySelector(".options"); // while nothing has been recommended
      opener.setAttribute("aria-expanded", String(event.newState === "open"));
    } },
    proposes,
    button("item", "Talk to a person", doing(handover), "person"),
    button("item", "Delete my data", doing(() => forget(() => chat.clear())), "close"),
  );
  const opener = make("button.bare", { type: "button", popovertarget: "menu", "aria-label": "More", title: "More", "aria-expanded": "false" }, icon("menu"));
  return [opener, list];
}

function leave() {
  parent.postMessage("plainspec-close", "*"); // says nothing but that the window should be closed
}

document.getElementById("tools").append(
  ...[button("quiet.wide", "Talk to a person", handover, "person"), themeButton(), menu(),
    embedded && make("button.bare", { type: "button", "aria-label": "Close", title: "Close", onclick: leave }, icon("close"))].flat().filter(Boolean),
);
if (embedded) addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open], [popover]:popover-open")) leave();
});

try {
  chat = await open(home, { send: (text) => chat.say(text), propose, handover }, intro);
  root.dataset.ready = "";
} catch {
  home.replaceChildren(make("p.hint.alone", { role: "alert" }, "Part of the page did not arrive: please load it again."));
}
