// All that this site adds to its pages by script; without it they are whole, only less convenient.

// A formula wider than its column can be scrolled with the keyboard too.
function scrollWithKeys(formulas) {
  const measure = (formula) => {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  };
  const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => measure(target)));
  for (const formula of formulas) widths.observe(formula);
  // A face that comes late widens what is in the box, and not the box.
  document.fonts.addEventListener("loadingdone", () => formulas.forEach(measure));
}

// The index of the ledger: a field that finds by id or words, choices for the other columns, a count of what is left.
function filterRows(index) {
  const rows = [...index.querySelectorAll("tbody tr")];
  const heads = [...index.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  const text = (row, column) => row.cells[column].textContent.trim();
  const chosen = 2;  // the first column that is chosen from; those before it are searched

  const field = (control, words) => {
    const label = document.createElement("label");
    label.append(words, control);
    return label;
  };
  const search = Object.assign(document.createElement("input"), { type: "search", placeholder: text(rows[0], 0) });
  const choices = heads.slice(chosen).map((_, n) => {
    const choice = document.createElement("select");
    choice.append(new Option("all", ""));
    for (const value of new Set(rows.map((row) => text(row, n + chosen)))) choice.append(new Option(value, value));
    return choice;
  });
  const count = document.createElement("output");
  const form = document.createElement("form");
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "The records");
  form.append(field(search, `find a ${heads[0]}`), ...choices.map((choice, n) => field(choice, heads[n + chosen])), count);

  const show = () => {
    const words = search.value.trim().toLowerCase();
    for (const row of rows) {
      const found = `${text(row, 0)} ${text(row, 1)}`.toLowerCase().includes(words);
      row.hidden = !found || choices.some(({ value }, n) => value && text(row, n + chosen) !== value);
    }
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} records`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  index.prepend(form);
  show();
}

// One switch for the code of all claims, on this page and on the next.
function switchCode(button) {
  const show = (shown) => {
    button.setAttribute("aria-pressed", shown);
    for (const fold of document.querySelectorAll("details.code")) fold.open = shown;
  };
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    localStorage.setItem("code", shown ? "shown" : "folded");
    show(shown);
  });
  button.hidden = false;
  if (localStorage.getItem("code") === "shown") show(true);
}

// What a link leads to may be folded. An address can say anything, also what is no code of letters.
function unfoldTarget() {
  let name = location.hash.slice(1);
  try {
    name = decodeURIComponent(name);
  } catch { /* then it is what it is */ }
  const target = document.getElementById(name);
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target?.scrollIntoView();
}

// How many ems wide is what cannot be broken: the style makes it fit on paper, and on a screen as far as it can be read.
function measurePieces(within) {
  const ems = (formula) => {
    const pieces = [...formula.querySelectorAll(".base")].map((piece) => piece.getBoundingClientRect().width);
    return Math.max(1, ...pieces) / parseFloat(getComputedStyle(formula).fontSize);
  };
  const found = [...within.querySelectorAll(".katex-display > .katex, span.math > .katex")].map((formula) => [formula, ems(formula)]);
  for (const [formula, number] of found) formula.style.setProperty("--ems", number);
}

// Paper is light, whatever the screen was.
let onScreen;
addEventListener("beforeprint", () => {
  measurePieces(document);
  onScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = onScreen;
});

document.addEventListener("DOMContentLoaded", () => {
  unfoldTarget();
  addEventListener("hashchange", unfoldTarget);
  measurePieces(document);
  document.fonts.addEventListener("loadingdone", () => measurePieces(document));
  // What is folded has no width yet.
  document.addEventListener("toggle", ({ target }) => measurePieces(target), true);
  scrollWithKeys(document.querySelectorAll(".katex-display, span.math, figure"));
  for (const button of document.querySelectorAll("#code-switch")) switchCode(button);
  for (const index of document.querySelectorAll(".ledger-index")) filterRows(index);
});
