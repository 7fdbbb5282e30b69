"use strict";
// What the plan has to cover: hexagons of one or several sizes, or points of a study, kept as columns of figures.
// A shape is made of a hexagon only when a map comes to show it.
const CELL_PX = 6; // a map shows the smallest hexagons that are at least so wide on the screen
const DEGREES = CONTENT.demand.degrees, SQUARES = new Map((DEGREES ? DEGREES.squares : []).map(([x, y], n) => [`${x} ${y}`, DEGREES.factors[n]]));

// Longitude and latitude of a place in the metres of the region.
function degrees(x, y) {
  const [column, row] = [Math.floor(x / DEGREES.block_m), Math.floor(y / DEGREES.block_m)];
  return degrees_in(SQUARES.get(`${column} ${row}`), 2 * (x / DEGREES.block_m - column) - 1, 2 * (y / DEGREES.block_m - row) - 1);
}
function degrees_in(f, u, v) {
  const unit = 10 ** -DEGREES.digits, at = (n) => unit * (f[n] + u * (f[n + 1] + u * f[n + 3] + v * f[n + 4]) + v * (f[n + 2] + v * f[n + 5]));
  return [at(0), at(6)];
}

// Columns and rows from runs of numbers that follow each other.
function places({ place, i_min, j_min, row_count, count }) {
  const i = new Int32Array(count), j = new Int32Array(count);
  for (let run = 0, at = 0, n = 0; run < place.length; run += 2) {
    at += place[run];
    for (const end = n + place[run + 1]; n < end; n += 1, at += 1) [i[n], j[n]] = [i_min + Math.floor(at / row_count), j_min + at % row_count];
    at -= 1;
  }
  return { i, j };
}

// The hexagons of one size, or all points.
class Size {
  constructor(given, points) {
    Object.assign(this, { edge_m: given.edge_m, count: given.count, points }, points ? {} : places(given));
    for (const key of ["population", "ev_count", "cell_count"]) this[key] = column(given[key]);
    this.is_overview = this.cell_count.some((count) => count > 1);
    this.limits = {};
  }
  // A corner of a hexagon may lie where no centre does; squares are known wherever a corner is.
  corner(n, right, up) {
    const half = Math.sqrt(3) / 2 * this.edge_m, { i, j } = this;
    return degrees(this.edge_m * (1.5 * i[n] + right), half * (2 * j[n] + (i[n] & 1) + up));
  }
  geometry(n) {
    if (this.points) return { type: "Point", coordinates: this.points[n] };
    const ring = [[-1, 0], [-0.5, -1], [0.5, -1], [1, 0], [0.5, 1], [-0.5, 1], [-1, 0]].map(([right, up]) => this.corner(n, right, up));
    return { type: "Polygon", coordinates: [ring] };
  }
  // West and east corners, which tell where each hexagon is; worked out when they are first asked for.
  sides() {
    if (!this.west) {
      this.west = new Float64Array(this.count); this.lat = new Float64Array(this.count);
      for (let n = 0; n < this.count; n += 1) [this.west[n], this.lat[n]] = this.corner(n, -1, 0);
    }
    return this;
  }
  // The numbers of the hexagons in a box of degrees, all where there are few.
  within(box) {
    const found = [], is_all = box === null, { west, lat } = is_all ? {} : this.sides();
    for (let n = 0; n < this.count; n += 1) if (is_all || (west[n] >= box[0] && west[n] <= box[2] && lat[n] >= box[1] && lat[n] <= box[3])) found.push(n);
    return found;
  }
  quantiles(key) {
    if (!this.limits[key]) {
      const values = this[key].filter((value) => value > 0).sort((a, b) => a - b);
      this.limits[key] = [0.2, 0.4, 0.6, 0.8].map((q) => values[Math.floor(q * (values.length - 1))] || 0);
    }
    return this.limits[key];
  }
}
const SIZES = CONTENT.demand.sizes.map((given) => new Size(given, CONTENT.demand.points));
for (const plan of CONTENT.plans) {
  for (const level of Object.keys(plan.states)) plan.states[level] = column(plan.states[level]);
  for (const mix of plan.mixes) for (const of_level of Object.values(mix)) for (const state of Object.keys(of_level)) of_level[state] = column(of_level[state]);
}
function is_point_demand() { return SIZES[0].points !== undefined; }

function cover_of(state, phase) {
  const [before, after] = [state & 1, state >> phase & 1];
  return before ? (after ? "kept" : "lost") : after ? "gained" : "uncovered";
}
function channels(colour) { return [1, 3, 5].map((n) => parseInt(colour.slice(n, n + 2), 16)); }
// A large hexagon has the colours of its people mixed.
function mixed(of_level, n, phase) {
  const sum = [0, 0, 0];
  let whole = 0;
  for (const [state, shares] of Object.entries(of_level)) {
    whole += shares[n];
    channels(COVER[cover_of(Number(state), phase)]).forEach((value, channel) => { sum[channel] += value * shares[n]; });
  }
  return whole ? `#${sum.map((value) => Math.round(value / whole).toString(16).padStart(2, "0")).join("")}` : COVER.uncovered;
}

// The ground of one map: the size it shows and the hexagons of it that are around its view.
class Ground {
  constructor(plan) { Object.assign(this, { plan, place: -1, box: undefined, features: [] }); }
  get size() { return SIZES[Math.max(this.place, 0)]; }
  // Takes up what a map shows now; true where it is something else than before.
  follow(map) {
    const place = place_of(map), view = map.getBounds(), size = SIZES[place];
    const [west, south, east, north] = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
    const is_known = place === this.place && (this.box === null || (west >= this.box[0] && south >= this.box[1] && east <= this.box[2] && north <= this.box[3]));
    if (is_known) return false;
    const [right, up] = [(east - west) / 2, (north - south) / 2];
    Object.assign(this, { place, box: size.count <= CONTENT.demand.cells_at_once ? null : [west - right, south - up, east + right, north + up] });
    this.features = size.within(this.box).map((n) => ({ type: "Feature", id: n, geometry: size.geometry(n), properties: { place } }));
    return true;
  }
  // The features in the colours of what is chosen.
  coloured() {
    const colour = this.colour(phase_of(this.plan));
    for (const feature of this.features) feature.properties.colour = colour(feature.id);
    return collection(this.features);
  }
  colour(phase) {
    const level = level_shown(), { size } = this;
    if (choice.ground === "none") return () => COVER.uncovered;
    if (level === undefined) {
      const limits = size.quantiles(choice.ground), values = size[choice.ground];
      return (n) => RAMP[limits.filter((limit) => (values[n] || 0) > limit + 1e-9).length];
    }
    if (!size.is_overview || !this.place) { const states = this.plan.states[level] || []; return (n) => COVER[cover_of(states[n] || 0, phase)]; }
    const of_level = this.plan.mixes[this.place - 1][level] || {};
    return (n) => mixed(of_level, n, phase);
  }
}
// Which size suits the zoom of a map.
function place_of(map) {
  const m_per_px = 40075016.7 / 512 * Math.cos(map.getCenter().lat * Math.PI / 180) / 2 ** map.getZoom();
  const place = SIZES.length === 1 ? 0 : SIZES.findIndex((size) => 2 * size.edge_m >= CELL_PX * m_per_px);
  return place < 0 ? SIZES.length - 1 : place;
}
