// Marks on the map: a pin with the number of the list or the sign of its category, and groups of pins.

const SVG = "http://www.w3.org/2000/svg";

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** The picture of a pin; the same as the macro `pin` draws beside the list. */
export function pinPicture({ colour, icon, number }, sprite) {
  const picture = node("svg", { viewBox: "0 0 32 40", width: 32, height: 40, "aria-hidden": "true" });
  picture.append(node("path", {
    d: "M16 0C7.2 0 0 7 0 15.6 0 27 16 40 16 40s16-13 16-24.4C32 7 24.8 0 16 0Z",
    fill: colour || "#00635a", stroke: "#fff", "stroke-width": 1.5,
  }));
  if (number) {
    const text = node("text", {
      x: 16, y: 21, "text-anchor": "middle", "font-size": 15, "font-weight": 700, fill: "#fff",
    });
    text.textContent = number;
    picture.append(text);
  } else if (icon) {
    picture.append(node("use", { href: `${sprite}#${icon}`, x: 8, y: 8, width: 16, height: 16, fill: "#fff" }));
  }
  return picture;
}

export function pinIcon(facts, sprite) {
  const box = document.createElement("span");
  box.append(pinPicture(facts, sprite));
  return L.divIcon({ html: box, className: "map-pin", iconSize: [32, 40], iconAnchor: [16, 40], popupAnchor: [0, -36] });
}

export const groupIcon = (cluster) => bundleIcon(cluster.getChildCount());

export function bundleIcon(count) {
  const box = document.createElement("span");
  box.textContent = count;
  return L.divIcon({ html: box, className: "map-group", iconSize: [44, 44] });
}

export function textIcon(words, className) {
  const box = document.createElement("span");
  box.textContent = words;
  return L.divIcon({ html: box, className, iconSize: null });
}

/** What opens at a pin: the name as a link, and what kind of help it is. */
export function popupContent({ name, url, summary, note }) {
  const box = document.createElement("div");
  const title = document.createElement(url ? "a" : "strong");
  title.textContent = name;
  if (url) title.href = url;
  box.append(title);
  for (const sentence of [summary, note]) {
    if (!sentence) continue;
    const line = document.createElement("div");
    line.textContent = sentence;
    box.append(line);
  }
  return box;
}
