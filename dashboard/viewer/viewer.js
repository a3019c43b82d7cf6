// Linked panels. `zoom` is screen pixels per reference pixel; `x`, `y` are the reference pixel in
// the middle of every window. All positions are whole device pixels, so that at 1:1 a picture
// pixel is exactly a screen pixel.

const ZOOMS = [0.25, 1 / 3, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
const GAP = 12;
const CAPTION = 30;
const ABOVE = 300; // what stands above and below the pictures, so that all fit a screen
const LOWEST = 220;
const PAN = 48;
const WHEEL_STEP = 60;
const viewers = new WeakMap();

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let viewer = viewers.get(parentElement);
  if (!viewer) {
    viewer = new Viewer(parentElement.querySelector(".viewer"));
    viewers.set(parentElement, viewer);
  }
  viewer.tell = { setStateValue, setTriggerValue };
  viewer.update(data);
  return () => {
    viewer.end();
    viewers.delete(parentElement);
  };
}

function element(name, { className = "", text = "" } = {}, children = []) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

class Viewer {
  constructor(root) {
    this.root = root;
    this.grid = root.querySelector(".grid");
    this.wipe = root.querySelector(".wipe");
    this.mode = "panels";
    this.split = 0.5;
    this.zoom = 1;
    this.windows = [];
    this.shown = "";
    this.wheel = 0;
    this.stop = new AbortController();
    const options = { signal: this.stop.signal };
    root.addEventListener("click", (event) => this.click(event), options);
    root.addEventListener("keydown", (event) => this.keydown(event), options);
    root.addEventListener("keyup", (event) => this.keyup(event), options);
    root.addEventListener("blur", () => this.reference(false), options);
    root.addEventListener("change", (event) => this.choose(event), options);
    root.addEventListener("pointermove", (event) => this.hover(event), options);
    root.addEventListener("pointerleave", () => this.hover(null), options);
    window.addEventListener("resize", () => this.layout(), options);
    this.observer = new ResizeObserver(() => this.layout());
    this.observer.observe(root);
  }

  end() {
    this.stop.abort();
    this.observer.disconnect();
    clearTimeout(this.telling);
  }

  update(data) {
    const text = JSON.stringify({ ...data, place: "" });
    if (text === this.shown) return;
    this.shown = text;
    const first = !this.data;
    const [old, size] = [this.size, data.panels[0]];
    this.data = data;
    this.size = { width: size.width * size.factor, height: size.height * size.factor };
    const same = old && old.width === this.size.width && old.height === this.size.height;
    const other = !same || data.panels[0].url !== this.subject;
    if (first && data.place) this.adopt(data.place);
    else if (other) this.centre();
    this.subject = data.panels[0].url;
    this.fillSides();
    this.build();
    if (!first && other) this.moved();
  }

  adopt(place) {
    const [zoom, x, y] = place.split(",").map(Number);
    this.zoom = ZOOMS.reduce((a, b) => (Math.abs(b - zoom) < Math.abs(a - zoom) ? b : a));
    this.x = Math.min(x, this.size.width) + 0.5;
    this.y = Math.min(y, this.size.height) + 0.5;
  }

  centre() {
    this.x = this.size.width / 2;
    this.y = this.size.height / 2;
  }

  // ---- what is there -------------------------------------------------------------------------

  fillSides() {
    const ids = this.data.panels.map((panel) => panel.id);
    const made = this.data.panels.filter((panel) => panel.made).map((panel) => panel.id);
    if (!ids.includes(this.a)) this.a = made.length > 1 ? made[0] : ids[0];
    if (!ids.includes(this.b)) this.b = made[made.length - 1] || ids[0];
    for (const select of this.root.querySelectorAll("select")) {
      const options = this.data.panels.map((panel) => {
        const option = element("option", { text: panel.title });
        option.value = panel.id;
        return option;
      });
      select.replaceChildren(...options);
      select.value = this[select.dataset.side];
    }
  }

