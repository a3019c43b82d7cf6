// Strips of crops: every picture of a strip cut at the same place, two screen pixels a pixel.

const ZOOM = 2;
const LARGEST = 112; // picture pixels, the side of a crop
const NARROW = 760;
const GAP = 4;
const BETWEEN = 32;
const boxes = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".strips");
  boxes.get(root)?.disconnect();
  const draw = () => render(root, data, setTriggerValue);
  const observer = new ResizeObserver(draw);
  observer.observe(root);
  boxes.set(root, observer);
  return () => observer.disconnect();
}

function element(name, className, text, children = []) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function render(root, data, setTriggerValue) {
  const width = Math.floor(root.clientWidth);
  if (!width || root.drawn === `${width} ${JSON.stringify(data)}`) return;
  root.drawn = `${width} ${JSON.stringify(data)}`;
  const across = width < NARROW ? 1 : data.columns.length;
  const column = Math.floor((width - BETWEEN * (across - 1)) / across);
  root.style.gridTemplateColumns = `repeat(${across}, ${column}px)`;
  root.replaceChildren(
    ...data.columns.map(({ title, strips }) => {
      const count = Math.max(...strips.map((strip) => strip.pictures.length), 1);
      const ratio = window.devicePixelRatio || 1;
      const room = Math.floor((((column - GAP * (count - 1)) / count) * ratio) / ZOOM);
      const side = Math.min(room, LARGEST);
      const template = `repeat(${count}, ${(side * ZOOM) / ratio}px)`;
      const parts = [element("h3", "", title)];
      if (strips.length) {
        const labels = strips[0].pictures.map(({ label }) => element("span", "", label));
        const heads = element("div", "heads", "", labels);
        heads.style.gridTemplateColumns = template;
        parts.push(heads);
      } else parts.push(element("p", "none", "none"));
      const drawn = strips.map((one) => strip(one, side, template, setTriggerValue));
      return element("section", "", "", [...parts, ...drawn]);
    }),
  );
}

function strip({ name, note, href, focus, pictures }, side, template, setTriggerValue) {
  const line = element("div", "line", "", [
    element("b", "", name),
    element("span", "", note),
  ]);
  const smallest = pictures.flatMap(({ width, height }) => [width, height]);
  const cuts = pictures.map((picture) => cut(picture, focus, Math.min(side, ...smallest)));
  const link = element("a", "strip", "", [line, ...cuts]);
  link.href = href;
  link.style.gridTemplateColumns = template;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("opened", name);
  });
  return link;
}

function cut({ url, label, width, height }, [x, y], side) {
  const step = ZOOM / (window.devicePixelRatio || 1);
  const start = (centre, size) => Math.max(0, Math.min(centre - Math.floor(side / 2), size - side));
  const image = element("img");
  image.src = url;
  image.alt = label;
  image.style.width = `${width * step}px`;
  image.style.height = `${height * step}px`;
  image.style.left = `${-start(x, width) * step}px`;
  image.style.top = `${-start(y, height) * step}px`;
  const box = element("div", "cut", "", [image]);
  box.style.height = `${side * step}px`;
  box.style.width = `${side * step}px`;
  return box;
}
