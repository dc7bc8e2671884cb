// The live list: search, sort, filter, weights that move. Numbers come from live_scores.js.
"use strict";

const data = JSON.parse(document.getElementById("live-data").textContent);
const words = data.words, PAGE = 100;
const engine = data.reason ? null : new Engine(data);
const fill = (text, ...values) => values.reduce((out, value) => out.replace("{}", value), text);
const make = (tag, given = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), given);
  for (const [key, value] of Object.entries(given)) if (/^(aria-|data-|role$|for$)/.test(key)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
};
const percent = (share, digits = 1) => (100 * share).toFixed(digits) + "%";
const base = {
  score: data.base.score.map(score => score === null ? NaN : score), rank: data.base.rank, tier: data.base.tier,
};
const decimals = data.decimals ?? Math.max(0, 4 - Math.ceil(Math.log10(Math.max(1e-9, ...base.score.map(Math.abs)))));
const dimensions = engine ? engine.children[0].filter(node => engine.children[node].length) : [];
const state = {
  weights: engine ? data.presets[0].weights.slice() : [], locked: new Set(), past: [], future: [],
  sort: {by: "rank", down: false}, search: "", filters: {}, listed: false, shown: PAGE, card: null, hidden: new Set(["code"]),
};
let list = engine ? null : {...base, nodes: null};

const columns = [
  {key: "rank", title: words.rank, right: true, text: unit => rankText(list.rank[unit]), value: unit => list.rank[unit]},
  {key: "move", title: words.move, right: true, text: moveText, value: unit => list.rank[unit] - base.rank[unit]},
  {key: "was", title: words.was, right: true, text: unit => rankText(base.rank[unit]), value: unit => base.rank[unit]},
  {key: "code", title: words.code, text: unit => data.units.code[unit], value: unit => data.units.code[unit]},
  {key: "name", title: words.name, text: unit => data.units.name[unit], value: unit => data.units.name[unit]},
  ...Object.keys(data.units.groups).map(name => ({
    key: "group:" + name, title: (data.group_titles || {})[name] || name,
    text: unit => data.units.groups[name][unit], value: unit => data.units.groups[name][unit],
  })),
  {key: "score", title: words.score, right: true, text: unit => scoreText(list.score[unit]), value: unit => -list.score[unit]},
  {key: "tier", title: words.tier, right: true, text: unit => list.tier[unit] || "", value: unit => list.tier[unit] || 1e9, tier: true},
  ...dimensions.map(node => ({
    key: "node:" + data.codes[node], title: data.names[node], right: true,
    text: unit => scoreText(list.nodes[node][unit]), value: unit => -list.nodes[node][unit],
  })),
];
if (!engine) { state.hidden.add("move"); state.hidden.add("was"); }

function rankText(rank) { return Number.isNaN(rank) ? "–" : String(rank); }
function scoreText(score) { return Number.isNaN(score) ? "–" : score.toFixed(decimals); }
function moveText(unit) {
  const step = base.rank[unit] - list.rank[unit];
  const entered = base.rank[unit] > data.top, there = list.rank[unit] <= data.top;
  const mark = entered && there ? " ＋" : !entered && !there ? " －" : "";
  return (Number.isNaN(step) ? "–" : step > 0 ? "▲" + step : step < 0 ? "▼" + -step : "") + mark;
}

const root = document.getElementById("live");
const body = make("tbody"), head = make("tr"), more = make("button", {type: "button"});
const count = make("p", {className: "note", role: "status"}), told = make("p", {className: "told", role: "status"});
const aside = make("div", {className: "beside", hidden: true});
aside.onkeydown = event => { if (event.key === "Escape") showCard(null); };
const changes = make("p", {className: "note"}), likely = make("p", {className: "note"});

function compute() {
  if (engine) list = engine.list(state.weights);
}

// All that a search looks at: name, code and groups of a unit.
function searched(unit) {
  const groups = Object.values(data.units.groups).map(values => values[unit]);
  return [data.units.name[unit], data.units.code[unit], ...groups].join("\n").toLowerCase();
}

function fits(unit) {
  if (state.listed && !(list.rank[unit] <= data.top)) return false;
  const wanted = state.search.trim().toLowerCase();
  if (wanted && !searched(unit).includes(wanted)) return false;
  return Object.entries(state.filters).every(([key, value]) =>
    value === "" || String(key === "tier" ? list.tier[unit] : data.units.groups[key][unit]) === value);
}