  build() {
    const slider = this.mode === "slider";
    this.grid.hidden = slider;
    this.wipe.hidden = !slider;
    this.root.querySelector(".sides").hidden = !slider;
    for (const name of ["panels", "slider"]) {
      const button = this.root.querySelector(`[data-do=${name}]`);
      button.setAttribute("aria-pressed", String(this.mode === name));
    }
    this.windows = [];
    this.grid.replaceChildren();
    this.wipe.replaceChildren();
    if (slider) this.buildWipe();
    else {
      this.grid.append(...this.data.panels.map((panel) => this.buildPanel(panel)));
      this.scores = this.buildScores();
      this.grid.append(this.scores);
    }
    this.layout();
  }

  buildPanel(panel) {
    const view = this.buildWindow();
    this.addPicture(view, view, panel);
    const caption = element("figcaption", {}, [
      element("b", { text: panel.title }),
      element("span", { text: panel.detail }),
    ]);
    const figure = element("figure", {}, [view, caption]);
    figure.dataset.panel = panel.id;
    return figure;
  }

  buildWindow() {
    const view = element("div", { className: "window" });
    view.pictures = [];
    const options = { signal: this.stop.signal };
    view.addEventListener("pointerdown", (event) => this.grab(event, view), options);
    view.addEventListener("wheel", (event) => this.turn(event, view), { ...options, passive: false });
    this.windows.push(view);
    return view;
  }

  addPicture(view, parent, panel) {
    const image = this.image(panel);
    image.addEventListener("error", () => {
      const text = `The picture of ${panel.title} is gone or damaged; evaluate again to make it.`;
      image.replaceWith(element("div", { className: "broken", text }));
    });
    parent.append(image);
    view.pictures.push({ image, panel });
    if (panel.made) {
      const reference = this.image(this.data.panels[0]);
      reference.className = "reference";
      parent.append(reference);
      view.pictures.push({ image: reference, panel: this.data.panels[0] });
    }
    view.cross = element("div", { className: "cross" });
    view.append(view.cross);
  }

  image(panel) {
    const image = element("img");
    image.src = panel.url;
    image.alt = panel.title;
    image.draggable = false;
    return image;
  }

  buildScores() {
    const { columns, rows } = this.data.scores;
    const head = element("tr", {}, columns.map((text) => element("th", { text })));
    const body = rows.map((row) => {
      const button = element("button", { text: row.name });
      button.dataset.upscaler = row.name;
      button.title = "Show this upscaler";
      const cells = row.cells.map((cell) =>
        element("td", { text: cell.text, className: cell.best ? "best" : "" }),
      );
      const name = element("td", {}, [button]);
      return element("tr", { className: row.current ? "current" : "" }, [name, ...cells]);
    });
    const table = element("table", {}, [
      element("thead", {}, [head]),
      element("tbody", {}, body),
    ]);
    return element("div", { className: "scores" }, [table]);
  }

  buildWipe() {
    const [left, right] = [this.panel(this.a), this.panel(this.b)];
    const view = this.buildWindow();
    this.addPicture(view, view, right);
    this.clip = element("div", { className: "clip" });
    view.append(this.clip);
    this.addPicture(view, this.clip, left);
    this.handle = element("div", { className: "handle" });
    this.handle.tabIndex = 0;
    this.handle.setAttribute("role", "slider");
    this.handle.setAttribute("aria-label", `${left.title} left, ${right.title} right`);
    view.append(this.handle);
    const caption = element("figcaption", {}, [
      element("div", {}, [this.titled(`← ${left.title}`), this.detailed(left)]),
      element("div", {}, [this.detailed(right), this.titled(`${right.title} →`)]),
    ]);
    this.wipe.append(element("figure", {}, [view, caption]));
  }

  titled(text) {
    return element("b", { text });
  }

  detailed(panel) {
    return element("span", { className: "beside", text: panel.detail });
  }

  panel(id) {
    return this.data.panels.find((panel) => panel.id === id);
  }

  // ---- where it is ---------------------------------------------------------------------------

