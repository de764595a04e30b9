// The field in which a reader's own formula is checked, by a program, check.js, that is loaded when one is first entered
// and runs in a worker. What a reader types, an address says or the program answers becomes text or KaTeX, never markup.
{
const PROGRAM = new URL("check.js", document.currentScript.src).href;
const LATE = 2000, PAUSE = 150, LONGEST = 2000;  // milliseconds, milliseconds, characters
const SLOW = 4;  // so many times as long as the program took to start may it think, where that is longer

const make = (tag, given = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...inside);
  return made;
};
const small = (...inside) => make("p", { className: "small" }, ...inside);

// ---- the program: one question at a time, and started anew where it does not answer

const program = {
  turn: Promise.resolve(),
  load() {
    return this.loaded ??= new Promise((done, failed) => {
      const onerror = () => failed(new Error("its script, check.js, is missing"));
      document.head.append(make("script", { src: PROGRAM, onload: done, onerror }));
    });
  },
  start() {
    return this.ready ??= this.load().then(() => new Promise((done, failed) => {
      const { worker: text, wasm, files } = globalThis.unrolledCheck;
      const begun = performance.now();
      const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
      worker.onerror = ({ message }) => failed(new Error(message || "this browser starts no worker"));
      worker.onmessage = ({ data }) => {
        if (!data.ready) return failed(new Error(data.failed));
        this.patience = Math.max(LATE, SLOW * (performance.now() - begun));
        done(worker);
      };
      worker.postMessage({ wasm, files });
    }));
  },
  // What is no longer wanted when its turn comes is not asked.
  ask(call, question, text = "", wanted = () => true) {
    const put = async () => {
      if (!wanted()) return {};
      const worker = await this.start();
      return new Promise((done) => {
        const late = setTimeout(() => {
          worker.terminate();
          this.ready = undefined;
          this.start().catch(() => {});
          done({ late: true });
        }, this.patience * text.split("\n").length);
        worker.onmessage = ({ data }) => (clearTimeout(late), done(data));
        worker.postMessage({ call, question, text });
      });
    };
    return this.turn = this.turn.then(put).catch(({ message }) => ({ failed: message }));
  },
};

// ---- what stays in this browser, which may keep nothing, or something else

const kept = {
  name: "check-yours",
  all() {
    try {
      return Object(JSON.parse(localStorage.getItem(this.name)));
    } catch {
      return {};
    }
  },
  of(question) {
    const { text, level, proved } = Object(this.all()[question]);
    return { text: typeof text === "string" ? text : "", level: level > 0 ? Math.floor(level) : 0, proved: proved === true };
  },
  put(question, change) {
    this.write({ ...this.all(), [question]: { ...this.of(question), ...change } });
  },
  write(all) {
    try {
      localStorage.setItem(this.name, JSON.stringify(all));
    } catch { /* it keeps nothing */ }
  },
};

// ---- what is shown

function typeset(latex, displayMode = false) {
  const place = make(displayMode ? "div" : "span", { className: "math" });
  try {
    katex.render(latex.replaceAll("\\underset{", "\\shape{"), place, {
      displayMode, strict: "ignore", maxExpand: 1000, maxSize: 20,
      macros: { "\\shape": "\\underset{\\htmlClass{shape}{#1}}{#2}" },
      trust: (asked) => asked.command === "\\htmlClass" && asked.class === "shape",
    });
  } catch {
    place.replaceChildren(make("code", {}, latex));
  }
  return place;
}

// A text, and the place in it that an answer is about. Python counts characters, not halves.
function placed(text, [start, end]) {
  const letters = Array.from(text), after = Math.max(end, start + 1);
  const part = (...ends) => letters.slice(...ends).join("");
  const here = make("mark", {}, part(start, after) || "\u2423");
  return make("p", {}, make("code", { className: "placed" }, part(0, start), here, part(after)));
}

// All but these are wrong.
const SIGNS = { "proved": "\u2713", "circular": "\u21bb", "undecided": "?", "not understood": "?" };
const colour = (found) => SIGNS[found] === "?" ? "" : found === "proved" ? found : "wrong";

function verdict({ verdict: found, says, at, assumes, run, lines }, text) {
  const sign = SIGNS[found] ?? "\u2717", words = found[0].toUpperCase() + found.slice(1);
  const parts = [make("p", { className: "verdict-words" }, make("span", { ariaHidden: "true" }, `${sign} `), make("strong", {}, `${words}.`), ` ${says}`)];
  if (at) parts.push(placed(text, at));
  if (assumes?.length) parts.push(small(`It uses ${assumes.join("; ")}.`));
  if (run) parts.push(shown(run));
  if (lines) parts.push(make("ol", {}, ...lines.map((line) => make("li", {}, make("code", {}, line.text),
    ...(line.verdict ? verdict(line, line.text) : [` ${line.says}`])))));
  return parts;
}

