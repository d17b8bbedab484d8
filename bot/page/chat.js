// The conversation: deep-chat keeps the transcript and the box; what it shows of ours stands in slots, made by us as elements.
import { announce, button, iconSource, kept, make } from "./dom.js";
import { answer, spoken } from "./answer.js";
import * as server from "./server.js";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** How the component looks, in the page's own colours; what these settings do not reach is in inside.css. */
const SETTINGS = {
  chatStyle: { fontFamily: FONT, width: "100%", height: "100%", borderTop: "none", borderRight: "none", borderBottom: "none", borderLeft: "none", borderRadius: "0", backgroundColor: "transparent", fontSize: "1rem" },
  messageStyles: {
    default: {
      shared: { innerContainer: { width: "100%", maxWidth: "64rem" }, bubble: { maxWidth: "100%", lineHeight: "1.55", marginTop: "1.1rem" } },
      ai: { bubble: { width: "100%", padding: "0", backgroundColor: "transparent", color: "var(--ink)", borderRadius: "0" } },
      user: { bubble: { maxWidth: "min(36rem, 85%)", padding: "0.6rem 1rem", backgroundColor: "var(--mine)", color: "var(--ink)", borderRadius: "1.1rem 1.1rem 0.3rem 1.1rem" } },
    },
    loading: { message: { html: '<slot name="wait"></slot>', styles: { bubble: { width: "100%", padding: "0", backgroundColor: "transparent", color: "var(--soft)" } } } },
  },
  inputAreaStyle: { padding: "0 1rem", boxSizing: "border-box" },
  textInput: {
    placeholder: { text: "Your message", style: { color: "var(--soft)" } },
    styles: {
      container: { width: "100%", maxWidth: "64rem", margin: "0.5rem 0 0.4rem", backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "1rem", boxShadow: "var(--lift)" },
      text: { padding: "0.85rem 3.6rem 0.85rem 1.1rem", fontSize: "1rem", lineHeight: "1.4", color: "var(--ink)" },
      focus: { border: "1px solid var(--accent)", boxShadow: "0 0 0 2px var(--accent)" },
    },
  },
  submitButtonStyles: {
    position: "inside-end",
    submit: { svg: { content: iconSource("send"), styles: { default: { filter: "none" } } } },
    disabled: { svg: { styles: { default: { filter: "none" } } } },
  },
};

/** The component asks a font service for its font unless another is set when it comes to be, so the element is made first;
 * it draws itself a moment later, so its settings must follow at once. */
async function component() {
  const chat = document.createElement("deep-chat");
  chat.style.fontFamily = FONT;
  // What people type is shown as they typed it: of the component's Markdown only paragraphs and line breaks stay.
  window.remarkable_plugins = [{ plugin: (md) => {
    md.core.ruler.enable(["block", "inline"], true);
    md.block.ruler.enable(["paragraph"], true);
    md.inline.ruler.enable(["text", "newline"], true);
  } }];
  await import("./vendor/deep-chat.js");
  return chat;
}