  layout() {
    const width = Math.floor(this.root.clientWidth);
    if (!this.data || !width) return;
    const columns = this.mode === "slider" ? 1 : width >= 900 ? 3 : width >= 520 ? 2 : 1;
    const rows = this.mode === "slider" ? 1 : Math.ceil((this.data.panels.length + 1) / columns);
    const free = (window.innerHeight - ABOVE) / Math.min(rows, 2) - CAPTION - GAP;
    const ratio = window.devicePixelRatio || 1;
    const wanted = (this.size.height * Math.max(this.zoom, 1)) / ratio;
    this.width = Math.floor((width - GAP * (columns - 1)) / columns);
    this.height = Math.max(LOWEST, Math.floor(Math.min(free, Math.max(wanted, this.height || 0))));
    this.grid.style.gridTemplateColumns = `repeat(${columns}, ${this.width}px)`;
    for (const view of this.windows) {
      view.style.width = `${this.width}px`;
      view.style.height = `${this.height}px`;
    }
    if (this.scores) this.layoutScores();
    this.draw();
  }

  // A table too wide for its place takes a row of its own: a number that is cut reads as another.
  layoutScores() {
    this.scores.style.maxHeight = `${this.height}px`;
    this.scores.classList.remove("wide");
    const tooWide = this.scores.scrollWidth > this.scores.clientWidth;
    this.scores.classList.toggle("wide", tooWide);
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    const step = this.zoom / ratio;
    this.x = this.held_in(this.x, this.size.width, this.width / step);
    this.y = this.held_in(this.y, this.size.height, this.height / step);
    const snap = (value) => Math.round(value * ratio) / ratio;
    this.left = snap(this.width / 2 - this.x * step);
    this.top = snap(this.height / 2 - this.y * step);
    for (const view of this.windows) {
      view.classList.toggle("reduced", this.zoom < 1);
      for (const { image, panel } of view.pictures) {
        image.style.width = `${panel.width * panel.factor * step}px`;
        image.style.height = `${panel.height * panel.factor * step}px`;
        image.style.left = `${this.left}px`;
        image.style.top = `${this.top}px`;
      }
    }
    if (this.mode === "slider") this.drawSplit();
    const zoom = this.root.querySelector(".zoom");
    zoom.textContent = this.zoom < 1 ? `1:${Math.round(1 / this.zoom)}` : `${this.zoom}:1`;
  }

  // A picture smaller than its window is centred, a larger one leaves no empty edge.
  held_in(centre, size, seen) {
    if (size <= seen) return size / 2;
    return Math.min(Math.max(centre, seen / 2), size - seen / 2);
  }