function compare(one, other) {
  const smallLast = value => Number.isNaN(value) ? Infinity : value;
  if (typeof one === "string") return one.localeCompare(other, document.documentElement.lang);
  return smallLast(one) - smallLast(other) || 0;
}

function draw() {
  const column = columns.find(one => one.key === state.sort.by), sign = state.sort.down ? -1 : 1;
  const units = data.units.code.map((_, unit) => unit).filter(fits);
  const keys = new Map(units.map(unit => [unit, column.value(unit)]));
  const order = units.sort((one, other) => sign * compare(keys.get(one), keys.get(other)) ||
    compare(list.rank[one], list.rank[other]) || one - other);
  const visible = columns.filter(one => !state.hidden.has(one.key));
  head.replaceChildren(...visible.map(one => {
    const sorted = one.key === state.sort.by;
    const button = make("button", {type: "button", textContent: one.title + (sorted ? state.sort.down ? " ▾" : " ▴" : "")});
    button.onclick = () => {
      state.sort = {by: one.key, down: sorted && !state.sort.down};
      draw();
    };
    return make("th", {className: one.right ? "right" : "", "aria-sort": sorted ? state.sort.down ? "descending" : "ascending" : "none"}, button);
  }));
  const rows = order.slice(0, state.shown).map(unit => {
    const row = make("tr", {}, ...visible.map(one => {
      const cell = make("td", {className: one.right ? "right" : "", textContent: one.text(unit)});
      if (one.tier && list.tier[unit]) {
        const at = (list.tier[unit] - 1) % data.colours.length;
        cell.style.cssText = `background:${data.colours[at]};color:${data.light.includes(at) ? "#000" : "#fff"}`;
      }
      if (one.key === "name" && engine) {
        const open = make("button", {type: "button", className: "unit", textContent: one.text(unit), "aria-expanded": String(state.card === unit)});
        open.onclick = () => showCard(state.card === unit ? null : unit);
        cell.replaceChildren(open);
      }
      if (one.key === "move") cell.classList.add(list.rank[unit] < base.rank[unit] ? "up" : list.rank[unit] > base.rank[unit] ? "down" : "same");
      return cell;
    }));
    row.dataset.unit = unit;
    if (base.tier[unit] !== list.tier[unit]) row.className = "changed";
    return row;
  });
  body.replaceChildren(...rows);
  const card = engine && state.card !== null ? cardOf(state.card) : null;
  aside.replaceChildren(...(card ? [card] : []));
  aside.hidden = !card;
  more.hidden = order.length <= state.shown;
  more.textContent = fill(words.more, Math.min(PAGE, order.length - state.shown));
  document.dispatchEvent(new Event("list-drawn"));
  count.textContent = order.length ? fill(words.shown, Math.min(order.length, state.shown), data.units.code.length) : words.none;
}

// The card lies over the page, so that the list stays where it is; closed, the focus goes back to the name.
function showCard(unit) {
  const before = state.card;
  state.card = unit;
  draw();
  if (unit !== null) aside.querySelector("button").focus({preventScroll: true});
  else body.querySelector(`[data-unit="${before}"] .unit`)?.focus({preventScroll: true});
}

function tell() {
  if (!engine) { told.textContent = data.reason; return; }
  const units = [...data.units.code.keys()], was = unit => base.rank[unit] <= data.top, now = unit => list.rank[unit] <= data.top;
  const steps = units.filter(unit => was(unit) || now(unit)).map(unit => Math.abs(list.rank[unit] - base.rank[unit])).filter(step => step > 0);
  const entries = units.filter(unit => now(unit) && !was(unit)), exits = units.filter(unit => was(unit) && !now(unit));
  const tiers = units.filter(unit => was(unit) && now(unit) && list.tier[unit] !== base.tier[unit]).length;
  const published = state.weights.every((weight, node) => weight === data.presets[0].weights[node]);
  const text = data.top < units.length ? words.moved : words.moved_whole;
  told.textContent = published ? words.same
    : fill(text, steps.length, steps.length ? Math.max(...steps) : 0, tiers, entries.length, exits.length);
  const names = some => some.length ? some.slice(0, 12).map(unit => data.units.name[unit]).join(words.join) + (some.length > 12 ? " …" : "") : words.nobody;
  const lost = units.filter(unit => Number.isNaN(list.rank[unit])).length;
  changes.textContent = [
    ...(data.top < units.length && !published ? [fill(words.entries, names(entries)), fill(words.exits, names(exits))] : []),
    ...(lost ? [fill(words.unscored, lost)] : []), ...(data.tiers.note && !published ? [data.tiers.note] : []),
  ].join("  ");
  const moved = engine.moved(state.weights), further = data.distances.filter(one => one > moved + 1e-9).length / data.distances.length;
  likely.textContent = published ? "" : further ? fill(words.distance, percent(moved), percent(further, further < 0.01 ? 2 : 0)) : fill(words.distance_none, percent(moved));
}