/** The chat in `home`; `act` is what the buttons of answers do, `intro()` makes what stands above an empty conversation. */
export async function open(home, act, intro) {
  const [chat, { turns }] = await Promise.all([component(), server.insist(server.conversation, unreachable, () => false)]);
  function unreachable(sentence) {
    home.replaceChildren(make("p.hint.alone", { role: "status" }, `${sentence} The page tries again by itself.`));
  }
  const parts = []; // the component would take for its own what stands in it before it is drawn
  let drawn = false, slots = 0;
  let delivery = null, stop = null; // while a message is on its way: until when, and what ends it
  const slot = (content) => {
    content.slot = `part-${++slots}`;
    if (drawn) chat.append(content);
    else parts.push(content);
    return { html: `<slot name="${content.slot}"></slot>`, role: "ai" };
  };

  customElements.upgrade(chat);
  Object.assign(chat, SETTINGS, {
    onInput: ({ content }) => kept.set("sessionStorage", "draft", content.text || ""),
    connect: { handler: (body, signals) => send(body.messages.at(-1).text, signals.onResponse) },
    introMessage: slot(intro()),
    history: turns.flatMap((turn) => [{ role: "user", text: turn.text }, slot(answer(turn, act))]),
  });
  home.replaceChildren(chat);
  await new Promise((resolve) => (chat.onComponentRender = resolve));
  while (chat._waitingToRender_) await new Promise((resolve) => setTimeout(resolve)); // on a slow machine it draws itself twice
  chat.append(...parts);
  drawn = true;

  const inside = chat.shadowRoot;
  const log = inside.getElementById("messages");
  const box = inside.getElementById("text-input");
  inside.prepend(make("link", { rel: "stylesheet", href: "/page/inside.css" }));
  for (const [name, value] of Object.entries({ role: "region", "aria-label": "Messages", tabindex: "0" })) log.setAttribute(name, value);
  box.setAttribute("aria-multiline", "true");
  inside.querySelector(".input-button").setAttribute("aria-label", "Send");

  const fill = (text) => {
    box.textContent = text;
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const focus = () => matchMedia("(pointer: fine)").matches && chat.focusInput();

  function send(...message) {
    delivery = deliver(...message).finally(() => (delivery = stop = null));
    return delivery;
  }

  /** Sends until it is answered or refused; what is waited for stands in the transcript, and nothing typed is lost. */
  async function deliver(text, respond, id = fresh()) {
    let given = false;
    stop = () => { given = true; wait.skip?.(); };
    const wait = waiting(stop);
    kept.set("sessionStorage", "pending", JSON.stringify({ id, text }));
    kept.set("sessionStorage", "draft", "");
    chat.append(wait.element);
    announce("Working it out.");
    home.setAttribute("aria-busy", "true");
    try {
      const turn = await server.insist(() => server.message(id, text), wait.trouble, () => given);
      await respond(slot(answer(turn, act)));
      announce(spoken(turn));
    } catch (trouble) {
      const sentence = `${given ? "Taken back." : trouble.message} What you wrote is in the box again.`;
      await respond(slot(make(given ? "p.hint" : "p.trouble", sentence)));
      announce(sentence);
      fill(text);
    } finally {
      wait.element.remove();
      home.removeAttribute("aria-busy");
      kept.set("sessionStorage", "pending", null);
      show();
    }
  }

  /** The last question at the top, so that a long answer is read from its beginning. */
  function show() {
    requestAnimationFrame(() => setTimeout(() => { // after the component has scrolled to the end
      const asked = [...inside.querySelectorAll(".user-message")].at(-1);
      log.scrollTop += asked ? asked.getBoundingClientRect().top - log.getBoundingClientRect().top - 16 : -log.scrollTop;
    }));
  }

  function say(text) {
    if (delivery) return announce("One moment, the last answer is still being worked out.");
    chat.submitUserMessage({ text });
    focus();
  }

  async function clear() {
    stop?.();
    await delivery;
    for (const part of [...chat.children]) part.remove();
    chat.clearMessages(true);
    kept.set("sessionStorage", "draft", null);
    chat.addMessage(slot(intro()));
    fill("");
    focus();
  }

  // What was on its way when the page was left is sent again with its id; what was being typed is in the box.
  const pending = JSON.parse(kept.get("sessionStorage", "pending") || "null");
  if (pending && !turns.some((turn) => turn.id === pending.id)) {
    chat.addMessage({ role: "user", text: pending.text });
    send(pending.text, (message) => chat.addMessage(message), pending.id);
  } else fill(kept.get("sessionStorage", "draft") || "");
  show();
  focus();
  return { say, clear };
}

/** What stands where the answer will: dots, and what is the matter when it takes long. */
function waiting(takeBack) {
  const words = make("span", "Working it out ...");
  const buttons = make("span.choices");
  const element = make("div.wait", { slot: "wait" }, make("span.dots", { "aria-hidden": "true" }, make("i"), make("i"), make("i")), words, buttons);
  const found = {
    element,
    trouble(sentence, again) {
      found.skip = again;
      words.textContent = `${sentence} Your message is kept and is sent again by itself.`;
      announce(words.textContent);
      if (!buttons.children.length) buttons.append(button("quiet.small", "Try now", () => found.skip()), button("quiet.small", "Take it back", takeBack));
      element.scrollIntoView({ block: "end" });
    },
  };
  return found;
}

/** An id that nobody guesses; randomUUID is not there on plain HTTP. */
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
