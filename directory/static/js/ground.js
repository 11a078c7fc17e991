// The ground of the map: land, regions, river, crossings and towns from this server; tiles only where configured.

import { textIcon } from "./pins.js";

const TOWN_ROOM = 16; // pixels between two names, one above the other

/** Add all basemap layers of a country to the map; resolves to the bounds of its regions and a way to take it off. */
export async function drawGround(map, settings, country) {
  const pane = map.getPane("towns") || map.createPane("towns");
  pane.classList.add("map-towns");
  const ground = L.layerGroup().addTo(map);
  if (settings.tiles) L.tileLayer(settings.tiles, { maxZoom: 18 }).addTo(ground);
  const loaded = await Promise.all(settings.layers.map(async (layer) => [layer, await load(addressFor(layer.url, country))]));
  let bounds = null;
  let forget = () => {};
  for (const [layer, features] of loaded) {
    if (!features || (settings.tiles && layer.name === "land")) continue;
    map.attributionControl.addAttribution(layer.credit);
    if (layer.name === "towns") forget = drawTowns(map, ground, features, layer.style);
    else {
      const drawn = drawShapes(ground, features, layer, Boolean(settings.tiles));
      if (layer.name === "regions" && features.features.length) bounds = drawn.getBounds();
    }
  }
  const remove = () => {
    forget();
    ground.remove();
  };
  return { bounds, remove };
}

function addressFor(url, country) {
  const address = new URL(url, window.location.href);
  address.searchParams.set("country", country);
  return address;
}

async function load(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  return answer.ok ? answer.json() : null;
}

function drawShapes(ground, features, layer, onTiles) {
  const { style } = layer;
  const paint = {
    color: style.stroke, weight: style.width, dashArray: style.dash || null,
    fillColor: style.fill, fillOpacity: onTiles ? 0 : 1, fill: style.fill !== "none",
  };
  return L.geoJSON(features, {
    style: (feature) => (/Line/.test(feature.geometry.type) ? { ...paint, fill: false } : { ...paint, weight: Math.min(style.width, 1.2) }),
    pointToLayer: (_feature, at) => L.circleMarker(at, { ...paint, radius: style.radius, dashArray: null }),
    onEachFeature: (feature, drawn) => {
      const { name, label, note } = feature.properties;
      if (name) drawn.bindTooltip([label, name, note].filter(Boolean).join(" · "), { sticky: true });
    },
  }).addTo(ground);
}

function drawTowns(map, ground, features, style) {
  const dots = L.layerGroup().addTo(ground);
  const towns = features.features.map((one) => ({
    at: L.latLng(one.geometry.coordinates[1], one.geometry.coordinates[0]), ...one.properties,
  }));
  const draw = () => {
    dots.clearLayers();
    const taken = [];
    for (const town of towns) {
      if (!map.getBounds().contains(town.at)) continue;
      const spot = map.latLngToContainerPoint(town.at);
      const room = town.name.length * 8 + 12;
      const free = taken.every((one) => Math.abs(one.y - spot.y) > TOWN_ROOM
        || spot.x > one.x + one.room || one.x > spot.x + room);
      if (!free) continue;
      taken.push({ x: spot.x, y: spot.y, room });
      dots.addLayer(L.circleMarker(town.at, {
        radius: style.radius, color: style.stroke, weight: style.width, fillColor: style.fill, fillOpacity: 1,
        interactive: false,
      }));
      dots.addLayer(L.marker(town.at, {
        icon: textIcon(town.name, "map-town"), interactive: false, keyboard: false, pane: "towns",
      }));
    }
  };
  map.on("zoomend moveend resize", draw);
  map.whenReady(draw);
  return () => map.off("zoomend moveend resize", draw);
}
