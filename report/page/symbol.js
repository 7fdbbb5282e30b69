"use strict";
// Shape and colour of each action, the same on the map, in its legend, in lists and in the layers of a GIS. A number stands in it.
const SHAPES = {
  circle: (half) => [...Array(24).keys()].map((n) => [Math.cos(n * Math.PI / 12) * half, Math.sin(n * Math.PI / 12) * half]),
  square: (half) => [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => [x * half * 0.88, y * half * 0.88]),
  diamond: (half) => [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]].map(([x, y]) => [x * half, y * half]),
  pentagon: (half) => [...Array(5).keys()].map((n) => [Math.sin(n * Math.PI * 0.4) * half * 1.1, -Math.cos(n * Math.PI * 0.4) * half * 1.1]),
};
const SYMBOL_PX = 26; // wide enough for a finger beside others, and for three digits
function symbol_of(action) { return CONTENT.symbols[action]; }
function symbol_corners(action, half) { return (SHAPES[symbol_of(action).shape] || SHAPES.circle)(half); }

// The symbol with its number as pixels for a map, twice as fine as the screen.
function symbol_pixels(action, number) {
  const side = SYMBOL_PX * 2, ink = Object.assign(document.createElement("canvas"), { width: side, height: side }).getContext("2d", { willReadFrequently: true });
  ink.translate(side / 2, side / 2);
  ink.beginPath();
  for (const [x, y] of symbol_corners(action, side * 0.38)) ink.lineTo(x, y);
  ink.closePath();
  Object.assign(ink, { fillStyle: symbol_of(action).colour, strokeStyle: "#ffffff", lineWidth: 4, lineJoin: "round" });
  ink.fill();
  ink.stroke();
  const text = String(number ?? "");
  Object.assign(ink, { fillStyle: "#ffffff", textAlign: "center", textBaseline: "middle", font: `bold ${text.length > 2 ? 16 : 23}px system-ui, "DejaVu Sans", sans-serif` });
  ink.fillText(text, 0, 1);
  return ink.getImageData(0, 0, side, side);
}
// The same as a picture for lists and legends.
function symbol_image(action, number = "") {
  const corners = symbol_corners(action, 9).map((corner) => corner.map((value) => value.toFixed(1)).join(",")).join(" ");
  return svg("svg", { viewBox: "-12 -12 24 24", width: 22, height: 22, class: "symbol", "aria-hidden": "true" },
    svg("polygon", { points: corners, fill: symbol_of(action).colour }),
    svg("text", { x: 0, y: 4, "text-anchor": "middle" }, String(number)));
}