const controls = new Map();

function show() {
  compute();
  tell();
  draw();
  for (const [node, {range, number}] of controls) {
    const share = (100 * state.weights[node]).toFixed(1);
    if (document.activeElement !== range) range.value = share;
    if (document.activeElement !== number) number.value = share;
  }
  const preset = document.getElementById("live-preset");
  if (preset) {
    const at = data.presets.findIndex(one => one.weights.every((weight, node) => Math.abs(weight - state.weights[node]) < 5e-10));
    preset.value = at < 0 ? "" : String(at);
    document.getElementById("live-undo").disabled = !state.past.length;
    document.getElementById("live-redo").disabled = !state.future.length;
  }
}

let pending = 0;
function move(weights, remembered = true) {
  if (remembered) { state.past.push(state.weights); state.future = []; }
  state.weights = weights;
  if (!pending) pending = requestAnimationFrame(() => { pending = 0; show(); });
}

function go(from, to) {
  if (!from.length) return;
  to.push(state.weights);
  state.weights = from.pop();
  show();
}

function slider(node) {
  const name = data.names[node] || data.codes[node], label = fill(words.weight_of, name);
  const range = make("input", {type: "range", min: 0, max: 100, step: 0.5, "aria-label": label});
  const number = make("input", {type: "number", min: 0, max: 100, step: 0.1, "aria-label": label});
  const lock = make("input", {type: "checkbox", "aria-label": fill(words.lock, name), title: fill(words.lock, name)});
  lock.onchange = () => {
    if (lock.checked) state.locked.add(node); else state.locked.delete(node);
    range.disabled = number.disabled = lock.checked;
  };
  let before = null;
  range.onpointerdown = range.onkeydown = () => { before ??= state.weights; };
  range.oninput = () => {
    before ??= state.weights;
    move(engine.with(before, node, range.value / 100, state.locked), false);
  };
  range.onchange = () => {
    if (before && before !== state.weights) { state.past.push(before); state.future = []; }
    before = null;
    show();
  };
  number.onchange = () => {
    const share = Number(number.value);
    number.blur();
    if (Number.isFinite(share)) move(engine.with(state.weights, node, share / 100, state.locked)); else show();
  };
  controls.set(node, {range, number});
  const row = make("div", {className: "slider"}, make("span", {textContent: name, title: name}), range, number, lock);
  return row;
}

// The largest number of siblings at or below a node's children: what can be moved against each other.
function below(node) {
  return Math.max(engine.children[node].length, ...engine.children[node].map(below));
}

function sliders(parent) {
  const box = make("div", {className: "sliders"});
  for (const node of engine.children[parent]) {
    const card = make("div");
    if (engine.children[parent].length > 1) card.append(slider(node));
    if (below(node) > 1) {
      card.append(make("details", {}, make("summary", {textContent: fill(words.inside, engine.children[node].length)}), sliders(node)));
    }
    if (card.childElementCount) box.append(card);
  }
  return box;
}

function scenario() {
  const quoted = text => JSON.stringify(text), changed = [];
  engine.children.forEach(group => {
    if (group.some(node => state.weights[node] !== data.presets[0].weights[node])) changed.push(...group);
  });
  const weights = changed.map(node => `${quoted(data.codes[node])} = ${Number(state.weights[node].toFixed(6))}`);
  return `[[scenarios]]\nname = ${quoted(words.own)}\nweights = { ${weights.join(", ")} }\n`;
}

// A row of the sheet Scenarios: the scenario's name, what it changes, and to what.
function sheetRow() {
  const changed = [];
  engine.children.forEach(group => {
    if (group.some(node => state.weights[node] !== data.presets[0].weights[node])) changed.push(...group);
  });
  const weights = changed.map(node => `${data.codes[node]}=${Number(state.weights[node].toFixed(6))}`);
  return [words.own, words.what, weights.join("；")].join("\t");
}

async function copied(text, message) {
  try {
    await navigator.clipboard.writeText(text);
    count.textContent = message;
  } catch {  // a page opened from a file may not reach the clipboard
    window.prompt(message, text);
  }
}

