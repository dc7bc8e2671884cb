// Every other table of the page: sorted by a click on a heading, searched where it is long.
"use strict";

const LONG = 20;
const number = text => {
  const plain = text.replace(/[,%\s]/g, "").replace("∞", "Infinity");
  return plain === "" || Number.isNaN(Number(plain)) ? null : Number(plain);
};

const contents = document.querySelector("nav > details");
if (contents && window.innerWidth < 1100) {
  contents.open = false;
  window.addEventListener("beforeprint", () => { contents.open = true; });
  window.addEventListener("afterprint", () => { contents.open = false; });
}

for (const table of document.querySelectorAll("section:not(#live) .table table")) {
  const rows = [...table.tBodies[0].rows], words = JSON.parse(document.getElementById("live-data").textContent).words;
  if (rows.length > LONG) {
    const search = Object.assign(document.createElement("input"), {type: "search", className: "search", placeholder: words.find});
    search.setAttribute("aria-label", words.find);
    search.oninput = () => {
      const wanted = search.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    };
    table.parentElement.before(search);
  }
  if (rows.length < 3) continue;
  [...table.tHead.rows[0].cells].forEach((cell, at) => {
    // A span, no button: browsers print no buttons in the heading rows that they repeat.
    const button = Object.assign(document.createElement("span"), {tabIndex: 0, textContent: cell.textContent});
    button.setAttribute("role", "button");
    cell.replaceChildren(button);
    button.onkeydown = event => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); button.click(); }
    };
    button.onclick = () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyed = rows.map((row, place) => ({row, place, text: row.cells[at].textContent, value: number(row.cells[at].textContent)}));
      keyed.sort((one, other) => {
        if (one.value === null || other.value === null) {
          if (one.value !== other.value) return one.value === null ? 1 : -1;  // texts and blanks stand last
          return (down ? -1 : 1) * one.text.localeCompare(other.text, document.documentElement.lang) || one.place - other.place;
        }
        return (down ? -1 : 1) * (one.value - other.value) || one.place - other.place;
      });
      table.tBodies[0].append(...keyed.map(one => one.row));
    };
  });
}
