// What visit.py asks of a page.
({
  async unfold() {
    for (const part of document.querySelectorAll("details")) part.open = true;
    await Promise.all(document.getAnimations().map((moving) => moving.finished));
  },

  // The theme's script looks again at what can be scrolled 300 ms after a window has changed.
  async settle(theme) {
    document.documentElement.dataset.theme = theme;
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done, 400));
  },

  // Most of a page is boxes for the letters of formulas, and words of code. In what is drawn for the eye alone axe could
  // find a colour and nothing else, so one stands for all that have the same: of a formula two letters in a box as wide,
  // of a piece of code the first word of each class, the others bare text. In what is there for the ear it finds nothing.
  shorten() {
    // All is read before anything is written: each width read after a change would lay out the page anew.
    const inks = (part) => [part, ...part.querySelectorAll("*")].map((letter) => getComputedStyle(letter)).map((style) => style.color + style.backgroundColor);
    const plain = [...document.querySelectorAll(".katex-html .base")].filter((part) => new Set(inks(part)).size === 1);
    const widths = plain.map((part) => part.getBoundingClientRect().width);
    for (const [number, part] of plain.entries()) {
      part.style.width = `${widths[number]}px`;
      part.style.textAlign = "right";  // where they can be out of sight
      part.replaceChildren("xy");  // axe passes over a single letter
    }
    for (const math of document.querySelectorAll(".katex-mathml math")) math.replaceChildren("x");
    for (const code of document.querySelectorAll("pre, code")) {
      const seen = new Set();
      for (const word of code.querySelectorAll(":scope > span")) {
        const style = word.className + word.style.cssText;
        if (seen.has(style) && !word.firstElementChild) word.replaceWith(word.textContent);
        seen.add(style);
      }
    }
  },

  // What is left of a page whose content is taken out: the rest is the same on a phone, this is not.
  keepFrame() {
    const article = document.querySelector(".bd-article");
    article?.replaceChildren(article.querySelector("h1"));
  },

  // The content, but for what is inside a picture: one is drawn anew for a narrow page.
  content() {
    return [...document.querySelectorAll(".bd-article *:not(svg *)")];
  },

  // The numbers of those elements of the content that are seen.
  seen() {
    return this.content().flatMap((element, number) => element.checkVisibility() ? [number] : []);
  },

  // The rest list what can be held against a page.

  // A formula that a reader does not see, or not in KaTeX's letters. What the print style alone shows is left out.
  hiddenFormulas() {
    const faces = [...document.fonts].filter((face) => face.status === "loaded").map((face) => face.family);
    const seen = (letters) => {
      const box = letters.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && box.right + scrollX > 0 && box.bottom + scrollY > 0
        && letters.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && faces.includes(getComputedStyle(letters).fontFamily.split(",")[0]);
    };
    return [...document.querySelectorAll(".katex")]
      .filter((formula) => !formula.closest(".onlyprint"))
      .filter((formula) => ![...formula.querySelectorAll(".katex-html")].some(seen))
      .map((formula) => formula.textContent);
  },

  // An image that did not load, or has no size.
  missingFigures() {
    return [...document.images]
      .filter((image) => !(image.naturalWidth && image.width && image.checkVisibility()))
      .map((image) => image.src);
  },

  // What makes a page wider than its window, and a formula that does not begin at the left edge of the box that it
  // scrolls in, or whose end cannot be reached.
  sideways() {
    const scroller = (element) => {
      while (element && !["auto", "scroll"].includes(getComputedStyle(element).overflowX)) element = element.parentElement;
      return element;
    };
    const root = document.scrollingElement;
    const found = [];
    if (root.scrollWidth > root.clientWidth) {
      found.push(`the page is ${root.scrollWidth} px wide`);
      for (const element of document.body.querySelectorAll("*")) {
        if (element.getBoundingClientRect().right <= root.clientWidth + 1 || scroller(element)) continue;
        found.push(element.outerHTML.slice(0, 200));
      }
    }
    for (const formula of document.querySelectorAll("main .katex")) {
      const box = scroller(formula) ?? root;
      const edge = box.getBoundingClientRect().left - box.scrollLeft;
      const parts = [...formula.querySelectorAll(".base")].map((part) => part.getBoundingClientRect());
      const left = Math.min(...parts.map((part) => part.left)) - edge;
      const right = Math.max(...parts.map((part) => part.right)) - edge;
      if (box.scrollLeft || left < -1 || right > box.scrollWidth + 1) found.push(`cut off: ${formula.textContent}`);
    }
    return found;
  },

  // Axe reports one line for each rule, with the first of the elements that break it.
  async violations(rules, but = []) {
    return this.asked(document, { runOnly: rules, rules: Object.fromEntries(but.map((rule) => [rule, { enabled: false }])) });
  },

  // What reads colours takes most of axe's time, and says the same of all that look the same: it is asked of one of them.
  async violationsOfLooks(rules) {
    return this.asked({ include: this.looks() }, { runOnly: rules });
  },

  async asked(context, options) {
    const { violations } = await axe.run(context, { ...options, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes[0].html} ${nodes[0].failureSummary}`);
  },

  // Of all words that are seen and look the same, the longest: axe passes over a single letter.
  looks() {
    const behind = new Map([[null, ""]]);
    const background = (element) => {
      if (!behind.has(element)) {
        const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(element);
        behind.set(element, [backgroundColor, backgroundImage, opacity, filter, background(element.parentElement)].join());
      }
      return behind.get(element);
    };
    const longest = new Map();
    for (const element of document.body.querySelectorAll("*:not(.katex-mathml *)")) {
      const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()).join("");
      const { width, height } = element.getBoundingClientRect();
      if (!text && !element.matches("a, input, select, textarea") || width <= 1 || height <= 1) continue;
      const { color, fontSize, fontWeight, textShadow, textDecorationLine } = getComputedStyle(element);
      const around = getComputedStyle(element.parentElement).color;
      const look = [element.tagName, color, fontSize, fontWeight, textShadow, textDecorationLine, around, background(element)].join();
      if (!(longest.get(look)?.text.length >= text.length)) longest.set(look, { element, text });
    }
    return [...longest.values()].map(({ element }) => element);
  },
})