  drawSplit() {
    const ratio = window.devicePixelRatio || 1;
    const at = Math.round(this.split * this.width * ratio) / ratio;
    this.clip.style.width = `${at}px`;
    this.handle.style.left = `${at}px`;
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.split * 100)));
  }

  zoomTo(zoom, at = { x: this.width / 2, y: this.height / 2 }) {
    const ratio = window.devicePixelRatio || 1;
    const [was, is] = [this.zoom / ratio, zoom / ratio];
    const point = { x: (at.x - this.left) / was, y: (at.y - this.top) / was };
    this.zoom = zoom;
    this.x = point.x + (this.width / 2 - at.x) / is;
    this.y = point.y + (this.height / 2 - at.y) / is;
    this.moved();
  }

  zoomBy(steps, at) {
    const index = ZOOMS.indexOf(this.zoom) + steps;
    this.zoomTo(ZOOMS[Math.min(Math.max(index, 0), ZOOMS.length - 1)], at);
  }

  pan(dx, dy) {
    const step = this.zoom / (window.devicePixelRatio || 1);
    this.x -= dx / step;
    this.y -= dy / step;
    this.moved();
  }

  moved() {
    this.draw();
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const zoom = Math.round(this.zoom * 100) / 100;
      const place = [zoom, Math.floor(this.x), Math.floor(this.y)].join(",");
      this.tell.setStateValue("place", place);
    }, 500);
  }

  // ---- what a person does --------------------------------------------------------------------

  grab(event, view) {
    if (event.button !== 0) return;
    this.root.focus({ preventScroll: true });
    event.preventDefault();
    view.setPointerCapture(event.pointerId);
    const wiping = event.target === this.handle;
    view.classList.toggle("held", !wiping);
    let last = event;
    const move = (next) => {
      if (wiping) this.splitAt((next.clientX - view.getBoundingClientRect().left) / this.width);
      else this.pan(next.clientX - last.clientX, next.clientY - last.clientY);
      last = next;
    };
    const drop = () => {
      view.classList.remove("held");
      view.removeEventListener("pointermove", move);
    };
    view.addEventListener("pointermove", move);
    view.addEventListener("pointerup", drop, { once: true });
    view.addEventListener("pointercancel", drop, { once: true });
  }

  splitAt(share) {
    this.split = Math.min(Math.max(share, 0), 1);
    this.drawSplit();
  }

  turn(event, view) {
    event.preventDefault();
    this.wheel += event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY;
    if (Math.abs(this.wheel) < WHEEL_STEP) return;
    const steps = this.wheel > 0 ? -1 : 1;
    this.wheel = 0;
    const box = view.getBoundingClientRect();
    this.zoomBy(steps, { x: event.clientX - box.left, y: event.clientY - box.top });
  }

  hover(event) {
    const view = event && this.windows.find((one) => one.contains(event.composedPath()[0]));
    const status = this.root.querySelector(".status");
    if (!view || this.mode === "slider") {
      for (const one of this.windows) one.cross.style.display = "none";
      status.textContent = "";
      return;
    }
    const box = view.getBoundingClientRect();
    const at = { x: Math.floor(event.clientX - box.left), y: Math.floor(event.clientY - box.top) };
    for (const one of this.windows) {
      one.cross.style.display = one === view ? "none" : "block";
      one.cross.style.left = `${at.x}px`;
      one.cross.style.top = `${at.y}px`;
    }
    const step = this.zoom / (window.devicePixelRatio || 1);
    const [x, y] = [Math.floor((at.x - this.left) / step), Math.floor((at.y - this.top) / step)];
    const inside = x >= 0 && y >= 0 && x < this.size.width && y < this.size.height;
    status.textContent = inside ? `x ${x}, y ${y}` : "";
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.upscaler !== undefined) {
      this.tell.setTriggerValue("upscaler", button.dataset.upscaler);
      return;
    }
    this.do(button.dataset.do);
  }

  do(what) {
    const actions = {
      panels: () => this.show("panels"),
      slider: () => this.show("slider"),
      in: () => this.zoomBy(1),
      out: () => this.zoomBy(-1),
      one: () => this.zoomTo(1),
      reset: () => {
        this.centre();
        this.zoomTo(1);
        this.centre();
        this.draw();
      },
      link: () => this.copyLink(),
    };
    actions[what]?.();
  }

  show(mode) {
    this.mode = mode;
    this.build();
  }

  copyLink() {
    const status = this.root.querySelector(".status");
    navigator.clipboard.writeText(window.location.href).then(
      () => (status.textContent = "Link copied"),
      () => (status.textContent = "Copy the address bar"),
    );
  }

  choose(event) {
    this[event.target.dataset.side] = event.target.value;
    this.build();
  }

  reference(on) {
    this.root.classList.toggle("showing-reference", on);
  }

  keydown(event) {
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || target.tagName === "SELECT") return;
    if (event.key === " " && target.tagName === "BUTTON") return;
    const sideways = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
    if (target === this.handle && sideways) {
      this.splitAt(this.split + sideways);
      event.preventDefault();
      return;
    }
    const keys = {
      ArrowLeft: () => this.pan(PAN, 0),
      ArrowRight: () => this.pan(-PAN, 0),
      ArrowUp: () => this.pan(0, PAN),
      ArrowDown: () => this.pan(0, -PAN),
      "+": () => this.do("in"),
      "=": () => this.do("in"),
      "-": () => this.do("out"),
      0: () => this.do("one"),
      r: () => this.do("reset"),
      s: () => this.show(this.mode === "slider" ? "panels" : "slider"),
      n: () => this.tell.setTriggerValue("step", "next"),
      p: () => this.tell.setTriggerValue("step", "previous"),
      " ": () => this.reference(true),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  keyup(event) {
    if (event.key === " ") this.reference(false);
  }
}
