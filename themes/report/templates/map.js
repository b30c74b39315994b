
(() => {
  const source = document.getElementById("map-points");
  if (!source) return;
  const told = JSON.parse(source.textContent);
  const figure = document.querySelector("figure.map");
  const stage = figure.querySelector(".stage");
  const drawing = stage.querySelector("svg");
  const { width, height } = drawing.viewBox.baseVal;
  const part = (name) => document.getElementById(`map-${name}`);
  const readout = part("readout");
  const idle = [...readout.childNodes];
  const element = (tag, from) => Object.assign(document.createElement(tag), from);
  const number = new Intl.NumberFormat("en-GB");

  // --- the points, and which of them are chosen ---

  const points = told.layers.flatMap((layer) => {
    const line = drawing.querySelector(`polyline[data-theme="${layer.theme}"]`);
    const spots = line.getAttribute("points").split(" ").map(Number);
    return layer.quotes.map((quote, place) => ({
      layer, quote, x: spots[2 * place], y: spots[2 * place + 1],
      group: layer.groups?.[place] ?? -1, mission: layer.missions?.[place] ?? -1, shown: true,
    }));
  });
  const labels = [...drawing.querySelectorAll("text")].map((text) => ({
    theme: Number(text.textContent), x: Number(text.getAttribute("x")), y: Number(text.getAttribute("y")),
  }));
  const entries = new Map([...document.querySelectorAll(".legend [data-for]")].map((one) => [Number(one.dataset.for), one]));
  const called = (theme) => entries.get(theme)?.querySelector(".name").textContent ?? "In no candidate theme";
  const hidden = new Set(told.hidden.map(String));
  const picked = new Set();
  const chosen = (name) => (part(name)?.value ? Number(part(name).value) : -1);

  const choose = () => {
    const group = chosen("groups"), mission = chosen("missions");
    const few = hidden.has(String([group, mission]));
    let shown = 0;
    for (const point of points) {
      point.shown = !few && (group < 0 || point.group === group) && (mission < 0 || point.mission === mission)
        && (!picked.size || picked.has(point.layer.theme));
      shown += point.shown;
    }
    const asked = ["groups", "missions"].filter((name) => chosen(name) >= 0).map((name) => part(name).selectedOptions[0].text);
    if (picked.size) asked.push(picked.size === 1 ? `candidate theme ${[...picked][0] || "none"}` : `${picked.size} candidate themes`);
    const segments = points.length === 1 ? "segment" : "segments";
    const counted = asked.length ? `${number.format(shown)} of ${number.format(points.length)} ${segments} shown` : `${number.format(points.length)} ${segments} shown`;
    const words = few ? told.few : told.counted ? counted : asked.length ? "Some segments shown" : "All segments shown";
    part("choice").textContent = asked.length ? `${words}: ${asked.join(", ")}.` : `${words}.`;
    part("all").disabled = !asked.length;
    if (current && !current.shown) read(null);
    draw();
  };

  // --- drawing: a canvas, for thousands of marks are drawn anew with each choice ---

  const canvas = element("canvas", {});
  const brush = canvas.getContext("2d");
  const ring = element("div", { className: "ring", hidden: true });
  const shapes = new Map([...document.querySelectorAll(".defs [id^=m]")].map((one) => {
    const path = new Path2D(one.getAttribute("d") ?? undefined);
    if (one.tagName === "circle") path.arc(0, 0, Number(one.getAttribute("r")), 0, 2 * Math.PI);
    return [one.id, path];
  }));
  let frame = { ratio: 1, left: 0, top: 0 };
  let previewed = null;
  let current = null;

  const draw = () => {
    const [wide, tall] = [stage.clientWidth, canvas.clientHeight];
    const dense = devicePixelRatio || 1;
    const [across, down] = [Math.round(wide * dense), Math.round(tall * dense)];
    if (!across || !down) return;
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    const ratio = Math.min(wide / width, tall / height);
    frame = { ratio, left: (wide - width * ratio) / 2, top: (tall - height * ratio) / 2 };
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.clearRect(0, 0, across, down);
    const seen = (point) => point.shown && (previewed === null || previewed === point.layer.theme);
    const at = (x, y, scale) => brush.setTransform(
      dense * ratio * scale, 0, 0, dense * ratio * scale, dense * (frame.left + x * ratio), dense * (frame.top + y * ratio));
    brush.fillStyle = colour("rule");
    at(0, 0, 1);
    for (const point of points) if (!seen(point)) brush.fillRect(point.x - 1.2, point.y - 1.2, 2.4, 2.4);
    for (const point of points) {
      if (!seen(point)) continue;
      const { colour: hue, shape } = point.layer;
      const path = shapes.get(shape === null ? "mu" : `m${shape}`);
      at(point.x, point.y, told.scale);
      brush.lineWidth = shape === null ? 1.4 : 1;
      brush.strokeStyle = shape === null ? colours.none : colours.raised;
      if (shape !== null) {
        brush.globalAlpha = 0.78;
        brush.fillStyle = colours[hue];
        brush.fill(path);
        brush.globalAlpha = 1;
      }
      brush.stroke(path);
    }
    at(0, 0, 1);
    brush.font = `600 19px ${colour("sans")}`;
    Object.assign(brush, { textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 5 });
    for (const label of labels) {
      if (picked.size && !picked.has(label.theme) || previewed !== null && previewed !== label.theme) continue;
      brush.strokeStyle = colours.raised;
      brush.strokeText(label.theme, label.x, label.y);
      brush.fillStyle = colour("ink");
      brush.fillText(label.theme, label.x, label.y);
    }
    mark();
  };
  const colours = {};
  const dye = () => {
    const style = getComputedStyle(document.documentElement);
    for (const [key, name] of [[0, "t0"], [1, "t1"], [2, "t2"], [3, "t3"], [4, "t4"], [5, "t5"], ["none", "none"], ["raised", "raised"]]) {
      colours[key] = style.getPropertyValue(`--${name}`).trim();
    }
    draw();
  };
  const mark = () => {
    ring.hidden = !current;
    if (!current) return;
    ring.style.left = `${frame.left + current.x * frame.ratio}px`;
    ring.style.top = `${frame.top + current.y * frame.ratio}px`;
  };

  // --- reading ---

  const here = (x, y, reach) => points
    .filter((one) => one.shown && Math.hypot(one.x - x, one.y - y) <= reach)
    .sort((one, other) => Math.hypot(one.x - x, one.y - y) - Math.hypot(other.x - x, other.y - y));

  const read = (point, aloud = false) => {
    current = point;
    mark();
    readout.setAttribute("aria-live", aloud ? "polite" : "off");
    if (!point) return readout.replaceChildren(...idle);
    const lines = [element("p", { className: "of", dir: "auto", textContent: called(point.layer.theme) })];
    if (point.quote) {
      const [words, who, reference, language] = point.quote;
      const said = element("p", { className: "said", dir: "auto", lang: told.names[language], textContent: `“${words}”` });
      if (words) lines.push(said);
      const found = element("p", { className: "who" });
      found.append(element("bdi", { textContent: told.names[who] }));
      if (reference) found.append(" ", element("bdi", { className: "id", textContent: reference }));
      lines.push(found);
    } else {
      lines.push(element("p", { textContent: told.silent }));
    }
    const stacked = here(point.x, point.y, 2).length;
    if (stacked > 1) lines.push(element("p", { textContent: `${stacked} marks lie on each other here; Enter or a click goes through them.` }));
    readout.replaceChildren(...lines);
  };

  const through = (x, y, reach) => {
    const found = current ? here(current.x, current.y, 2) : [];
    const inside = current && Math.hypot(current.x - x, current.y - y) <= reach;
    if (!inside || found.length < 2) return here(x, y, reach)[0] ?? null;
    const order = found.sort((one, other) => points.indexOf(one) - points.indexOf(other));
    return order[(order.indexOf(current) + 1) % order.length];
  };

  const towards = (dx, dy) => {
    let best = null, least = Infinity;
    for (const point of points) {
      if (!point.shown || point === current) continue;
      const along = (point.x - current.x) * dx + (point.y - current.y) * dy;
      const aside = Math.abs((point.x - current.x) * dy) + Math.abs((point.y - current.y) * dx);
      const far = along + 2 * aside;
      if (along > 0.05 && aside <= 2 * along && far < least) [best, least] = [point, far];
    }
    return best ?? current;
  };

  const nextTheme = (step) => {
    const themes = told.layers.map((layer) => layer.theme).filter((theme) => points.some((one) => one.shown && one.layer.theme === theme));
    const from = current ? themes.indexOf(current.layer.theme) : step > 0 ? -1 : 0;
    const theme = themes[(from + step + themes.length) % themes.length];
    const own = points.filter((one) => one.shown && one.layer.theme === theme);
    const label = labels.find((one) => one.theme === theme);
    return own.find((one) => label && one.x === label.x && one.y === label.y) ?? own[0] ?? null;
  };

  const first = () => points.find((one) => one.shown) ?? null;
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const KEYS = {
    Home: first,
    End: () => points.findLast((one) => one.shown) ?? null,
    PageDown: () => nextTheme(1),
    PageUp: () => nextTheme(-1),
    Enter: () => (current ? through(current.x, current.y, 2) : first()),
    " ": () => (current ? through(current.x, current.y, 2) : first()),
    Escape: () => null,
  };

  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const next = arrow ? () => (current ? towards(...arrow) : first()) : KEYS[event.key];
    if (!next) return;
    event.preventDefault();
    read(next(), true);
  });

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left - frame.left) / frame.ratio, (event.clientY - box.top - frame.top) / frame.ratio, 12 / frame.ratio];
  };
  let pinned = false;
  canvas.addEventListener("pointermove", (event) => {
    if (pinned || event.pointerType === "touch") return;
    const [found] = here(...place(event));
    if (found && found !== current) read(found);
  });
  canvas.addEventListener("click", (event) => {
    const found = through(...place(event));
    pinned = found !== null;
    read(found, true);
  });
  addEventListener("keydown", (event) => { if (event.key === "Escape") { pinned = false; read(null); } });

  // --- choosing ---

  const picks = [];
  for (const [theme, entry] of entries) {
    const sign = entry.querySelector(".mark");
    const pick = element("button", { type: "button", className: "pick", tabIndex: picks.length ? -1 : 0 });
    pick.setAttribute("aria-pressed", "false");
    pick.setAttribute("aria-label", theme ? `Show candidate theme ${theme} on the map` : "Show what is in no candidate theme on the map");
    pick.append(sign);
    entry.before(pick);
    pick.addEventListener("click", () => {
      if (!picked.delete(theme)) picked.add(theme);
      pick.setAttribute("aria-pressed", String(picked.has(theme)));
      choose();
    });
    pick.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = picks[(picks.indexOf(pick) + step + picks.length) % picks.length];
      for (const one of picks) one.tabIndex = one === next ? 0 : -1;
      next.focus();
    });
    picks.push(pick);
    const preview = (one) => () => { previewed = one; draw(); };
    entry.addEventListener("pointerenter", preview(theme));
    entry.addEventListener("pointerleave", preview(null));
  }
  for (const name of ["groups", "missions"]) part(name)?.addEventListener("change", choose);
  part("all").addEventListener("click", () => {
    picked.clear();
    for (const pick of picks) pick.setAttribute("aria-pressed", "false");
    for (const name of ["groups", "missions"]) if (part(name)) part(name).value = "";
    choose();
    stage.focus();
  });

  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.setAttribute("aria-hidden", "true");
  stage.append(canvas, ring);
  stage.classList.add("live");
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", document.getElementById("map-title").textContent);
  stage.setAttribute("aria-describedby", "map-keys");
  for (const one of [readout, part("keys"), ...figure.querySelectorAll(".filters, .choice")]) one.hidden = false;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dye);
  new ResizeObserver(draw).observe(stage);
  dye();
  choose();
})();
