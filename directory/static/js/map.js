// The live map: the same things as the list beside it, on a ground that needs no internet.
//
// [data-map] holds the settings as JSON (maps.pages.map_settings). Rows of the list carry data-id, data-lon and
// data-lat; the list's data-points may name a GeoJSON of all results, beyond the rows of this page; its data-country and
// data-around say where they are, when htmx has put the list of another search in its place.

import { drawGround } from "./ground.js";
import { bundleIcon, groupIcon, pinIcon, popupContent } from "./pins.js";

const WIDE = window.matchMedia("(min-width: 62rem)");
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
const EARTH = L => L.latLngBounds([[4, -18], [28, 16]]);
let leaflet = null;

/** Leaflet is fetched when a map is first seen, never on a phone that only reads the list. */
function loadLeaflet(settings) {
  leaflet ??= settings.styles.reduce((done, address) => done.then(() => attach("link", address)), Promise.resolve())
    .then(() => settings.scripts.reduce((done, address) => done.then(() => attach("script", address)), Promise.resolve()));
  return leaflet;
}

function attach(kind, address) {
  return new Promise((resolve, reject) => {
    const element = document.createElement(kind);
    if (kind === "link") Object.assign(element, { rel: "stylesheet", href: address });
    else element.src = address;
    element.addEventListener("load", resolve);
    element.addEventListener("error", () => reject(new Error(address)));
    document.head.append(element);
  });
}

/** Very many results come from the server as one mark for each part of the map. */
const isBundle = (id) => id.startsWith("group-");

class LiveMap {
  constructor(box) {
    this.box = box;
    this.panel = box.closest(".map-panel");
    this.settings = JSON.parse(box.dataset.map);
    this.markers = new Map();
  }

  get list() {
    return this.settings.list ? document.querySelector(this.settings.list) : null;
  }

  rows() {
    return this.list ? [...this.list.querySelectorAll("[data-id]")] : [];
  }

  row(id) {
    return this.rows().find((one) => one.dataset.id === id);
  }