function address() {
  const weights = state.weights.map((weight, node) => [node, weight]).filter(([node, weight]) => weight !== data.presets[0].weights[node]);
  return "#w=" + weights.map(([node, weight]) => `${encodeURIComponent(data.codes[node])}:${weight}`).join(";");
}

function fromAddress() {
  if (!engine || !location.hash.startsWith("#w=")) return;
  const weights = data.presets[0].weights.slice();
  for (const part of location.hash.slice(3).split(";").filter(Boolean)) {
    const [code, weight] = part.split(":"), node = data.codes.indexOf(decodeURIComponent(code));
    if (node > 0 && Number(weight) >= 0 && Number(weight) <= 1) weights[node] = Number(weight);
  }
  const whole = engine.children.every(group => !group.length || Math.abs(group.reduce((sum, node) => sum + weights[node], 0) - 1) < 1e-6);
  if (whole) state.weights = weights;
}

function button(id, text, act) {
  const made = make("button", {type: "button", id, textContent: text});
  made.onclick = act;
  return made;
}

function choice(label, options, act) {
  const made = make("select", {"aria-label": label}, ...options.map(([value, text]) => make("option", {value, textContent: text})));
  made.onchange = () => act(made.value);
  return make("label", {textContent: label + " "}, made);
}

function weightsBox() {
  const preset = choice(words.preset, [["", words.own], ...data.presets.map((one, at) => [String(at), one.name])], value => {
    if (value !== "") move(data.presets[Number(value)].weights.slice());
  });
  preset.querySelector("select").id = "live-preset";
  const bar = make("div", {className: "bar"},
    preset,
    button("live-undo", words.undo, () => go(state.past, state.future)),
    button("live-redo", words.redo, () => go(state.future, state.past)),
    button("live-reset", words.reset, () => move(data.presets[0].weights.slice())),
    button("live-copy", words.copy, () => copied(scenario(), words.copied)),
    button("live-row", words.row, () => copied(sheetRow(), words.row_copied)),
    button("live-link", words.link, () => { history.replaceState(null, "", address()); copied(location.href, words.linked); }));
  const box = make("details", {open: true, className: "weights"}, make("summary", {textContent: words.weights}), bar, sliders(0), told, changes, likely);
  if (data.left_out.length) box.append(make("p", {className: "note", textContent: fill(words.other_panel, data.left_out.join(words.join))}));
  return box;
}

function listBox() {
  const search = make("input", {type: "search", "aria-label": words.search, placeholder: words.search});
  search.oninput = () => { state.search = search.value; state.shown = PAGE; draw(); };
  const tools = make("div", {className: "bar"}, search);
  const filter = (key, title, values) => tools.append(choice(title, [["", words.all], ...values.map(value => [String(value), String(value)])],
    value => { state.filters[key] = value; state.shown = PAGE; draw(); }));
  for (const [name, values] of Object.entries(data.units.groups)) {
    filter(name, (data.group_titles || {})[name] || name, [...new Set(values)].filter(Boolean).sort((one, other) => compare(one, other)));
  }
  const tiers = Math.max(...base.tier);
  if (tiers > 1) filter("tier", words.tier, Array.from({length: tiers}, (_, at) => at + 1));
  if (data.top < data.units.code.length) {
    const only = make("input", {type: "checkbox"});
    only.onchange = () => { state.listed = only.checked; state.shown = PAGE; draw(); };
    tools.append(make("label", {}, only, " " + words.listed_only));
  }
  const chosen = make("details", {className: "columns"}, make("summary", {textContent: words.columns}));
  for (const one of columns) {
    const box = make("input", {type: "checkbox", checked: !state.hidden.has(one.key)});
    box.onchange = () => { if (box.checked) state.hidden.delete(one.key); else state.hidden.add(one.key); draw(); };
    chosen.append(make("label", {}, box, " " + one.title));
  }
  tools.append(chosen);
  more.onclick = () => { state.shown += PAGE; draw(); };
  return [tools, aside, make("div", {className: "table"}, make("table", {}, make("thead", {}, head), body)), more, count];
}

window.tierwise = {data, list: weights => engine.list(weights), get weights() { return state.weights; }};  // to script the page

root.append(make("h2", {textContent: words.title}), make("p", {className: "note", textContent: engine ? words.lead : data.reason}));
if (engine) root.append(weightsBox());
root.append(...listBox());
root.hidden = false;
document.body.classList.add("live");
fromAddress();
window.addEventListener("hashchange", () => { fromAddress(); show(); });
show();
