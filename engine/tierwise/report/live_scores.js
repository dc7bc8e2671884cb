// Scores, ranks and tiers as the engine computes them (methods/scores.py, kernels/grid.py, ranks.py,
// compiled_tiers.py). Pure functions on arrays: no document here.
"use strict";

const EQUAL = 1 + 1e-9;  // heights of merges closer than this ratio are equal

function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({length: bytes.length / 8}, (_, at) => view.getFloat64(8 * at, true));
}

// Sums of products without error in their order (Neumaier 1974).
class Sum {
  constructor() { this.total = 0; this.lost = 0; }
  add(part) {
    const total = this.total + part, taken = total - this.total;
    this.lost += (this.total - (total - taken)) + (part - taken);
    this.total = total;
  }
  get value() { return Number.isFinite(this.lost) ? this.total + this.lost : this.total; }
}

function forward(power, value) {
  if (power === 1) return value;
  return power === 0 ? Math.log(value) : power === -1 ? 1 / value : Math.pow(value, power);
}

function back(power, value) {
  if (power === 1) return value;
  return power === 0 ? Math.exp(value) : power === -1 ? 1 / value : Math.pow(value, 1 / power);
}

function usable(power, value) {
  return power === 1 || (power > 0 ? value >= 0 : value > 0);
}

// The exponent e of a list: 2^e is the power of two above its largest magnitude.
function exponent(scores) {
  let largest = 0;
  for (const score of scores) if (Number.isFinite(score)) largest = Math.max(largest, Math.abs(score));
  if (largest === 0) return 0;
  let e = Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest)) + 1));
  while (Math.pow(2, e) <= largest && e < 1000) e += 1;
  while (Math.pow(2, e - 1) > largest && e > -1000) e -= 1;
  return e;
}

let gridBits = 40;  // tolerances.py, told with the data

function onGrid(scores) {
  const shift = 1.5 * Math.pow(2, exponent(scores) + 52 - gridBits);
  return scores.map(score => (score + shift) - shift);
}

function rounded(scores, decimals, half) {
  if (decimals === null) return scores;
  const scale = Math.pow(10, decimals), near = Math.min(Math.pow(2, exponent(scores) - gridBits) * scale, 1e-3);
  return scores.map(score => {
    const size = Math.abs(score) * scale, whole = Math.floor(size), part = size - whole;
    if (!(size < 2 ** 52)) return score;
    let up = part >= 0.5 - near;
    if (half === "even") up = up && (part > 0.5 + near || whole % 2 === 1);
    return Math.sign(score) * (whole + (up ? 1 : 0)) / scale + 0;
  });
}

// Equal scores made equal to the bit: each takes the largest of those that it equals.
function levelled(scores) {
  const cells = onGrid(scores), largest = new Map();
  cells.forEach((cell, unit) => {
    if (!(largest.get(cell) >= scores[unit])) largest.set(cell, scores[unit]);
  });
  return scores.map((score, unit) => Number.isNaN(score) ? score : largest.get(cells[unit]));
}

function ranks(compared, ties) {
  const cells = onGrid(compared);
  const order = [...cells.keys()].filter(unit => !Number.isNaN(cells[unit]));
  order.sort((one, other) => cells[other] - cells[one] || one - other);
  const found = new Float64Array(compared.length).fill(NaN);
  for (let first = 0, dense = 1; first < order.length; dense += 1) {
    let end = first;
    while (end < order.length && cells[order[end]] === cells[order[first]]) end += 1;
    for (let at = first; at < end; at += 1) {
      found[order[at]] = {
        min: first + 1, max: end, average: (first + 1 + end) / 2, dense, ordinal: at + 1,
      }[ties];
    }
    first = end;
  }
  return found;
}

