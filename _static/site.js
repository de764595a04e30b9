// A formula wider than its column can be scrolled with the keyboard too.
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const formula of document.querySelectorAll(".katex-display")) widths.observe(formula);
