// The figures: drawn from data by D3 when they come into sight; a mark tells its unit, a click pins it everywhere.
"use strict";

const listed = JSON.parse(document.getElementById("live-data").textContent);
const charts = JSON.parse(document.getElementById("chart-data").textContent);
const say = listed.words, INK = "#17202a", SYMBOLS = {
  o: d3.symbolCircle, s: d3.symbolSquare, "^": d3.symbolTriangle, D: d3.symbolDiamond2, v: d3.symbolTriangle,
  P: d3.symbolCross, X: d3.symbolCross, "*": d3.symbolStar,
};
const TURNED = {v: 180, X: 45};
const PAPER = 700;  // pixels of a printed page's width
const ruler = document.createElement("canvas").getContext("2d");
const FONT = getComputedStyle(document.body).fontFamily;
const wide = (text, size) => { ruler.font = `${size}px ${FONT}`; return ruler.measureText(text).width; };
const points = size => size * 4 / 3;

// A text cut to a width, with its end left out.
function cut(text, size, room) {
  if (wide(text, size) <= room) return text;
  let length = Math.max(1, Math.floor(text.length * room / wide(text, size)));
  while (length > 1 && wide(text.slice(0, length) + "…", size) > room) length -= 1;
  return text.slice(0, length) + "…";
}

const written = {
  percent: value => d3.format(".0%")(value), percents: value => d3.format(".1%")(value),
  size: value => String(Math.abs(Number(value.toPrecision(6)))), whole: value => String(value),
};
const short = value => Math.abs(value) >= 1e4 ? d3.format(",")(Number(value.toPrecision(6))) : String(Number(value.toPrecision(6)));

function ticksOf(axis, scale, most) {
  if (axis.ticks) return axis.ticks.map((at, row) => ({at, text: axis.labels ? axis.labels[row] : (written[axis.form] || short)(at)}));
  const [low, high] = [...axis.ends].sort((one, other) => one - other);
  let ticks = d3.ticks ? d3.ticks(low, high, most) : scale.ticks(most);
  if (axis.form === "whole") ticks = ticks.filter(Number.isInteger);
  return ticks.map(at => ({at, text: (written[axis.form] || short)(at)}));
}

// Axes by d3-axis: the places and texts are ours, since names of units are cut to the room there is.
function drawAxis(group, axis, ticks, make, size, room) {
  group.call(make.tickValues(ticks.map(one => one.at)).tickFormat((_, row) => cut(ticks[row].text, size, room)).tickSizeOuter(0));
  group.attr("font-size", size).attr("font-family", "inherit").attr("color", "#5d6d7e");
  const texts = group.selectAll(".tick text").attr("fill", INK);
  texts.filter((_, row) => cut(ticks[row].text, size, room) !== ticks[row].text).append("title").text((_, row) => ticks[row].text);
  return texts;
}