// Where the tree of a linkage over sorted scores is cut: the nearest-neighbour chain.
function linkageCuts(scores, linkage, wanted) {
  const units = scores.length, cuts = new Array(wanted).fill(units), kept = [];
  if (!wanted || !units) return cuts;
  const keep = (height, place) => {
    let slot = kept.length;
    while (slot > 0 && (height > kept[slot - 1].height * EQUAL ||
        (height * EQUAL >= kept[slot - 1].height && place > kept[slot - 1].place))) slot -= 1;
    kept.splice(slot, 0, {height, place});
    if (kept.length > wanted) kept.pop();
  };
  const stack = [{down: scores[0], up: scores[0], size: 1, start: 0, below: 0}], coming = [];
  let done = 1;
  for (;;) {
    const last = stack[stack.length - 1];
    const next = coming.length ? coming[coming.length - 1]
      : done < units ? {down: scores[done], up: scores[done], size: 1, start: done} : null;
    let ahead = Infinity;
    if (next) {
      ahead = last.down - next.up;
      if (linkage === "ward") ahead *= ahead * (last.size * next.size * (1 / (last.size + next.size)));
    }
    if (stack.length > 1 && last.below <= ahead * EQUAL) {
      if (last.below > 0) keep(last.below, last.start);
      stack.pop();
      const under = stack.pop(), size = under.size + last.size;
      let down, up;
      if (linkage === "ward" || linkage === "average") {
        down = up = under.down + (last.down - under.down) * (last.size * (1 / size));
      } else if (linkage === "complete") {
        down = under.down; up = last.up;
      } else {
        down = last.down; up = under.up;
      }
      const merged = {down, up, size, start: under.start, below: 0};
      if (stack.length) coming.push(merged); else stack.push(merged);
    } else if (!next) {
      break;
    } else {
      stack.push({...next, below: ahead});
      if (coming.length) coming.pop(); else done += 1;
    }
  }
  kept.map(one => one.place).sort((one, other) => one - other).forEach((place, at) => { cuts[at] = place; });
  return cuts;
}

// The least sum of squares within groups (Fisher 1958), layer by layer.
function fisherCuts(scores, wanted) {
  const units = scores.length, cuts = new Array(wanted).fill(units);
  const centre = units ? scores[units >> 1] : 0;
  const mass = [0], total = [0], square = [0], ends = [0];
  scores.forEach((score, unit) => {
    if (unit === 0 || score !== scores[unit - 1]) {
      for (const sums of [mass, total, square]) sums.push(sums[sums.length - 1]);
      ends.push(0);
    }
    const x = score - centre, at = mass.length - 1;
    mass[at] += 1; total[at] += x; square[at] += x * x; ends[at] = unit + 1;
  });
  const points = mass.length - 1, groups = Math.min(wanted + 1, points);
  if (groups < 2) return cuts;
  const within = (i, j) => {
    const part = total[j] - total[i];
    return Math.max(square[j] - square[i] - part * part / (mass[j] - mass[i]), 0);
  };
  let previous = new Float64Array(points + 1);
  for (let j = 1; j <= points; j += 1) previous[j] = within(0, j);
  const splits = [];
  for (let group = 2; group <= groups; group += 1) {
    const current = new Float64Array(points + 1).fill(Infinity), own = new Int32Array(points + 1);
    const fill = (from, to, low, high) => {  // the best split never falls as j grows
      if (from > to) return;
      const j = (from + to) >> 1;
      let best = Infinity, at = low;
      for (let i = low; i <= Math.min(high, j - 1); i += 1) {
        const cost = previous[i] + within(i, j);
        if (cost < best) { best = cost; at = i; }
      }
      current[j] = best; own[j] = at;
      fill(from, j - 1, low, at);
      fill(j + 1, to, at, high);
    };
    fill(group, points, group - 1, points - 1);
    splits[group] = own;
    previous = current;
  }
  for (let group = groups, j = points; group > 1; group -= 1) {
    j = splits[group][j];
    cuts[group - 2] = ends[j];
  }
  return cuts;
}

function besideRuns(scores, places, step) {
  return places.map(given => {
    let place = Math.min(Math.max(given, 0), scores.length);
    while (place > 0 && place < scores.length && scores[place - 1] === scores[place]) place += step;
    return place;
  });
}

function cutsOf(rule, scores) {
  const wanted = rule.count - 1;
  if (rule.kind === "limits") {
    return rule.limits.map(limit => scores.filter(score => score >= Number(limit)).length);
  }
  if (rule.kind === "places") return besideRuns(scores, rule.places.map(place => Math.min(place, scores.length)), 1);
  if (rule.method === "fisher") return fisherCuts(scores, wanted);
  if (rule.method === "quantile") {
    const last = scores.length - 1;
    const places = Array.from({length: wanted}, (_, at) => last - Math.floor(last * (wanted - at) / rule.count));
    return besideRuns(scores, places, -1);
  }
  return linkageCuts(scores, rule.method, wanted);
}

class Engine {
  constructor(data) {
    gridBits = data.tolerances.grid_bits;
    this.data = data;
    this.units = data.units.code.length;
    this.values = new Map(data.leaves.map((node, at) => [node, unpacked(data.values[at])]));
    this.children = data.codes.map((_, node) => data.codes.map((_, child) => child).filter(child => data.parent[child] === node));
    this.level = data.codes.map(() => 0);
    for (let node = 1; node < data.codes.length; node += 1) this.level[node] = this.level[data.parent[node]] + 1;
    this.gaps = [...this.values.values()].some(own => own.some(Number.isNaN));
    this.look(data.codes.map(() => 1));
  }

