// Pages on paper: breaks are set as the browser begins to print, so that the contents can tell page numbers.
// No browser counts pages for a text; so the page is laid out as on paper, measured, and every break is ours.
"use strict";

const MM = 96 / 25.4;
const PAPER = {upright: {width: 186 * MM, height: 269 * MM}, wide: {width: 273 * MM, height: 182 * MM}};
const SLACK = 0.96;  // letters on paper are a hair wider or narrower than on the screen
const INSIDE = "header, main, section, .layout, .table, table, tbody, ul";
const SIDEWAYS = ".wide:not(.fits):not(:has(figure)), .wide:not(.fits) .table";
const rules = [...document.styleSheets[0].cssRules].filter(rule => rule instanceof CSSMediaRule);
const media = rules.map(rule => rule.media.mediaText);
const links = [...document.querySelectorAll("nav a, h3 a")];
const open = [...document.querySelectorAll("nav details")];
let undo = [];

function set(style, name, value) {
  const before = style[name];
  undo.push(() => { style[name] = before; });
  style[name] = value;
}

// Tables stand upright where their cells need not wrap there; what is to lie sideways is as wide as such a page.
function tables() {
  const sections = [...document.querySelectorAll("section:not(#live)")].filter(one => one.querySelector("table"));
  const fitting = (section, width) => section.querySelector("table").offsetWidth <= Math.ceil(width);
  const longer = section => {  // texts beside cells that do not wrap are narrow
    if (!section.querySelector("td.long")) return false;
    const table = section.querySelector("table"), whole = table.offsetHeight;
    section.classList.remove("whole");
    const wrapped = table.offsetHeight;
    section.classList.add("whole");
    return wrapped < whole;
  };
  for (const section of sections) section.classList.add("whole", "fits");
  for (const section of sections.filter(one => !fitting(one, PAPER.upright.width))) section.classList.remove("fits");
  const turned = [...document.querySelectorAll(SIDEWAYS)];
  for (const one of turned) one.style.cssText = `width: ${PAPER.wide.width}px; max-width: none`;
  const widest = one => PAPER[one.matches(".wide:not(.fits)") ? "wide" : "upright"].width;
  for (const section of sections.filter(one => !fitting(one, widest(one)) || longer(one))) section.classList.remove("whole");
  return turned;
}

// What a page may begin with, in order; a heading goes with what follows it, headings of columns with the first row.
function blocks() {
  const found = [];
  let kept = null;
  const add = (element, sideways, row) => {
    const box = element.getBoundingClientRect(), first = kept ?? {element, top: box.top, ids: []};
    if (element.id) first.ids.push(element.id);
    if (element.matches("h1, h2, h3, p.note:not(.table + p)") && element.nextElementSibling) { kept = first; return; }
    kept = null;
    found.push({...first, bottom: box.bottom, sideways, repeated: row && first.element === element ? row : 0});
  };
  const walk = (parent, sideways) => {
    for (const child of parent.children) {
      if (!child.getClientRects().length) continue;
      const turned = sideways || child.matches(`${SIDEWAYS}, .wide:not(.fits) .table + .note`);
      if (child.tagName === "THEAD") {
        const box = child.getBoundingClientRect();
        kept ??= {element: parent.parentElement, top: box.top, ids: []};
      } else if (child.matches(INSIDE)) walk(child, turned);
      else add(child, turned, child.tagName === "TR" ? child.closest("table").tHead.offsetHeight : 0);
    }
  };
  walk(document.body, false);
  return found;
}

// Break before the blocks that do not fit; the pages of the headings.
function paginate() {
  const pages = new Map();
  let page = 1, start = 0, repeated = 0, sideways = false;
  for (const block of blocks()) {
    const room = SLACK * (block.sideways ? PAPER.wide : PAPER.upright).height;
    if (block.sideways !== sideways || block.bottom - start + repeated > room) {
      if (block.top > 1) {
        set(block.element.style, "breakBefore", "page");
        page += 1;
      }
      start = block.top - parseFloat(getComputedStyle(block.element).marginTop);
      ({repeated, sideways} = block);
    }
    for (const id of block.ids) pages.set(id, page);
    const whole = room / SLACK, over = Math.ceil((block.bottom - start) / whole) - 1;  // taller than a page: the browser parts it
    page += over;
    start += over * whole;
  }
  return pages;
}

window.addEventListener("beforeprint", () => {
  if (!navigator.userAgent.includes("Chrome/")) return;  // others print no numbers on their pages, or others
  rules.forEach((rule, at) => { rule.media.mediaText = media[at] === "print" ? "all" : "not all"; });
  for (const part of open) { const was = part.open; undo.push(() => { part.open = was; }); part.open = true; }
  for (const link of links) link.dataset.page = "000";
  document.body.style.width = `${PAPER.upright.width}px`;
  const turned = tables();
  const pages = paginate();
  for (const link of links) {
    const page = pages.get(decodeURIComponent(link.hash.slice(1)));
    if (page) link.dataset.page = page; else delete link.dataset.page;
  }
  document.body.style.width = "";
  for (const one of turned) one.style.cssText = "";
  rules.forEach((rule, at) => { rule.media.mediaText = media[at]; });
});
window.addEventListener("afterprint", () => {
  for (const back of undo.reverse()) back();
  undo = [];
  for (const link of links) delete link.dataset.page;
  for (const section of document.querySelectorAll("section")) section.classList.remove("fits", "whole");
});
