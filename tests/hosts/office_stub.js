// Stands in for office.js: a workbook in memory with the few calls that the task pane and xlwings.js make.
(() => {
  const functions = {};
  class CustomFunctionError extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  }
  globalThis.CustomFunctions = {
    associate: (name, called) => (functions[name] = called),
    Error: CustomFunctionError,
    ErrorCode: { invalidValue: "#VALUE!", notAvailable: "#N/A" },
    functions,
  };
  const anything = () =>
    new Proxy(function () {}, {
      get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === "then" ? undefined : anything()),
      apply: () => anything(),
    });
  class FakeRange {
    constructor(sheet) {
      this.sheet = sheet;
    }
    load() {}
    getBoundingRect() {
      return this;
    }
    get values() {
      return this.sheet.values;
    }
    set values(rows) {
      this.sheet.values = rows;
    }
  }
  class FakeSheet {
    constructor(name, values) {
      Object.assign(this, { name, values, tables: { add: () => (this.hasTable = true) } });
    }
    getRange() {
      return new FakeRange(this);
    }
    getUsedRange() {
      return new FakeRange(this);
    }
    getRangeByIndexes() {
      return new FakeRange(this);
    }
    activate() {}
    load() {}
  }
  const sheets = (globalThis.sheetsOfBook = []);
  globalThis.addSheet = (name, values) => sheets.push(new FakeSheet(name, values));
  const worksheets = {
    load() {},
    get items() {
      return sheets;
    },
    add: (name) => sheets[sheets.push(new FakeSheet(name, [])) - 1],
    onCalculated: { add() {} },
  };
  class RequestContext {
    constructor() {
      this.workbook = { name: "Book1.xlsx", load() {}, worksheets, names: anything() };
      const culture = { name: "en-US", load() {}, datetimeFormat: { shortDatePattern: "m/d/yyyy", load() {} } };
      this.application = { cultureInfo: culture, load() {} };
    }
    load() {}
    async sync() {}
  }
  globalThis.Excel = { RequestContext, run: async (work) => work(new RequestContext()) };
  const information = { host: "Excel", platform: "PC" };
  globalThis.Office = {
    onReady: (ready) => Promise.resolve(information).then((told) => (ready && ready(told), told)),
    context: {
      requirements: { isSetSupported: () => true },
      platform: "PC",
      host: "Excel",
      diagnostics: {},
      ui: anything(),
    },
    addin: anything(),
    actions: { associate() {} },
    HostType: { Excel: "Excel" },
    PlatformType: { PC: "PC" },
  };
})();
