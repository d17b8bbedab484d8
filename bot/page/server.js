// The server's addresses; what they promise is in bot/channels/README.md.
const LONGEST = 20_000; // characters of a message that the server takes
const EMBEDDED = location.pathname === "/embed";

/** Why a call failed, as a sentence for the person. `later`: the same call may succeed after `wait` seconds. */
export class Trouble extends Error {
  constructor(sentence, later = false, wait = 0) {
    super(sentence);
    this.later = later;
    this.wait = wait;
  }
}

async function call(method, path, body) {
  let answer, got;
  try {
    answer = await fetch(path + (EMBEDDED ? "?embed=1" : ""), {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
    got = await answer.json().catch(() => null);
  } catch {
    throw new Trouble(navigator.onLine ? "The server cannot be reached just now." : "You seem to be offline.", true);
  }
  if (answer.ok && got) return got;
  const later = answer.status === 429 || answer.status >= 500 || answer.ok;
  const sentence = got?.error || (later ? "The server has trouble just now." : "The server did not take that.");
  throw new Trouble(sentence, later, Number(answer.headers.get("Retry-After")) || 0);
}

export const conversation = () => call("GET", "/conversation");
export const message = async (id, text) => {
  if (text.length > LONGEST) throw new Trouble(`That is ${text.length.toLocaleString("en-GB")} characters, and ${LONGEST.toLocaleString("en-GB")} is the most: please send less.`);
  return call("POST", "/messages", { id, text });
};
export const feedback = (turn, thumb, word) => call("POST", "/feedback", { turn, thumb, word });
export const handover = (lead) => call("POST", "/handover", lead);
export const proposal = () => call("POST", "/proposal", {});
export const forget = () => call("DELETE", "/data");

const LONGEST_S = 15;
/** Does it until it succeeds or can never succeed; `waiting(sentence, skip)` is told before each pause, and `skip` ends it. */
export async function insist(task, waiting, stopped) {
  for (let tries = 0; ; tries++) {
    try {
      return await task();
    } catch (trouble) {
      if (!(trouble instanceof Trouble) || !trouble.later || stopped()) throw trouble;
      const seconds = Math.max(trouble.wait, Math.min(2 ** tries, LONGEST_S));
      await new Promise((resolve) => {
        const timer = setTimeout(done, seconds * 1000);
        function done() {
          clearTimeout(timer);
          removeEventListener("online", done);
          resolve();
        }
        addEventListener("online", done);
        waiting(trouble.message, done);
      });
      if (stopped()) throw trouble;
    }
  }
}
