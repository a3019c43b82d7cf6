// Flips as strips: original, small and upscaled side by side, every picture pixel a whole number of
// screen pixels; under each what the classifier said. Pictures too large for their place are shown
// smaller by a whole factor, and at 1:1 around the place that is clicked.

const TWO_ACROSS = 1100; // CSS pixels
const BETWEEN = 32;
const GAP = 8;
const ACROSS = 3; // pictures of a strip
const LARGEST = 320; // CSS pixels, the height of a picture
const LARGEST_ZOOM = 6;
const shown = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".flips");
  shown.get(root)?.disconnect();
  const draw = () => render(root, data, setTriggerValue);
  const observer = new ResizeObserver(draw);
  observer.observe(root);
  shown.set(root, observer);
  return () => observer.disconnect();
}

function element(name, { className = "", text = "" } = {}, children = []) {
  const made = document.createElement(name);
  made.className = className;
  if (text) {
    made.textContent = text;
    made.title = text;
  }
  made.append(...children);
  return made;
}

function render(root, data, tell) {
  const width = Math.floor(root.clientWidth);
  const text = `${width} ${JSON.stringify(data)}`;
  if (!width || root.drawn === text) return;
  root.drawn = text;
  root.opened ??= new Set(); // those whose maps are open stay so when the window changes
  const half = Math.floor((width - BETWEEN) / 2);
  const fit = data.flips.every((flip) => steps(flip, half).zoom >= 1);
  const across = width >= TWO_ACROSS && fit ? 2 : 1;
  const column = across === 2 ? half : width;
  root.style.gridTemplateColumns = `repeat(${across}, ${column}px)`;
  root.replaceChildren(...data.flips.map((flip) => strip(flip, column, root.opened, tell)));
}

// How many screen pixels a reference pixel takes: a whole number, or one divided by a whole number.
function steps(flip, column) {
  const ratio = window.devicePixelRatio || 1;
  const cell = Math.floor((column - GAP * (ACROSS - 1)) / ACROSS);
  const zoom = Math.min((cell * ratio) / flip.width, (LARGEST * ratio) / flip.height);
  const whole = zoom >= 1 ? Math.min(Math.floor(zoom), LARGEST_ZOOM * ratio) : 1 / Math.ceil(1 / zoom);
  return { zoom: whole, ratio, cell };
}

function strip(flip, column, opened, tell) {
  const view = { ...steps(flip, column), flip, windows: [], near: null };
  const kind = element("span", { className: "kind", text: flip.kind });
  kind.style.setProperty("--kind", flip.colour);
  const link = element("a", { text: "Open image" });
  link.href = flip.href;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    tell("opened", flip.id);
  });
  const head = element("div", { className: "head" }, [
    element("b", { text: flip.name }),
    kind,
    element("span", { className: "place", text: flip.place }),
    element("span", { className: "size", text: sizeInWords(view) }),
    link,
  ]);
  const figures = flip.seen.map((seen) => {
    const caption = [
      element("span", { text: seen.title }),
      element("span", { className: "detail", text: seen.detail }),
    ];
    const parts = [element("figcaption", {}, caption), picture(seen, view), chances(seen)];
    return element("figure", {}, parts);
  });
  const article = element("article", {}, [head, row(figures, view), evidence(flip, view, opened)]);
  article.dataset.flip = flip.id;
  return article;
}

function sizeInWords({ zoom }) {
  return zoom < 1 ? `shown at 1:${Math.round(1 / zoom)}; click a picture for 1:1` : "";
}

function row(figures, { cell }) {
  const made = element("div", { className: "pictures" }, figures);
  made.style.gridTemplateColumns = `repeat(${ACROSS}, ${cell}px)`;
  made.style.gap = `${GAP}px`;
  return made;
}