  async open() {
    if (this.started) {
      this.map?.invalidateSize();
      return;
    }
    this.started = true;
    this.busy(true);
    await loadLeaflet(this.settings);
    const { words } = this.settings;
    this.map = L.map(this.box, { zoomControl: false, attributionControl: false, zoomSnap: 0.5,
      maxZoom: this.settings.tiles ? 18 : 15, zoomAnimation: !CALM.matches, fadeAnimation: !CALM.matches, markerZoomAnimation: !CALM.matches });
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(this.map);
    L.control.attribution({ prefix: false }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    this.map.fitBounds(EARTH(L));
    this.groups = L.markerClusterGroup({ iconCreateFunction: groupIcon, showCoverageOnHover: false,
      maxClusterRadius: 44, animate: false });
    this.bundles = L.layerGroup();
    this.map.addLayer(this.groups);
    this.map.addLayer(this.bundles);
    await this.refresh();
    this.startPicking();
  }

  /** Read the list again: after opening, and after htmx has put another one in its place. */
  async refresh() {
    if (!this.map) return;
    this.busy(true);
    await this.drawGround();
    this.drawAround();
    const listed = this.rows().filter((row) => row.dataset.lon).map((row) => ({ ...row.dataset }));
    const known = new Map(listed.map((one) => [one.id, one]));
    const address = this.list?.dataset.points;
    for (const feature of address ? await this.points(address) : []) {
      const [lon, lat] = feature.geometry.coordinates;
      known.set(String(feature.id), { ...feature.properties, ...known.get(String(feature.id)), id: String(feature.id), lon, lat });
    }
    this.groups.clearLayers();
    this.markers.clear();
    this.bundles.clearLayers();
    for (const facts of known.values()) this.markers.set(facts.id, this.marker(facts));
    for (const [id, marker] of this.markers) (isBundle(id) ? this.bundles : this.groups).addLayer(marker);
    this.frame();
    this.busy(false);
  }

  /** Said to those who cannot see that it is still being drawn. */
  busy(isBusy) {
    this.box.setAttribute("aria-busy", String(isBusy));
  }

  async points(address) {
    const answer = await fetch(address, { credentials: "same-origin" });
    return answer.ok ? (await answer.json()).features : [];
  }

  marker(facts) {
    const name = [isBundle(facts.id) ? "" : facts.number, facts.name, facts.summary].filter(Boolean).join(" · ");
    const icon = isBundle(facts.id) ? bundleIcon(facts.number) : pinIcon(facts, this.settings.sprite);
    const marker = L.marker([facts.lat, facts.lon], { icon, title: name, alt: name });
    marker.bindPopup(popupContent(facts));
    marker.on("add", () => marker.getElement()?.setAttribute("aria-label", name));
    marker.on("popupopen", () => this.choose(facts.id, { scroll: true }));
    return marker;
  }

  /** The ground of the country that the list speaks of. */
  async drawGround() {
    const country = this.list?.dataset.country || this.settings.country;
    for (const note of this.panel?.querySelectorAll(".map-notes") ?? []) note.hidden = country !== this.settings.country;
    if (this.ground && country === this.country) return;
    this.country = country;
    this.ground?.remove();
    this.ground = await drawGround(this.map, this.settings, country);
  }

  /** Show everything found; without results the country. */
  frame() {
    const bounds = L.latLngBounds([...this.markers.values()].map((one) => one.getLatLng()));
    if (this.around) bounds.extend(this.around.getBounds());
    const closest = this.settings.tiles ? 13 : 10; // without tiles there is nothing to see nearer than the next towns
    if (bounds.isValid()) this.map.fitBounds(bounds.pad(0.1), { maxZoom: closest, animate: false });
    else if (this.ground.bounds) this.map.fitBounds(this.ground.bounds, { animate: false });
  }

  /** Where the person is, or around which place was searched: a disc when it is known roughly. */
  drawAround() {
    this.around?.remove();
    const told = this.list?.dataset.around;
    const around = told ? JSON.parse(told) : this.settings.around;
    this.around = around ? this.disc(around, around.name) : null;
  }

  disc({ lon, lat, radius }, name) {
    return L.featureGroup([
      L.circle([lat, lon], { radius: radius || 1, interactive: false, className: "map-area", fillOpacity: 0.08 }),
      L.marker([lat, lon], { icon: L.divIcon({ className: "map-here", iconSize: [22, 22] }), title: name, alt: name,
        keyboard: false }),
    ]).addTo(this.map);
  }

  /** Mark one result in the list and on the map. */
  choose(id, { scroll = false, move = false } = {}) {
    for (const row of this.rows()) row.classList.toggle("is-chosen", row.dataset.id === id);
    if (scroll && WIDE.matches) this.row(id)?.scrollIntoView({ block: "nearest" });
    for (const [key, marker] of this.markers) {
      marker.getElement()?.classList.toggle("is-chosen", key === id);
      marker.setZIndexOffset(key === id ? 1000 : 0);
    }
    const marker = this.markers.get(id);
    if (move && marker) this.show(marker);
  }

  /** Go to a marker and open it: out of its group, by zooming in or, where all stand on one spot, by spreading them. */
  show(marker) {
    const spot = marker.getLatLng();
    this.map.panTo(spot, { animate: false });
    const parent = this.groups.hasLayer(marker) ? this.groups.getVisibleParent(marker) : marker;
    if (!parent || parent === marker) {
      marker.openPopup();
    } else if (parent.getAllChildMarkers().every((one) => one.getLatLng().equals(spot))
      || this.map.getZoom() >= this.map.getMaxZoom()) {
      parent.spiderfy();
      marker.openPopup();
    } else {
      this.map.setView(spot, Math.min(this.map.getZoom() + 1, this.map.getMaxZoom()), { animate: false });
      this.show(marker);
    }
  }

  startPicking() {
    const { pick } = this.settings;
    if (!pick) return;
    const field = (name) => (pick[name] ? document.querySelector(pick[name]) : null);
    const draw = () => {
      const lon = parseFloat(field("lon").value);
      const lat = parseFloat(field("lat").value);
      const radius = parseFloat(field("radius")?.value) || 0;
      if (this.picked) this.picked.remove();
      if (Number.isNaN(lon) || Number.isNaN(lat)) return;
      this.picked = this.disc({ lon, lat, radius }, this.settings.words.picked);
    };
    const put = ({ lat, lng }) => {
      for (const [name, value] of [["lon", lng], ["lat", lat]]) {
        field(name).value = value.toFixed(5);
        field(name).dispatchEvent(new Event("change", { bubbles: true }));
      }
    };
    for (const name of ["lon", "lat", "radius"]) field(name)?.addEventListener("change", draw);
    this.map.on("click", (event) => put(event.latlng));
    document.querySelector(pick.centre)?.addEventListener("click", () => put(this.map.getCenter()));
    draw();
    if (this.picked) this.map.setView([parseFloat(field("lat").value), parseFloat(field("lon").value)], 11);
  }
}

function start(box) {
  const live = new LiveMap(box);
  const { panel } = live;
  const toggle = panel?.querySelector(".map-toggle");
  document.documentElement.classList.add("has-map");
  const failed = (error) => {
    panel?.classList.add("is-broken");
    throw error;
  };
  const show = (open) => {
    panel?.classList.toggle("is-open", open);
    toggle?.setAttribute("aria-expanded", String(open));
    if (open) live.open().catch(failed);
  };
  toggle?.addEventListener("click", () => show(!panel.classList.contains("is-open")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !WIDE.matches && panel?.classList.contains("is-open")) {
      show(false);
      toggle?.focus();
    }
  });
  if (WIDE.matches || !toggle) live.open().catch(failed);
  WIDE.addEventListener("change", () => WIDE.matches && live.open().catch(failed));
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-id]");
    if (row && live.list?.contains(row) && live.map) live.choose(row.dataset.id);
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-id]");
    if (row && live.list?.contains(row) && !event.target.closest("a, button, input, label, summary")) {
      if (live.map) live.choose(row.dataset.id, { move: true });
    }
  });
  document.addEventListener("htmx:afterSwap", () => live.refresh());
}

document.querySelectorAll("[data-map]").forEach(start);
