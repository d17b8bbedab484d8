// One script tag puts the advisor in the corner of a page:
//   <script src="https://advisor.example/embed.js" data-label="Ask about hardware" defer></script>
// It stands in a tree of its own, so neither page's style reaches the other's; nothing is loaded before it is opened.
"use strict";
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const label = script.dataset.label || "Ask about hardware";
  const host = document.createElement("div");
  const tree = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; color-scheme: light dark; font-family: system-ui, sans-serif; }
    .open { position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483000; display: flex; align-items: center; gap: 0.6rem; min-height: 3rem; padding: 0.5rem 1.2rem; font: 600 1rem/1.2 system-ui, sans-serif; color: #fff; background: #0b6a5e; border: 2px solid #fff; border-radius: 2rem; box-shadow: 0 4px 20px #0005; cursor: pointer; }
    .open:hover { background: #08554b; }
    .open:focus-visible { outline: 3px solid #0b6a5e; outline-offset: 3px; }
    .panel { position: fixed; inset: auto 1rem 5rem auto; z-index: 2147483000; width: min(27rem, calc(100vw - 2rem)); height: min(44rem, calc(100dvh - 6.5rem)); overflow: hidden; background: light-dark(#f5f7f6, #0f1615); border: 1px solid light-dark(#dbe2df, #2b3836); border-radius: 1rem; box-shadow: 0 12px 48px #0006; }
    .panel[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 30rem) { .panel { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; } .panel:not([hidden]) + .open { display: none; } }
  `);
  tree.adoptedStyleSheets = [sheet];

  const panel = document.createElement("div");
  panel.className = "panel";
  panel.id = "panel";
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", label);
  const opener = document.createElement("button");
  opener.className = "open";
  opener.type = "button";
  opener.textContent = label;
  opener.setAttribute("aria-controls", "panel");
  opener.setAttribute("aria-expanded", "false");
  let frame;

  function show(open) {
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.src = `${origin}/embed`;
      frame.title = label;
      frame.allow = "clipboard-write";
      panel.append(frame);
    }
    panel.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) frame.focus();
    else opener.focus();
  }
  opener.addEventListener("click", () => show(panel.hidden));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) show(false); });
  addEventListener("message", (event) => {
    if (event.origin === origin && event.source === frame?.contentWindow && event.data === "plainspec-close") show(false);
  });
  tree.append(panel, opener);
  const put = () => document.body.append(host);
  if (document.body) put();
  else addEventListener("DOMContentLoaded", put);
})();