function panelOf(panel, width, height) {
  const size = 11, svg = d3.create("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height);
  const {x, y} = panel, most = Math.max(2, Math.floor(height / 45)), axisTitle = 16;
  const yTicks = y.bare ? [] : ticksOf(y, d3.scaleLinear(y.ends), most);
  const labelRoom = Math.min(0.42 * width, Math.max(0, ...yTicks.map(one => wide(one.text, size))) + 2);
  const margin = {left: (y.bare ? 6 : labelRoom + 12) + (y.title ? axisTitle : 0), right: 10, top: 8, bottom: x.bare ? 6 : 22 + (x.title ? axisTitle : 0)};
  let across, xTicks = [], aslant = false;
  // Texts may reach beyond the axes: the margins grow until they fit.
  for (let round = 0; round < 3; round += 1) {
    across = d3.scaleLinear(x.ends, [margin.left, width - margin.right]);
    for (const marks of panel.marks.filter(one => one.kind === "texts")) marks.words.forEach((text, row) => {
      const long = Math.min(wide(text, points(marks.size)), 0.34 * width), from = across(marks.x[row]) + points((marks.shift || [0])[0]);
      const left = marks.anchor === "end" ? from - long : marks.anchor === "start" ? from : from - long / 2;
      margin.left = Math.min(margin.left + Math.max(0, 3 - left), 0.6 * width);
      margin.right = Math.min(margin.right + Math.max(0, left + long + 3 - width), 0.45 * width);
    });
  }
  if (!x.bare) {
    xTicks = ticksOf(x, across, Math.max(2, Math.floor((width - margin.left - margin.right) / 70)));
    const step = xTicks.length < 2 ? Infinity : Math.abs(across(xTicks[1].at) - across(xTicks[0].at));
    const longest = Math.max(0, ...xTicks.map(one => wide(one.text, size)));
    aslant = Boolean(x.labels) && longest > step - 4;
    if (aslant) margin.bottom += Math.min(longest, 110) * 0.64;
    margin.right = Math.max(margin.right, aslant ? 8 : Math.min(longest / 2 + 2, 40));
    across = d3.scaleLinear(x.ends, [margin.left, width - margin.right]);
  }
  const up = d3.scaleLinear(y.ends, [height - margin.bottom, margin.top]);
  if (panel.square) {  // as long a step on both axes, in the middle
    const step = Math.min(Math.abs(across(1) - across(0)), Math.abs(up(1) - up(0)));
    const centre = [(across.range()[0] + across.range()[1]) / 2, (up.range()[0] + up.range()[1]) / 2];
    const half = ends => step * (ends[1] - ends[0]) / 2;
    across.range([centre[0] - half(x.ends), centre[0] + half(x.ends)]);
    up.range([centre[1] + half(y.ends), centre[1] - half(y.ends)]);
  }
  const grid = svg.append("g").attr("stroke", "#e5e7e9").attr("stroke-width", 0.8);
  if (x.grid) xTicks.forEach(one => grid.append("path").attr("d", `M${across(one.at)} ${margin.top}V${height - margin.bottom}`));
  if (y.grid) yTicks.forEach(one => grid.append("path").attr("d", `M${margin.left} ${up(one.at)}H${width - margin.right}`));
  for (const marks of panel.marks) draw[marks.kind](svg.append("g"), marks, across, up, width);
  if (!x.bare) {
    const group = svg.append("g").attr("transform", `translate(0,${height - margin.bottom})`);
    const texts = drawAxis(group, x, xTicks, d3.axisBottom(across).tickSize(4), size, aslant ? 110 : 400);
    if (aslant) texts.attr("transform", "rotate(-40)").attr("text-anchor", "end").attr("dx", "-.5em").attr("dy", ".3em");
    if (x.title) svg.append("text").attr("x", (margin.left + width - margin.right) / 2).attr("y", height - 4).attr("text-anchor", "middle").attr("font-size", size).text(cut(x.title, size, width));
  }
  if (!y.bare) {
    const group = svg.append("g").attr("transform", `translate(${margin.left},0)`);
    drawAxis(group, y, yTicks, d3.axisLeft(up).tickSize(3), size, labelRoom);
    if (y.title) svg.append("text").attr("transform", `translate(11,${(margin.top + height - margin.bottom) / 2}) rotate(-90)`).attr("text-anchor", "middle").attr("font-size", size).text(cut(y.title, size, height));
  }
  return svg.node();
}

const colourOf = marks => (_, row) => Array.isArray(marks.colour) ? marks.colour[row] : marks.colour;

// Every mark carries its unit and its tip as data of its element: texts only, never markup.
function told(selection, marks) {
  selection.attr("data-unit", (_, row) => marks.units && marks.units[row] >= 0 ? marks.units[row] : null);
  selection.attr("data-tip", (_, row) => (marks.tips && marks.tips[row]) || (marks.units && marks.units[row] >= 0 ? "" : null));
  return selection;
}

const draw = {
  rects(group, marks, across, up) {
    const box = marks.x.map((_, row) => [across(marks.x[row]), across(marks.x2[row]), up(marks.y[row]), up(marks.y2[row])]);
    told(group.selectAll("rect").data(box).join("rect"), marks)
      .attr("x", one => Math.min(one[0], one[1])).attr("width", one => Math.abs(one[1] - one[0]))
      .attr("y", one => Math.min(one[2], one[3])).attr("height", one => Math.abs(one[3] - one[2]))
      .attr("fill", colourOf(marks)).attr("stroke", marks.edge || null).attr("stroke-width", marks.edge ? 0.6 : null);
  },
  dots(group, marks, across, up) {
    const place = marks.x.map((x, row) => [across(x), up(marks.y[row])]);
    const side = points(marks.size), tick = marks.marker === "|";
    const shape = tick ? `M0 ${-side / 2}V${side / 2}` : d3.symbol(SYMBOLS[marks.marker || "o"], side * side * 0.75)();
    told(group.selectAll("path").data(place).join("path"), marks).attr("d", shape)
      .attr("transform", one => `translate(${one[0]},${one[1]}) rotate(${TURNED[marks.marker] || 0})`)
      .attr("fill", tick ? "none" : colourOf(marks)).attr("stroke", tick ? colourOf(marks) : marks.edge || "none").attr("stroke-width", tick ? 1.4 : 0.6);
  },
  line(group, marks, across, up) {
    const there = marks.x.map((x, row) => [x, marks.y[row]]);
    const path = d3.line(one => across(one[0]), one => up(one[1])).defined(one => one[1] !== null)(there);
    told(group.append("path"), marks).attr("d", path).attr("fill", "none").attr("stroke", colourOf(marks)(null, 0))
      .attr("stroke-width", points(marks.size)).attr("stroke-dasharray", marks.dash || null);
    if (marks.marker) {
      const dots = {...marks, kind: "dots", size: 2 + 1.4 * marks.size, units: there.map(() => (marks.units || [-1])[0]), tips: there.map(() => (marks.tips || [""])[0])};
      const known = there.map((one, row) => row).filter(row => there[row][1] !== null);
      const some = values => known.map(row => values[row]);
      draw.dots(group.append("g"), {...dots, x: some(marks.x), y: some(marks.y), units: some(dots.units), tips: some(dots.tips)}, across, up);
    }
    if (marks.units || marks.tips) told(group.append("path"), marks).attr("class", "reach").attr("d", path).attr("fill", "none").attr("stroke", "transparent").attr("stroke-width", 10);
  },
  links(group, marks, across, up) {
    const ends = marks.x.map((x, row) => `M${across(x)} ${up(marks.y[row])}L${across(marks.x2[row])} ${up(marks.y2[row])}`);
    group.selectAll("path").data(ends).join("path").attr("d", one => one).attr("stroke", colourOf(marks)).attr("fill", "none")
      .attr("stroke-width", points(marks.size)).attr("stroke-dasharray", marks.dash || null);
  },
  texts(group, marks, across, up, width) {
    const [right, above] = marks.shift || [0, 0], size = points(marks.size), room = 0.34 * width;
    const texts = told(group.selectAll("text").data(marks.words).join("text"), marks)
      .attr("x", (_, row) => across(marks.x[row]) + points(right)).attr("y", (_, row) => up(marks.y[row]) - points(above))
      .attr("dy", ".35em").attr("text-anchor", marks.anchor || "middle").attr("font-size", size).attr("fill", colourOf(marks))
      .text(one => cut(one, size, room));
    texts.filter(one => cut(one, size, room) !== one).append("title").text(one => one);
  },
};

function legendOf(panels) {
  const box = document.createElement("div"), known = new Set();
  box.className = "legend";
  for (const marks of panels.flatMap(panel => panel.marks)) {
    if (!marks.name || known.has(marks.name)) continue;
    known.add(marks.name);
    const colour = colourOf(marks)(null, 0), line = marks.kind === "line" || marks.kind === "links";
    const svg = d3.create("svg").attr("width", line ? 26 : 14).attr("height", 12).attr("aria-hidden", "true");
    if (line) svg.append("path").attr("d", "M1 6H25").attr("stroke", colour).attr("stroke-width", 2).attr("stroke-dasharray", marks.dash || null);
    if (marks.kind === "rects") svg.append("rect").attr("width", 13).attr("height", 11).attr("fill", colour).attr("stroke", marks.edge || null);
    if (marks.marker || marks.kind === "dots") {
      svg.append("path").attr("d", d3.symbol(SYMBOLS[marks.marker || "o"] || d3.symbolCircle, 42)()).attr("fill", colour).attr("stroke", marks.edge || "none")
        .attr("transform", `translate(${line ? 13 : 7},6) rotate(${TURNED[marks.marker] || 0})`);
    }
    const entry = document.createElement("span");
    entry.append(svg.node(), " " + marks.name);
    box.append(entry);
  }
  return box.childElementCount ? box : null;
}

const GAP = 20;
function drawn(figure, width) {
  const chart = charts[figure.dataset.chart], box = figure.querySelector(".panels");
  const least = chart.across > 3 ? 170 : 330;  // pixels of a panel that can still be read
  const across = Math.max(1, Math.min(chart.across, Math.floor((width + GAP) / (least + GAP))));
  const each = Math.min((width - GAP * (across - 1)) / across, across === 1 ? Math.max(chart.width * 90, 420) : Infinity);
  const down = Math.ceil(chart.panels.length / chart.across);
  const titled = chart.panels.some(panel => panel.title) ? 22 : 0;
  const height = panel => panel.square ? Math.min(chart.height * 96, each) :
    Math.max(110, panel.y.labels ? panel.y.labels.length * 17 + 44 : chart.height / down * 84 - titled);
  box.style.gridTemplateColumns = `repeat(${across}, ${each}px)`;
  box.replaceChildren(...chart.panels.map(panel => {
    const made = document.createElement("div");
    if (panel.title) made.append(Object.assign(document.createElement("p"), {className: "panel-title", textContent: panel.title}));
    made.append(panelOf(panel, Math.floor(each), Math.round(height(panel))));
    const legend = panel.legend && legendOf([panel]);
    if (legend) made.append(legend);
    return made;
  }));
  box.style.minHeight = "";
  figure.querySelector(".legend.whole")?.remove();
  const legend = chart.legend && legendOf(chart.panels);
  if (legend) { legend.classList.add("whole"); box.after(legend); }
  figure.dataset.drawn = String(Math.round(width));
  repin(figure);
}

// What is pinned: units by their row in the list, everywhere the same.
const pinned = new Set();
const bar = document.createElement("div");
bar.className = "pinned";
bar.setAttribute("role", "status");
bar.hidden = true;

function repin(root = document) {
  for (const one of root.querySelectorAll("[data-unit]")) one.classList.toggle("pin", pinned.has(Number(one.dataset.unit)));
}

function pin(unit, on = !pinned.has(unit)) {
  if (on) pinned.add(unit); else pinned.delete(unit);
  document.body.classList.toggle("some-pinned", pinned.size > 0);
  repin();
  bar.hidden = !pinned.size;
  bar.replaceChildren(say.pinned + " ", ...[...pinned].map(one => {
    const button = Object.assign(document.createElement("button"), {type: "button", textContent: `${listed.units.name[one]} ×`});
    button.setAttribute("aria-label", say.unpin.replace("{}", listed.units.name[one]));
    button.onclick = () => pin(one, false);
    return button;
  }));
}

const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("role", "status");

function tell(mark, left, top) {
  const unit = mark.dataset.unit === undefined ? -1 : Number(mark.dataset.unit), lines = [];
  if (unit >= 0) {
    const tier = listed.base.tier[unit], score = listed.base.score[unit];
    lines.push(Object.assign(document.createElement("b"), {textContent: listed.units.name[unit]}));
    const own = [`${say.rank} ${listed.base.rank[unit] ?? "–"}`, ...(score === null ? [] : [`${say.score} ${Number(score.toPrecision(4))}`]),
      ...(tier ? [listed.tier_names[tier - 1]] : [say.outside])];
    lines.push(Object.assign(document.createElement("span"), {textContent: own.join(" · ")}));
  }
  if (mark.dataset.tip) lines.push(Object.assign(document.createElement("span"), {textContent: mark.dataset.tip}));
  if (unit >= 0 && !pinned.has(unit)) lines.push(Object.assign(document.createElement("i"), {textContent: say.click}));
  if (!lines.length) { tip.hidden = true; return; }
  tip.replaceChildren(...lines);
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(left + 14, innerWidth - box.width - 8))}px`;
  tip.style.top = `${top + 18 + box.height > innerHeight ? Math.max(4, top - box.height - 12) : top + 18}px`;
}

function hot(unit) {
  for (const one of document.querySelectorAll(".hot")) one.classList.remove("hot");
  if (unit >= 0) for (const one of document.querySelectorAll(`figure.chart [data-unit="${unit}"]`)) one.classList.add("hot");
}

document.addEventListener("pointerover", event => {
  const mark = event.target.closest?.("figure.chart [data-tip]");
  if (!mark) { if (!tip.hidden) { tip.hidden = true; hot(-1); } return; }
  tell(mark, event.clientX, event.clientY);
  hot(mark.dataset.unit === undefined ? -1 : Number(mark.dataset.unit));
});
document.addEventListener("click", event => {
  const one = event.target.closest?.("[data-unit]");
  if (!one || event.target.closest("button, a, input, select, [role=button]") || String(getSelection())) return;
  pin(Number(one.dataset.unit));
});
document.addEventListener("keydown", event => {
  if (event.key === "Escape") { if (!tip.hidden) { tip.hidden = true; hot(-1); } return; }
  const figure = event.target.closest?.("figure.chart");
  if (!figure || event.target !== figure) return;
  const marks = [...figure.querySelectorAll("[data-tip]:not(.reach)")];
  const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
  const now = marks[Number(figure.dataset.at ?? -1)];
  if (step && marks.length) {
    event.preventDefault();
    const at = (Number(figure.dataset.at ?? (step > 0 ? -1 : 0)) + step + marks.length) % marks.length, box = marks[at].getBoundingClientRect();
    figure.dataset.at = String(at);
    tell(marks[at], box.right, box.top);
    hot(marks[at].dataset.unit === undefined ? -1 : Number(marks[at].dataset.unit));
  }
  if ((event.key === "Enter" || event.key === " ") && now?.dataset.unit !== undefined) { event.preventDefault(); pin(Number(now.dataset.unit)); }
});
document.addEventListener("list-drawn", () => repin(document.getElementById("live")));

const figures = [...document.querySelectorAll("figure.chart")];
const room = figure => figure.parentElement.clientWidth;
const seen = new IntersectionObserver(entries => {
  for (const {isIntersecting, target} of entries) if (isIntersecting && !target.dataset.drawn) drawn(target, room(target));
}, {rootMargin: "600px"});
for (const figure of figures) {
  const chart = charts[figure.dataset.chart];
  figure.querySelector(".panels").style.minHeight = `${Math.round(chart.height * 80)}px`;  // no jump when it is drawn
  figure.hidden = false;
  seen.observe(figure);
}
let waiting = 0;
window.addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => figures.filter(one => one.dataset.drawn && Number(one.dataset.drawn) !== Math.round(room(one))).forEach(one => drawn(one, room(one))), 150);
});
window.addEventListener("beforeprint", () => figures.forEach(one => drawn(one, PAPER)));
window.addEventListener("afterprint", () => figures.forEach(one => drawn(one, room(one))));
document.body.append(tip, bar);