// The smallest run in which both differ, to be redone by hand; it is set when it is wanted.
function shown({ values }) {
  const body = make("tbody"), table = make("table", { className: "table" }, body);
  const onclick = () => body.replaceChildren(...values.map(({ name, value }) => {
    const rows = value.map((row) => row.join(" & ")).join("\\\\");
    const number = /[&\\]/.test(rows) ? `\\begin{pmatrix}${rows}\\end{pmatrix}` : rows;
    return make("tr", {}, make("th", { scope: "row" }, make("code", {}, name)), make("td", {}, typeset(number)));
  }));
  return make("details", { className: "sd-dropdown" }, make("summary", { onclick }, "Show the run"),
    make("div", { className: "run", role: "region", tabIndex: 0, ariaLabel: "The numbers of the run" }, table));
}

// ---- a field

class Field {
  constructor(place, number) {
    this.place = place;
    this.question = place.dataset.question;
    this.hints = this.takeHints();
    const id = `yours-${number}`;
    this.text = make("textarea", {
      id, rows: 2, maxLength: LONGEST, spellcheck: false, autocomplete: "off", autocapitalize: "off",
      oninput: () => this.typed(),
      onkeydown: (event) => {
        const typed = event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches;
        if (event.key === "Enter" && !typed) this.judge(event);
      },
    });
    this.text.setAttribute("aria-describedby", `${id}-reading`);
    this.text.addEventListener("focus", () => this.wake(), { once: true });
    this.reading = make("div", { id: `${id}-reading`, className: "reading-live" });
    this.more = make("button", { type: "button", onclick: () => this.showHints(this.level + 1) });
    this.told = make("div", { className: "told" });
    this.given = make("div", { className: "given" });
    const controls = make("p", { className: "controls" }, make("button", {}, "Check"), this.more);
    this.reply = make("div", { className: "reply", role: "status" }, this.told, this.given);
    this.form = make("form", { onsubmit: (event) => this.judge(event) },
      make("label", { htmlFor: id }, "Your formula"), this.text, this.reading, controls, this.reply);
    this.breaks = place.querySelector(".breaks");
    place.insertBefore(this.form, this.breaks ?? place.querySelector(".elsewhere"));
    for (const code of place.querySelectorAll(".breaks code")) {
      const onclick = () => (this.fill(code.textContent), this.text.focus(), this.judge());
      code.after(" ", make("button", { type: "button", className: "try", onclick }, "Try it"), " ");
    }
    for (const link of place.querySelectorAll(".elsewhere a")) {
      link.addEventListener("click", () => { link.hash = address(this.question, this.text.value); });
    }
    this.fill(kept.of(this.question).text);
  }

  // The levels in order: the page has all but the likely slip.
  takeHints() {
    const found = [...this.place.querySelectorAll(".hint")].map((fold) => {
      const summary = fold.querySelector("summary");
      summary.remove();
      fold.remove();
      return { name: summary.textContent.trim(), parts: () => fold.cloneNode(true).childNodes };
    });
    if (this.question !== "free") found.splice(1, 0, { name: "the likely slip", parts: () => this.slips() });
    return found;
  }

  // Looked for only where it is wanted, for it takes longer than the verdict.
  slips() {
    const { said, question } = this, place = make("div", {}, "Looking for it\u2026");
    if (!said.verdict) return ["This hint is about a formula: check yours first."];
    if (said.verdict === "proved") return ["There is none."];
    said.why ??= program.ask("why", question, this.text.value);
    const none = said.verdict === "not understood" ? "It has to be understood first." : "It is none of the usual slips.";
    said.why.then(({ reasons }) => place.replaceChildren(...(reasons?.length
      ? reasons.map(({ says }) => make("p", {}, says)) : [reasons ? none : "It takes too long to find it."])));
    return [place];
  }

  fill(text) {
    this.text.value = text.slice(0, LONGEST);
    this.said = {};
    this.told.className = "told";
    this.told.replaceChildren();
    this.showHints(kept.of(this.question).level);
  }

  async wake() {
    this.reading.replaceChildren("The program is loaded\u2026");
    program.ask("ready", this.question).then(({ failed }) => failed && this.failed(failed));
    this.read();
  }

  failed(message) {
    const last = message.trim().split("\n").at(-1);
    this.told.replaceChildren(`The program does not run here: ${last}. The hints are there without it.`);
    this.reading.replaceChildren();
  }