function picture({ url, title, height, width, factor }, view) {
  const made = element(view.zoom < 1 ? "button" : "div", { className: "window" });
  made.style.width = `${(view.flip.width * view.zoom) / view.ratio}px`;
  made.style.height = `${(view.flip.height * view.zoom) / view.ratio}px`;
  const gone = () => element("div", { className: "gone", text: `The picture “${title}” is gone.` });
  if (!url) {
    made.append(gone());
    return made;
  }
  const image = element("img");
  image.alt = title;
  image.src = url;
  image.addEventListener("error", () => image.replaceWith(gone()));
  made.append(image);
  view.windows.push({ made, image, width: width * factor, height: height * factor });
  place(view);
  if (view.zoom < 1) {
    made.setAttribute("aria-label", `${title}: that place at 1:1, in all pictures`);
    made.addEventListener("click", (event) => approach(event, made, view));
  }
  return made;
}

function approach(event, made, view) {
  const step = view.zoom / view.ratio;
  const at = event.detail ? { x: event.offsetX / step, y: event.offsetY / step } : null;
  const middle = { x: view.flip.width / 2, y: view.flip.height / 2 };
  view.near = view.near ? null : at || middle;
  place(view);
}

// Whole or, once clicked, at 1:1 around `near`, always on whole screen pixels.
function place(view) {
  const step = (view.near ? 1 : view.zoom) / view.ratio;
  for (const { made, image, width, height } of view.windows) {
    const box = { width: view.flip.width * view.zoom, height: view.flip.height * view.zoom };
    const start = (centre, size, seen) =>
      view.near ? Math.round(Math.max(0, Math.min(centre - seen / 2, size - seen))) : 0;
    image.style.width = `${width * step}px`;
    image.style.height = `${height * step}px`;
    image.style.left = `${-start(view.near?.x, width, box.width) / view.ratio}px`;
    image.style.top = `${-start(view.near?.y, height, box.height) / view.ratio}px`;
    made.classList.toggle("reduced", step * view.ratio < 1);
    made.classList.toggle("close", Boolean(view.near));
  }
}

function chances({ chances }) {
  const rows = chances.map(({ label, text, share, truth, said, far }) => {
    const bar = element("i");
    bar.style.width = `${100 * share}%`;
    const name = element("span", { text: truth ? `✓ ${label}` : label });
    const classes = Object.entries({ truth, said, far }).filter(([, is]) => is);
    const className = classes.map(([one]) => one).join(" ");
    return element("li", { className }, [bar, name, element("span", { text })]);
  });
  return element("ol", {}, rows);
}

function evidence(flip, view, opened) {
  if (!flip.maps.length && !flip.todo) return "";
  const known = flip.maps.map(({ title }) => title).join(", ") || "no maps yet";
  const summary = element("summary", { text: `Where the evidence lies (${known})` });
  const details = element("details", {}, [summary]);
  const fill = () => {
    if (details.childElementCount > 1) return;
    if (flip.maps.length) details.append(...flip.maps.flatMap((one) => maps(one, view)));
    else {
      const text = "No maps are stored of this flip. This command makes them:";
      details.append(element("p", { text }), element("pre", { text: flip.todo }));
    }
  };
  details.addEventListener("toggle", () => {
    if (details.open) fill();
    opened[details.open ? "add" : "delete"](flip.id);
  });
  details.open = opened.has(flip.id);
  if (details.open) fill();
  return details;
}

function maps({ title, note, low, high, colours, pictures }, view) {
  const scale = element("i");
  scale.style.background = `linear-gradient(90deg, ${colours.join(", ")})`;
  const legend = element("div", { className: "legend" }, [
    element("b", { text: title }),
    element("span", { text: low }),
    scale,
    element("span", { text: high }),
  ]);
  const own = { ...view, windows: [], near: null };
  const figures = pictures.map((one) =>
    element("figure", {}, [
      element("figcaption", {}, [element("span", { text: one.title })]),
      picture({ ...one, ...view.flip, factor: 1 }, own),
    ]),
  );
  return [legend, element("p", { text: note }), row(figures, view)];
}
