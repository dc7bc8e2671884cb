// The task pane: lists scenarios, runs one, shows its progress and robustness table, inserts it as a new sheet.

const INPUT_SHEETS = ["data", "framework", "experts", "comparisons", "history", "scenario",
  "数据", "指标数据", "指标体系", "框架", "专家", "专家打分", "历史", "历年排名", "方案", "设置", "判断矩阵"];
const SHOWN_ROWS = 30;
const byId = (id) => document.getElementById(id);
let run = null;
let rows = [];

async function ask(path, options = {}) {
  const reply = await fetch(path, { headers: { "Content-Type": "application/json" }, ...options });
  if (!reply.ok) throw new Error(await reply.text());
  return reply.json();
}

function tell(text) {
  byId("message").textContent = text;
}

async function listScenarios() {
  const choice = byId("scenario");
  choice.append(new Option("This workbook · 本工作簿", ""));
  for (const { name, title } of await ask("tierwise/scenarios")) choice.append(new Option(title, name));
}

// The input sheets of the open workbook, as rows of cells.
async function workbookSheets() {
  return Excel.run(async (context) => {
    const sheets = context.workbook.worksheets;
    context.workbook.load("name");
    sheets.load("items/name");
    await context.sync();
    const wanted = sheets.items.filter((sheet) => INPUT_SHEETS.includes(sheet.name.trim().toLowerCase()));
    const ranges = wanted.map((sheet) => {
      // From A1, so that rows and columns in messages are those of the sheet.
      const range = sheet.getRange("A1").getBoundingRect(sheet.getUsedRange());
      range.load("values");
      return range;
    });
    await context.sync();
    return {
      name: context.workbook.name,
      sheets: Object.fromEntries(wanted.map((sheet, at) => [sheet.name, ranges[at].values])),
    };
  });
}

async function start() {
  tell("");
  byId("insert").disabled = true;
  byId("table").replaceChildren();
  const chosen = byId("scenario").value;
  const asked = chosen ? { name: chosen } : await workbookSheets();
  const draws = Number(byId("draws").value);
  if (draws > 0) asked.draws = draws;
  run = await ask("tierwise/runs", { method: "POST", body: JSON.stringify(asked) });
  byId("cancel").disabled = false;
  await follow();
}

async function follow() {
  while (run.state === "running") {
    const share = run.total ? Math.round((100 * run.done) / run.total) : 0;
    byId("bar").style.width = `${share}%`;
    tell(`${run.stage} ${share}%`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    run = await ask(`tierwise/runs/${run.key}`);
  }
  byId("cancel").disabled = true;
  if (run.state !== "done") {
    tell(run.message);
    return;
  }
  byId("bar").style.width = "100%";
  const found = await ask(`tierwise/runs/${run.key}/robustness`);
  rows = found.rows;
  tell(found.title);
  show(rows.slice(0, SHOWN_ROWS + 1));
  byId("insert").disabled = false;
}

function show(lines) {
  const right = lines.at(-1).map((value) => typeof value === "number"); // headings stand above their numbers
  const cell = (tag, value, column) => {
    const made = document.createElement(tag);
    made.textContent = typeof value === "number" ? Number(value.toPrecision(4)) : value;
    made.className = `pe-3 ${right[column] ? "text-end" : ""}`;
    return made;
  };
  byId("table").replaceChildren(
    ...lines.map((line, at) => {
      const row = document.createElement("tr");
      row.append(...line.map((value, column) => cell(at ? "td" : "th", value, column)));
      return row;
    }),
  );
}

async function insert() {
  await Excel.run(async (context) => {
    const sheets = context.workbook.worksheets;
    sheets.load("items/name");
    await context.sync();
    const taken = new Set(sheets.items.map((sheet) => sheet.name));
    let name = "Robustness";
    for (let number = 2; taken.has(name); number++) name = `Robustness ${number}`;
    const sheet = sheets.add(name);
    const range = sheet.getRangeByIndexes(0, 0, rows.length, rows[0].length);
    range.values = rows;
    sheet.tables.add(range, true);
    sheet.activate();
    await context.sync();
    tell(`${name}: ${rows.length - 1}`);
  });
}

function guarded(action) {
  return () => action().catch((error) => tell(error.message));
}

Office.onReady(() => {
  byId("run").addEventListener("click", guarded(start));
  byId("cancel").addEventListener("click", guarded(() => ask(`tierwise/runs/${run.key}`, { method: "DELETE" })));
  byId("insert").addEventListener("click", guarded(insert));
  guarded(listScenarios)();
});
