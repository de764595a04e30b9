// How a page reads, with its folds as they are: benchmarks/reading.py says what is allowed.
(() => {
  const page = document.querySelector(".bd-article");
  const seen = (selector) => [...page.querySelectorAll(selector)].filter((part) => part.checkVisibility());
  const height = (parts) => parts.reduce((sum, part) => sum + part.getBoundingClientRect().height, 0);
  const outermost = (parts) => parts.filter((part) => !parts.some((other) => other !== part && other.contains(part)));
  const prose = outermost(seen("p, ul, ol, dl, table, blockquote, h1, h2, h3").filter((part) => part.closest(".verdict.argued") || !part.closest("summary, .verdict, .cell")));
  const words = prose.reduce((sum, part) => {
    const text = part.cloneNode(true);
    for (const formula of text.querySelectorAll(".katex")) formula.replaceWith(" x ");
    return sum + text.textContent.split(/\s+/).filter(Boolean).length;
  }, 0);
  const displays = seen("div.math");
  const cut = displays.filter((display) => [...display.querySelectorAll(".katex-display")].some((line) => line.scrollWidth > line.clientWidth + 1));
  return {
    height: page.scrollHeight,
    words,
    minutes: words / 200 + displays.length / 3,
    prose: height(prose) / page.scrollHeight,
    code: height(seen(".cell_input")) / page.scrollHeight,
    boxes: seen(".admonition:not(details)").length,
    displays: displays.length,
    cut: cut.length,
    numbered: cut.filter((display) => display.querySelector(".eqno")).length,
    inline: seen("span.math:not(table *)").filter((formula) => formula.scrollWidth > formula.clientWidth + 2).length,
  };
})()