  // Where each node has a value: a node whose children that are there have no weight has none.
  look(local) {
    this.present = new Map();
    for (let node = this.data.codes.length - 1; node >= 0; node -= 1) this.present.set(node, this.presence(node, local));
  }

  presence(node, local) {
    const own = this.values.get(node);
    if (own) return Uint8Array.from(own, value => Number.isNaN(value) ? 0 : 1);
    const children = this.children[node], there = new Uint8Array(this.units);
    for (let unit = 0; unit < this.units; unit += 1) {
      let count = 0, weighed = false;
      for (const child of children) {
        if (!this.present.get(child)[unit]) continue;
        count += 1;
        weighed = weighed || local[child] !== 0;
      }
      const share = count / children.length;
      there[unit] = weighed && share >= this.data.least[node] - this.data.tolerances.share ? 1 : 0;
    }
    return there;
  }

  // Scores of every node, a Float64Array each, under local weights.
  scores(local) {
    const {data} = this, out = data.codes.map(() => null);
    if (this.gaps) this.look(local);
    for (let node = data.codes.length - 1; node >= 0; node -= 1) {
      const own = this.values.get(node);
      out[node] = own || this.mean(node, local, out);
    }
    return out;
  }

  mean(node, local, below) {
    const {data} = this, power = data.power[node], children = this.children[node], there = this.present.get(node);
    let found = new Array(this.units);
    for (let unit = 0; unit < this.units; unit += 1) {
      if (!there[unit]) { found[unit] = NaN; continue; }
      const total = new Sum(), weight = new Sum();
      let whole = true;
      for (const child of children) {
        if (!this.present.get(child)[unit]) { whole = false; continue; }
        const value = below[child][unit];
        total.add(usable(power, value) ? local[child] * forward(power, value) : NaN);
        weight.add(local[child]);
      }
      const sum = whole ? total.value : weight.value > 0 ? total.value / weight.value : NaN;
      found[unit] = back(power, sum);
    }
    if (node && data.rounding) found = rounded(found, data.rounding[node], data.half);
    return Float64Array.from(found);
  }

  // The list under local weights: scores as printed, ranks, tiers (0 outside), scores of all nodes.
  list(local) {
    const {data} = this, nodes = this.scores(local);
    const score = rounded(Array.from(nodes[0]), data.decimals, data.half), compared = levelled(score);
    const rank = ranks(compared, data.ties), tier = new Int32Array(this.units);
    const listed = [...rank.keys()].filter(unit => rank[unit] <= data.top);
    listed.sort((one, other) => compared[other] - compared[one] || one - other);
    if (data.tiers.kind) {
      const scores = listed.map(unit => compared[unit]), cuts = cutsOf(data.tiers, scores);
      let first = 0;
      listed.forEach((unit, at) => {
        if (at && scores[at] !== scores[at - 1]) first = at;
        tier[unit] = 1 + cuts.filter(cut => cut <= first).length;
      });
    } else {
      listed.forEach(unit => { tier[unit] = data.base.tier[unit]; });
    }
    return {score, rank, tier, nodes};
  }

  // Global weights of all nodes.
  globals(local) {
    const product = Array.from(local);
    product[0] = 1;
    for (let node = 1; node < product.length; node += 1) product[node] *= product[this.data.parent[node]];
    return product;
  }

  // Half the sum of |w - w0| at the indicators: the share of the weight that has moved.
  moved(local) {
    const now = this.globals(local), was = this.globals(this.data.presets[0].weights);
    return this.data.leaves.reduce((sum, leaf) => sum + Math.abs(now[leaf] - was[leaf]), 0) / 2;
  }

  // Local weights with one node's set; unlocked siblings share the rest in proportion, equally from 0.
  with(local, node, share, locked) {
    const group = this.children[this.data.parent[node]], out = Array.from(local);
    const others = group.filter(other => other !== node && !locked.has(other));
    const held = group.filter(other => other !== node && locked.has(other)).reduce((sum, other) => sum + local[other], 0);
    if (!others.length) return out;
    out[node] = Math.min(Math.max(share, 0), Math.max(1 - held, 0));
    const rest = Math.max(1 - held - out[node], 0), before = others.reduce((sum, other) => sum + local[other], 0);
    for (const other of others) out[other] = before > 0 ? local[other] / before * rest : rest / others.length;
    return out;
  }
}
