// The living figure: a recurrent network with one unit, unrolled, to be changed and swept through.
//
//     h⁽ᵗ⁾ = tanh(w h⁽ᵗ⁻¹⁾ + u x⁽ᵗ⁾),    p⁽ᵗ⁾ = 1 / (1 + exp(−h⁽ᵗ⁾)),    L⁽ᵗ⁾ = −log p⁽ᵗ⁾,    L = Σₜ L⁽ᵗ⁾
//
// It is the book's network with U = (u), W = (w), V = (1, 0)ᵀ, no bias, and the first class the right one.
// The build calls `still` in Node: what it returns is there without scripts. In a page `enliven` takes over.
// How a page gets the figure stands in src/bptt/site/living.py.

(() => {
  const MOST = 12;  // steps
  const FEW = 4;  // up to so many steps each use of w can be pressed

  // ---- the numbers

  // Lists are indexed by t. With `loss` the gradients are those of one step's loss alone.
  function run({ steps, w, u, x, h0, loss }) {
    const h = [h0], p = [], slope = [], own = [0], carried = [], g = [], share = [];
    for (let t = 1; t <= steps; t++) {
      h[t] = Math.tanh(w * h[t - 1] + u * x[t - 1]);
      slope[t] = 1 - h[t] ** 2;
      p[t] = 1 / (1 + Math.exp(-h[t]));
      own[t] = loss && t !== loss ? 0 : p[t] - 1;
    }
    for (let t = steps; t >= 0; t--) {
      carried[t] = t < steps ? w * slope[t + 1] * g[t + 1] : 0;
      g[t] = own[t] + carried[t];
    }
    for (let t = 1; t <= steps; t++) share[t] = g[t] * slope[t] * h[t - 1];
    // What the path from the use of w at step s to the loss of step r is worth.
    const path = (s, r) => {
      let back = own[r];
      for (let t = r; t > s; t--) back *= w * slope[t];
      return back * slope[s] * h[s - 1];
    };
    return { h, p, slope, own, carried, g, share, path, sum: share.reduce((a, b) => a + b, 0) };
  }

  // A sweep stands at 0, then at the states 1 … T, then at the gradients T … 0, and last at their sum.
  const last = ({ steps }) => 2 * steps + 2;
  const end = (settings) => last(settings) - (settings.loss && !settings.use ? 1 : 0);  // of one loss, the gradients
  const stateAt = ({ steps, at }) => at <= steps ? at : null;
  const gradientAt = ({ steps, at }) => at > steps && at < 2 * steps + 2 ? 2 * steps + 1 - at : null;
  const isBack = ({ steps, at }, t) => at >= 2 * steps + 1 - t;  // has the gradient by h⁽ᵗ⁾ come back?

  function complete(settings) {
    const x = Array.from({ length: MOST }, (_, t) => settings.x[t % settings.x.length]);
    const whole = { loss: 0, use: 0, ...settings, x };
    return { at: end(whole), ...whole };
  }

  // ---- words

  const raised = (number) => [...String(number)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");

  function scientific(size) {
    const [digits, power] = size.toExponential(1).split("e");
    return `${digits}·10${raised(Number(power))}`;
  }

  function shown(value) {
    const size = Math.abs(value), sign = value < 0 ? "−" : "";
    if (!size) return "0";
    if (size >= 1e-3 && size < 99999.5) return sign + (size < 999.5 ? size.toPrecision(3) : size.toFixed(0));
    return sign + scientific(size);
  }
  // What was set has two digits.
  const set = (value) => `${value <= -0.005 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
  const factor = (text) => text.startsWith("−") ? `(${text})` : text;
  const terms = (values) => values.map((v, n) => n ? (v < 0 ? " − " : " + ") + shown(Math.abs(v)) : shown(v)).join("");

  const at = (name, t) => `<i>${name}</i><sup>(${t})</sup>`;
  const slopeAt = (t) => `(1 − (${at("h", t)})²)`;

  // The formula at work, in HTML: in letters, and with its numbers. A word joiner keeps a fraction on one line.
  function line(settings) {
    const { steps, w, u, x, h0, loss, use } = settings, { h, p, slope, g, share, sum } = run(settings);
    const L = loss ? at("L", loss) : "<i>L</i>", state = stateAt(settings), t = gradientAt(settings);
    const lines = (...words) => words.map((part) => `<span>${part}</span>`).join(" ");
    if (state === 0) return lines(`${at("h", 0)} = ${set(h0)}`, "The sweep forward begins here.");
    if (state) {
      return lines(`${at("h", state)} = tanh(<i>w</i> ${at("h", state - 1)} + <i>u</i> ${at("x", state)})`,
        `= tanh(${set(w)}·${factor(shown(h[state - 1]))} + ${factor(set(u))}·${factor(set(x[state - 1]))}) = ${shown(h[state])}`);
    }
    if (t !== null) {
      if (loss && t > loss) return lines(`${at("g", t)} = 0`, `${at("L", loss)} comes before ${at("h", t)}.`);
      const letters = [], numbers = [];
      if (t > 0 && (!loss || t === loss)) letters.push(`${at("p", t)} − 1`), numbers.push(`${shown(p[t])} − 1`);
      if (t < (loss || steps)) {
        letters.push(`<i>w</i> ${slopeAt(t + 1)} ${at("g", t + 1)}`);
        numbers.push(`${numbers.length ? factor(set(w)) : set(w)}·${shown(slope[t + 1])}·${factor(shown(g[t + 1]))}`);
      }
      return lines(`${at("g", t)} = ${letters.join(" + ")}`, `= ${numbers.join(" + ")} = ${shown(g[t])}`);
    }
    if (use) {
      return lines(`∂${L}/\u2060∂${at("w", use)} = ${at("g", use)} ${slopeAt(use)} ${at("h", use - 1)}`,
        `= ${shown(g[use])}·${shown(slope[use])}·${factor(shown(h[use - 1]))} = ${shown(share[use])}, a share of ∂${L}/\u2060∂<i>w</i> = ${shown(sum)}`);
    }
    const found = steps > 1 && steps <= FEW ? `${terms(share.slice(1))} = ` : "";
    const t_ = "<i>t</i>";
    return lines(`∂${L}/\u2060∂<i>w</i> = Σ ${at("g", t_)} ${slopeAt(t_)} ${at("h", `${t_}−1`)}`, `= ${found}${shown(sum)}`);
  }

  // The picture in a sentence or two.
  function describe(settings) {
    const { steps, loss } = settings, { h, g } = run(settings);
    const back = g.flatMap((value, t) => isBack(settings, t) ? [`${shown(value)} at ${t}`] : []);
    const states = h.slice(0, Math.min(settings.at, steps) + 1).map(shown).join(", ");
    return `A network with one unit, unrolled over ${steps} step${steps > 1 ? "s" : ""}. Its states from step 0 on: ${states}.`
      + (back.length ? ` The gradient of ${loss ? `the loss of step ${loss}` : "the loss"} by the state: ${back.join(", ")}.` : "");
  }

  // ---- the picture

  // What bars are as high as: a share of the height for a size, and the marks of the axis.
  function scale(sizes) {
    const found = sizes.filter((size) => size > 0), most = Math.max(...found), least = Math.min(...found);
    if (most > 1e6 || least < 1e-6) {
      const low = Math.ceil(Math.log10(least)) - 1, high = Math.max(Math.ceil(Math.log10(most)), low + 1);
      const marks = [low, Math.round((low + high) / 2), high];
      return {
        logarithmic: true,
        share: (size) => size ? (Math.log10(size) - low) / (high - low) : 0,
        marks: [...new Set(marks)].map((power) => [(power - low) / (high - low), `10${raised(power)}`]),
      };
    }
    const ten = found.length ? 10 ** Math.floor(Math.log10(most)) : 1;
    const top = [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= most) ?? 1;
    const mark = (value) => value >= 0.01 && value < 1e4 ? String(Number(value.toPrecision(3))) : scientific(value).replace(".0", "");
    return { logarithmic: false, share: (size) => size / top, marks: [[0, "0"], [0.5, mark(top / 2)], [1, mark(top)]] };
  }

  // The colours are the page's, or those of paper where an image has no page.
  const STYLE = `
.unrolled-picture { --f: var(--forward, #3b4252); --b: var(--backward, #b3541e); --q: var(--quiet, #9aa3b2); --m: var(--muted, #596172) }
.unrolled-picture text { fill: var(--f); font: 15px var(--pst-font-family-base, serif) }
.unrolled-picture .small { font-size: 12px } .unrolled-picture .note { font-size: 12px; fill: var(--m) }
.unrolled-picture .sup { font-size: 11px }
.unrolled-picture path { fill: none; stroke: var(--f); stroke-width: 1.3 }
.unrolled-picture .head { fill: var(--f); stroke: none }
.unrolled-picture .level { fill: var(--f); fill-opacity: .2; stroke: none }
.unrolled-picture .knob { fill: var(--f); stroke: none }
.unrolled-picture .quiet { stroke: var(--q); stroke-width: 1 } .unrolled-picture .quiet.head { fill: var(--q); stroke: none }
.unrolled-picture .back { stroke: var(--b); stroke-dasharray: 4 2.5 } .unrolled-picture .back.head { fill: var(--b); stroke: none }
.unrolled-picture text.back { fill: var(--b); paint-order: stroke; stroke: var(--paper, #fff); stroke-width: 3px; stroke-dasharray: none }
.unrolled-picture .bar { fill: var(--b); fill-opacity: .75; stroke: none }
.unrolled-picture .lit { stroke: var(--b); stroke-width: 2.6 } .unrolled-picture .lit.head { fill: var(--b); stroke: none }
.unrolled-picture .here { stroke: var(--b); stroke-width: 3 }
.unrolled-picture .dim { opacity: .3 }
`.trim();

  const n = (value) => Number(value.toFixed(2));
  const path = (kind, d, more = "") => `<path class="${kind}" d="${d}"${more}/>`;
  const circle = (kind, x, y, r) => path(kind, `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 1 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 1 ${n(-2 * r)} 0z`);
  const text = (x, y, words, kind = "", anchor = "middle") => `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" class="${kind}">${words}</text>`;
  const italic = (name) => `<tspan font-style="italic">${name}</tspan>`;
  const symbol = (name, t) => `${italic(name)}<tspan class="sup" dx="1" dy="-5">(${t})</tspan>`;
  const lower = (words) => `<tspan dy="5">${words}</tspan>`;  // after a symbol

  function arrow(kind, x1, y1, x2, y2, width = 0) {
    const length = Math.hypot(x2 - x1, y2 - y1), ax = (x2 - x1) / length, ay = (y2 - y1) / length;
    const head = Math.min(8, 0.6 * length), half = 0.42 * head, bx = x2 - head * ax, by = y2 - head * ay;
    const stroke = width ? ` style="stroke-width:${n(width)}"` : "";
    return path(kind, `M${n(x1)} ${n(y1)}L${n(bx)} ${n(by)}`, stroke)
      + path(`${kind} head`, `M${n(x2)} ${n(y2)}L${n(bx - half * ay)} ${n(by + half * ax)}L${n(bx + half * ay)} ${n(by - half * ax)}z`);
  }

  // How full a state is: up to its level from the middle.
  function level(x, y, r, value) {
    const up = r * Math.max(-0.999, Math.min(0.999, value)), half = Math.sqrt(r * r - up * up), turn = up > 0 ? 1 : 0;
    return path("level", `M${n(x - r)} ${n(y)}A${n(r)} ${n(r)} 0 0 ${turn} ${n(x - half)} ${n(y - up)}H${n(x + half)}A${n(r)} ${n(r)} 0 0 ${turn} ${n(x + r)} ${n(y)}z`);
  }

  // Where everything stands; a phone has a narrow form of its own.
  function layout({ steps }, narrow) {
    const width = narrow ? 350 : 680, tight = narrow && steps > 6;
    const left = tight ? 46 : narrow ? 55 : 80, right = tight ? 16 : 43;
    const gap = Math.min((width - left - right) / steps, narrow ? 92 : 116);
    const start = (width + left - right - gap * steps) / 2, r = Math.min(narrow ? 18 : 20, 0.32 * gap);
    return {
      width, height: 434, gap, r, x: (t) => start + gap * t, apart: Math.min(6, 0.42 * r),
      losses: 36, states: 116, top: 173, bottom: 229, names: 253, bars: [314, 408], axis: narrow ? 38 : 52,
    };
  }
  const RANGES = { steps: [1, MOST, 1], w: [-5, 5, 0.05], u: [-2, 2, 0.05], x: [-2, 2, 0.05], h0: [-1, 1, 0.05] };

  function picture(settings, narrow) {
    const { steps, w, u, x, h0, loss, use } = settings, numbers = run(settings), { h, own, g } = numbers;
    const { width, height, gap, r, x: X, apart, losses, states, top, bottom, names, bars, axis } = layout(settings, narrow);
    const times = [...Array(steps + 1).keys()], roomy = gap >= 42;
    const { logarithmic, share, marks } = scale(g.slice(0, steps + 1).map(Math.abs));
    const chord = Math.sqrt(r * r - apart * apart) + 2.5, small = Math.min(18, r), lossChord = Math.sqrt(small * small - apart * apart) + 2.5;
    const onPath = (t) => use && t >= use;  // is step t on a path that begins at the use?
    const reaches = (t) => onPath(t) && (loss ? t === loss : true);  // does such a path end in its loss?
    const within = (t) => onPath(t) && t <= (loss || steps);
    const kind = (lit) => use ? (lit ? "lit" : "dim") : "";
    const drawn = [];
    const draw = (...parts) => drawn.push(...parts);

    for (const t of times) {
      const known = t <= settings.at, back = isBack(settings, t), thick = 1.1 + 1.9 * Math.max(0, share(Math.abs(g[t])));
      if (t > 0) {
        draw(arrow(kind(within(t)) || (known ? "" : "quiet"), X(t - 1) + chord, states - apart, X(t) - chord, states - apart));
        const idle = loss && t !== loss ? "dim" : "";
        draw(arrow(kind(reaches(t)) || idle || (known ? "" : "quiet"), X(t) - apart, states - chord, X(t) - apart, losses + lossChord));
        draw(arrow(kind(false) || (known ? "" : "quiet"), X(t), top - 10, X(t), states + r + 2.5));
        draw(`<g class="${kind(reaches(t)) === "dim" ? "dim" : idle}">`, circle(loss === t ? "lit" : "", X(t), losses, small));
        draw(text(X(t), losses + 5, r > 17 ? symbol("L", t) : italic("L"), r > 17 ? "" : "small"), "</g>");
        if (back && own[t]) draw(arrow(use ? "back dim" : "back", X(t) + apart, losses + lossChord, X(t) + apart, states - chord));
        if (isBack(settings, t - 1) && numbers.carried[t - 1]) {
          draw(arrow(use ? "back dim" : "back", X(t) - chord, states + apart, X(t - 1) + chord, states + apart, thick));
        }
        if (gap >= 60) draw(text((X(t - 1) + X(t)) / 2, states - apart - 8, steps <= FEW ? symbol("w", t) : italic("w"), use === t ? "back" : ""));
        if (gap >= 55) draw(text(X(t) - 7, top - 16, italic("u"), "small", "end"));
        if (reaches(t)) draw(text(X(t), losses - small - 6, shown(numbers.path(use, t)), "back small"));
      }
      const here = t === stateAt(settings) || t === gradientAt(settings);
      draw(known ? level(X(t), states, r, h[t]) : "", circle(`${known ? "" : "quiet"}${here ? " here" : ""}`, X(t), states, r));
      if (r > 17) draw(text(X(t), states + 5, symbol("h", t)));
      if (known && roomy) draw(text(X(t) + 5, states + r + 15, set(h[t]), "small", "start"));

      // the inputs and the first state, to be moved
      const [least, most] = RANGES[t ? "x" : "h0"], value = t ? x[t - 1] : h0;
      const y = bottom - (bottom - top) * (value - least) / (most - least), middle = (top + bottom) / 2;
      draw(path("quiet", `M${n(X(t))} ${top}V${bottom}M${n(X(t) - 4)} ${middle}h8`));
      draw(circle("knob", X(t), y, 5.5));
      if (!t) draw(path("quiet", `M${n(X(0))} ${top - 10}V${n(states + r + 4)}`, ` stroke-dasharray="2 3"`));
      if (roomy) draw(text(X(t), names, symbol(t ? "x" : "h", t)), text(X(t), names + 17, set(value), "small"));

      // the gradients
      const [ceiling, floor] = bars, high = Math.max(0.7, (floor - ceiling) * share(Math.abs(g[t]))), wide = Math.min(30, 0.54 * gap);
      if (back && g[t]) draw(path("bar", `M${n(X(t) - wide / 2)} ${floor}V${n(floor - high)}h${n(wide)}V${floor}z`));
      const words = shown(g[t]);
      const told = !g[t] || t === gradientAt(settings) || times.every((s) => shown(g[s]).length * 6.4 < gap);
      const center = Math.max(X(t), axis + 4 + 3.1 * words.length);  // clear of the marks
      if (back && told) draw(text(center, floor - high - 4, words, g[t] ? "back small" : "small", t === steps && !roomy ? "end" : "middle"));
      draw(text(X(t), floor + 16, t, "small"));
    }

    const [ceiling, floor] = bars, by = `${loss ? symbol("L", loss) + lower("") : italic("L")}`;
    for (const [part, words] of marks) {
      const y = floor - (floor - ceiling) * part;
      draw(path("quiet", `M${axis + 3} ${n(y)}H${width - 2}`, part ? ` stroke-dasharray="1 4"` : ""), words.length < 7 ? text(axis, y + 4, words, "note", "end") : "");
    }
    draw(text(axis, floor + 16, italic("t"), "note", "end"));
    draw(text(axis + 3, ceiling - 14, `size of ∂${by}${loss ? `<tspan dy="5">/∂</tspan>` : "/∂"}${symbol("h", italic("t"))}${logarithmic ? lower(", on a logarithmic axis") : ""}`, "note", "start"));
    for (const [y, words] of [[losses, "losses"], [narrow ? states - r - 8 : states, "states"], [(top + bottom) / 2, "inputs"]]) draw(text(0, y + 4, words, "note", "start"));

    return `<svg xmlns="http://www.w3.org/2000/svg" class="unrolled-picture ${narrow ? "narrow" : "wide"}" viewBox="0 0 ${width} ${height}"`
      + ` role="img" aria-label="${describe(settings)}"><style>${STYLE}</style>${drawn.join("")}</svg>`;
  }

  // What is shown without scripts: both forms, of which the style shows one, and the formula.
  function still(given) {
    const settings = complete(given);
    return { wide: picture(settings, false), narrow: picture(settings, true), line: line(settings), words: describe(settings) };
  }

  if (typeof module !== "undefined") {
    module.exports = { run, still };
    return;
  }

  // ---- the life of it

  const element = (tag, given = {}, ...inside) => {
    const made = Object.assign(document.createElement(tag), given);
    made.append(...inside);
    return made;
  };

  function enliven(figure) {
    const initial = complete(JSON.parse(figure.dataset.settings));
    const phone = matchMedia("(max-width: 640px)"), calm = matchMedia("(prefers-reduced-motion: reduce)");
    const settings = { ...initial }, work = figure.querySelector(".work");
    const stage = element("div", { className: "stage" }), drawing = element("div"), handles = element("div");
    stage.append(drawing, handles);
    let playing = 0, handled = 0, refresh = [];  // refresh: what each handle and control does after a change

    function show() {
      settings.at = Math.max(0, Math.min(last(settings), settings.at));
      if (settings.loss > settings.steps) settings.loss = 0;
      if (settings.steps > FEW || settings.use > settings.steps) settings.use = 0;
      drawing.innerHTML = picture(settings, phone.matches);
      work.innerHTML = line(settings);
      if (handled !== settings.steps) makeHandles();
      for (const f of refresh) f();
      for (const f of controls) f();
    }

    function change(changed) {
      pause();
      Object.assign(settings, changed);
      show();
    }

    function pause() {
      clearInterval(playing);
      playing = 0;
      work.ariaLive = "polite";
    }

    // Sweep on from where it stands; where motion is not wanted, stand at the end at once.
    function play() {
      pause();
      if (calm.matches) return change({ at: end(settings) });
      work.ariaLive = "off";
      playing = setInterval(() => {
        settings.at += 1;
        if (settings.at >= end(settings)) pause();
        show();
      }, Math.max(220, Math.min(700, 6000 / last(settings))));
      show();
    }

    // One step before the gradient of this loss begins to run back.
    const runBack = (loss) => {
      change({ loss, at: 2 * settings.steps - (loss || settings.steps) });
      play();
    };

    function range(name, label, read, write, more = {}) {
      const [min, max, step] = RANGES[name];
      const input = element("input", { type: "range", min, max, step, ariaLabel: label, ...more });
      input.addEventListener("input", () => change(write(Number(input.value))));
      return [input, () => {
        input.value = read();
        input.ariaValueText = step < 1 ? set(read()) : String(read());
      }];
    }

    function makeHandles() {
      handled = settings.steps;
      handles.replaceChildren();
      refresh = [];
      const put = (made, place) => {
        handles.append(made);
        refresh.push(() => {
          const where = layout(settings, phone.matches), { x, y, high } = place(where);
          made.style.left = `${100 * x / where.width}%`;
          made.style.top = `${100 * y / where.height}%`;
          if (high) made.style.height = `${100 * high / where.height}%`;
        });
      };
      for (let t = 0; t <= settings.steps; t++) {
        const [input, read] = t
          ? range("x", `input of step ${t}`, () => settings.x[t - 1], (value) => ({ x: settings.x.with(t - 1, value) }))
          : range("h0", "first state", () => settings.h0, (h0) => ({ h0 }));
        put(input, ({ x, top, bottom }) => ({ x: x(t), y: (top + bottom) / 2, high: bottom - top + 16 }));
        refresh.push(read);
      }
      const press = (name, t, label, place, act) => {
        const button = element("button", { type: "button", ariaLabel: label, title: label });
        button.addEventListener("click", act);
        put(button, place);
        refresh.push(() => { button.ariaPressed = String(settings[name] === t); });
      };
      for (let t = 1; t <= settings.steps; t++) {
        press("loss", t, `the loss of step ${t} alone`, ({ x, losses }) => ({ x: x(t), y: losses }),
          () => runBack(settings.loss === t ? 0 : t));
        if (settings.steps > FEW) continue;
        press("use", t, `the use of w at step ${t}`, ({ x, states, gap, apart }) => ({ x: x(t) - gap / 2, y: states - apart - 9 }),
          () => change({ use: settings.use === t ? 0 : t, at: last(settings) }));
      }
    }

    // ---- the controls below

    const controls = [];
    const slider = (name, label, words, read, write, say, more) => {
      const [input, update] = range(name, label, read, write, more), output = element("output");
      controls.push(update, () => { output.textContent = say(); });
      return element("label", {}, element("i", { textContent: words }), input, output);
    };
    const button = (words, act, label = words) => {
      const made = element("button", { type: "button", textContent: words, ariaLabel: label, title: label });
      made.addEventListener("click", act);
      return made;
    };
    const start = button("Play", () => {
      if (playing) return change({});
      if (settings.at >= end(settings)) settings.at = 0;
      play();
    }, "play the sweep");
    controls.push(() => {
      start.textContent = playing ? "Pause" : "Play";
      start.hidden = calm.matches;
    });
    const sweep = element("input", { type: "range", min: 0, ariaLabel: "the sweep forward and back" });
    sweep.addEventListener("input", () => change({ at: Number(sweep.value) }));
    controls.push(() => {
      sweep.max = last(settings);
      sweep.value = settings.at;
      const state = stateAt(settings), t = gradientAt(settings);
      sweep.ariaValueText = state !== null ? `forward, step ${state}` : t !== null ? `back, step ${t}` : "the sum";
    });
    const zero = Array(MOST).fill(0), still = (w) => {
      change({ steps: MOST, w, x: zero, h0: 0, loss: MOST, use: 0 });
      runBack(MOST);
    };
    const row = (name, ...inside) => element("div", { className: name }, ...inside);
    const panel = row("controls",
      row("sweep", start, button("‹", () => change({ at: settings.at - 1 }), "one step back"),
        button("›", () => change({ at: settings.at + 1 }), "one step on"), sweep),
      row("presets", button("Vanish", () => still(0.5)), button("Explode", () => still(2)), button("Reset", () => change(initial))),
      row("numbers",
        slider("steps", "number of steps", "T", () => settings.steps,
          (steps) => ({ steps, at: settings.at >= end(settings) ? 2 * steps + 2 : settings.at }), () => String(settings.steps)),
        slider("w", "weight w", "w", () => settings.w, (w) => ({ w }), () => set(settings.w)),
        slider("u", "weight u", "u", () => settings.u, (u) => ({ u }), () => set(settings.u))));

    figure.querySelector(".stills").replaceWith(stage);
    work.after(panel);
    phone.addEventListener("change", show);
    calm.addEventListener("change", () => { pause(); show(); });
    show();
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("figure.unrolled").forEach(enliven));
})();
