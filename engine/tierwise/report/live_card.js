// A unit's card beside the live list: its scores and ranks at every node under the weights of the moment.
"use strict";

function nodeRank(scores, unit) {
  if (Number.isNaN(scores[unit])) return NaN;
  const cells = onGrid(Array.from(scores));
  return 1 + cells.filter(cell => cell > cells[unit]).length;
}

// All listed units as ticks between the lowest and the highest score, the tier's mean, the unit.
function strip(scores, unit, listed, peers) {
  const known = Array.from(scores).filter(score => !Number.isNaN(score));
  const low = Math.min(...known), width = Math.max(...known) - low || 1;
  const at = score => (4 + 112 * (score - low) / width).toFixed(1);
  const ticks = listed.filter(one => !Number.isNaN(scores[one])).map(one => `<path d="M${at(scores[one])} 4v8" stroke="#aab7b8"/>`);
  const there = peers.filter(one => !Number.isNaN(scores[one]));
  const mean = there.reduce((sum, one) => sum + scores[one], 0) / there.length;
  const middle = there.length ? `<path d="M${at(mean)} 3l4 5l-4 5l-4 -5z" fill="#f5b041"/>` : "";
  const own = Number.isNaN(scores[unit]) ? "" : `<circle cx="${at(scores[unit])}" cy="8" r="4" fill="#1b4f72"/>`;
  const made = document.createElement("span");
  made.innerHTML = `<svg viewBox="0 0 120 16" width="120" height="16" aria-hidden="true">${ticks.join("")}${middle}${own}</svg>`;
  return made;
}

function cardOf(unit) {
  const listed = data.units.code.map((_, one) => one).filter(one => list.rank[one] <= data.top);
  const peers = listed.filter(one => list.tier[one] === list.tier[unit]);
  const head = make("tr", {}, ...[words.node, words.weight, words.score, words.rank, words.position].map((text, at) =>
    make("th", {className: at && at < 4 ? "right" : "", textContent: text})));
  const weights = engine.globals(state.weights);
  const rows = data.codes.map((_, node) => node).slice(1).map(node => make("tr", {},
    make("td", {textContent: "　".repeat(engine.level[node] - 1) + data.names[node]}),
    make("td", {className: "right", textContent: percent(weights[node])}),
    make("td", {className: "right", textContent: scoreText(list.nodes[node][unit])}),
    make("td", {className: "right", textContent: rankText(nodeRank(list.nodes[node], unit))}),
    make("td", {}, strip(list.nodes[node], unit, listed, peers))));
  const close = make("button", {type: "button", textContent: words.close});
  close.onclick = () => showCard(null);
  const where = data.tier_names[list.tier[unit] - 1] || words.outside;
  return make("section", {className: "card", role: "dialog", "aria-label": data.units.name[unit]},
    close, make("h3", {textContent: `${data.units.name[unit]} · ${words.rank} ${rankText(list.rank[unit])} · ${where} · ${words.score} ${scoreText(list.score[unit])}`}),
    make("p", {className: "note", textContent: words.card_note}),
    make("div", {className: "table", tabIndex: 0}, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))));
}