  typed() {
    kept.put(this.question, { text: this.text.value });
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.read(), PAUSE);
  }

  async read() {
    const text = this.text.value, wanted = () => text === this.text.value;
    const said = text.trim() ? await program.ask("read", this.question, text, wanted) : {};
    if (!wanted()) return;
    const parts = [small(said.late ? "It takes too long to read this." : said.latex ? "Read as" : "")];
    if (said.latex) parts.push(typeset(said.latex, true));
    if (said.says) parts.push(make("p", {}, said.says));
    if (said.at) parts.push(placed(text, said.at));
    this.reading.replaceChildren(...parts, ...(said.notes ?? []).map((note) => small(note)));
    scrollWithKeys(this.reading.querySelectorAll(".katex-display"));
    if (said.latex) this.ask(text);
  }

  // Asked while a reader looks at the reading, so that the verdict is there when it is wanted.
  ask(text) {
    if (this.asked?.text !== text) {
      const said = program.ask("check", this.question, text, () => this.asked?.said === said);
      this.asked = { text, said };
    }
    return this.asked.said;
  }

  async judge(event) {
    event?.preventDefault();
    const text = this.text.value;
    if (!text.trim()) return this.told.replaceChildren("Type a formula first.");
    kept.put(this.question, { text });
    this.reply.ariaBusy = "true";
    const said = await this.ask(text);
    this.reply.ariaBusy = "false";
    if (text !== this.text.value) return;
    if (said.failed || said.late) this.asked = undefined;  // it may be tried again
    if (said.failed) return this.failed(said.failed);
    const late = { verdict: "undecided", says: "It took too long to check this, and was given up." };
    this.said = said.late ? late : said;
    this.told.className = `told ${colour(this.said.verdict)}`;
    this.told.replaceChildren(...verdict(this.said, text));
    if (said.verdict === "proved") kept.put(this.question, { proved: true });
    this.onjudged?.(text);
    this.showHints(this.level);
  }

  // A hint that was asked for stays.
  showHints(level) {
    this.level = Math.min(level, this.hints.length);
    if (this.level) kept.put(this.question, { level: this.level });
    this.given.replaceChildren(...this.hints.slice(0, this.level).map(({ name, parts }) =>
      make("div", {}, make("p", { className: "hint-name" }, name), ...parts())));
    const next = this.hints[this.level];
    // Wrong forms of the answer give it away.
    if (this.breaks) this.breaks.hidden = next && !kept.of(this.question).proved;
    this.more.hidden = !next;
    this.more.textContent = `Hint: ${next?.name}`;
  }
}

// ---- the ladder of a page with several questions

class Ladder {
  constructor(fields) {
    this.fields = new Map(fields.map((field) => [field.question, field]));
    this.links = new Map();
    const rungs = new Map();
    for (const [question, field] of this.fields) {
      const title = field.place.querySelector(".asked").cloneNode(true);
      this.links.set(question, make("a", { href: address(question) }, ...title.childNodes));
      const section = field.place.closest("section");
      rungs.set(section, [...rungs.get(section) ?? [], this.links.get(question)]);
      field.onjudged = (text) => this.judged(question, text);
    }
    this.rungs = [...rungs.keys()];
    const list = [...rungs].map(([section, links]) => make("li", {},
      make("span", {}, section.querySelector("h2").firstChild.textContent), make("span", { className: "choices" }, ...links)));
    const forget = make("button", { type: "button", onclick: () => this.forget() }, "Forget what I typed");
    // On a phone it would stand between a reader and the field: there it is folded.
    const fold = make("details", { className: "sd-dropdown", open: innerWidth > 720 }, make("summary", {}, "All questions"),
      make("ol", {}, ...list), small("Nothing that you type leaves this browser. ", forget));
    this.rungs[0].before(make("nav", { className: "ladder", ariaLabel: "What to derive" }, fold));
    this.mark();
    this.choose(fields[0].question);
    this.follow();
    addEventListener("hashchange", () => this.follow());
  }

  // An address names a question, and perhaps a formula; or a rung.
  follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const field = this.fields.get(asked.get("question"));
    const rung = this.rungs.find(({ id }) => location.hash === `#${id}`);
    if (rung) this.choose(rung.querySelector(".yours").dataset.question);
    if (!field) return;
    this.choose(field.question);
    const text = asked.get("formula");
    if (text === null) return;
    if (text.slice(0, LONGEST) !== field.text.value) field.fill(text);
    field.text.focus();
  }

  choose(chosen) {
    const here = this.fields.get(chosen).place.closest("section");
    for (const section of this.rungs) section.hidden = section !== here;
    for (const [question, { place }] of this.fields) {
      place.hidden = question !== chosen;
      this.links.get(question).ariaCurrent = question === chosen ? "true" : null;
    }
    measurePieces(here);
  }

  judged(question, text) {
    history.replaceState(null, "", address(question, text));
    this.mark();
  }

  mark() {
    for (const [question, link] of this.links) {
      link.querySelector(".done")?.remove();
      if (kept.of(question).proved) link.append(make("span", { className: "done", role: "img", ariaLabel: "proved" }, "\u2713"));
    }
  }

  forget() {
    kept.write({});
    for (const field of this.fields.values()) field.fill("");
    this.mark();
  }
}

const address = (question, formula) => `#${new URLSearchParams(formula ? { question, formula } : { question })}`;

document.addEventListener("DOMContentLoaded", () => {
  const fields = [...document.querySelectorAll(".yours")].map((place, number) => new Field(place, number));
  const several = fields.filter(({ place }) => place.querySelector(".asked"));
  if (several.length) new Ladder(several);
});
}
