// The conversation on the page. Everything that comes from the server is put in as text, never as markup.
"use strict";
const talk = document.getElementById("talk");
const form = document.getElementById("say");
const box = document.getElementById("text");

function make(tag, text, cls) {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  if (cls) e.className = cls;
  return e;
}

// **bold**, *emphasis*, `code`: the little markup that replies use
function inline(into, text) {
  for (const part of text.split(/(\*\*[^*]+\*\*|\*[^*\n]+\*|`[^`]+`)/)) {
    if (/^\*\*.+\*\*$/.test(part)) into.append(make("strong", part.slice(2, -2)));
    else if (/^\*[^*]+\*$/.test(part)) into.append(make("em", part.slice(1, -1)));
    else if (/^`.+`$/.test(part)) into.append(make("code", part.slice(1, -1)));
    else into.append(part);
  }
}

function table(t) {
  const wrap = make("div", undefined, "scroll");
  const el = make("table");
  el.append(make("caption", t.title));
  const head = make("tr");
  for (const c of t.columns) { const th = make("th", c); th.scope = "col"; head.append(th); }
  const thead = make("thead"); thead.append(head); el.append(thead);
  const body = make("tbody");
  for (const row of t.rows) { const tr = make("tr"); row.forEach((c) => tr.append(make("td", c))); body.append(tr); }
  el.append(body); wrap.append(el); wrap.tabIndex = 0;
  return wrap;
}

function show(reply) {
  const li = make("li");
  for (const para of reply.text.split(/\n\n+/)) {
    const items = para.split(/\n(?=- )|^(?=- )/m).filter(Boolean);
    if (para.startsWith("- ")) {
      const ul = make("ul");
      for (const item of items) { const e = make("li"); inline(e, item.replace(/^- /, "")); ul.append(e); }
      li.append(ul);
    } else { const p = make("p"); inline(p, para); li.append(p); }
  }
  if (reply.picture) {
    const img = make("img", undefined, "picture");
    img.alt = reply.picture.alt;
    img.src = `/pictures/${encodeURIComponent(reply.picture.id)}.svg`;
    li.append(img);
  }
  for (const t of reply.tables || []) li.append(table(t));
  if ((reply.provenance || []).length) {
    const d = make("details"); d.append(make("summary", "Where the figures come from"));
    const ul = make("ul");
    for (const p of reply.provenance) ul.append(make("li", `${p.figure}: ${p.value} (${p.basis}: ${p.source})`));
    d.append(ul); li.append(d);
  }
  if ((reply.buttons || []).length) {
    const div = make("div", undefined, "choices");
    for (const b of reply.buttons) { const k = make("button", b.title); k.type = "button"; k.addEventListener("click", () => send(b.text)); div.append(k); }
    li.append(div);
  }
  talk.append(li);
}

let busy = false;
async function send(text) {
  if (busy || !text.trim()) return;
  busy = true;
  talk.append(make("li", text, "me"));
  const wait = make("li", "Working it out ...", "wait"); talk.append(wait);
  try {
    const r = await fetch("/messages", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }) });
    const body = await r.json();
    if (!r.ok) throw new Error(body.error || "the server did not take the message");
    body.replies.forEach(show);
    box.value = "";
  } catch (e) {
    show({ text: `That did not get through (${e.message}). What you typed is still in the box: please send it again.` });
    box.value = text;
  } finally {
    wait.remove(); busy = false;
    talk.lastElementChild?.scrollIntoView({ block: "nearest" });
    box.focus();
  }
}

form.addEventListener("submit", (e) => { e.preventDefault(); send(box.value); });
box.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.shiftKey) { e.preventDefault(); send(box.value); } });
