"""Custom functions of the served add-in, called in a browser as Office.js calls them."""

import json

SERVE = """
import sys
from tierwise_addin.hosts.server.app import application
from tierwise_addin.hosts.serving import Serving
port = int(sys.argv[1])
Serving(application("noncommercial", port), port).run()
"""


def as_office(item):
    """Return an argument as Office.js passes it: rows, an empty text for a blank cell."""
    if isinstance(item, list):
        return [["" if cell is None else cell for cell in row] for row in item]
    return item if item is None or isinstance(item, str) else [[item]]


ERRORS = {"Value": "#VALUE!", "NotAvailable": "#N/A"}


def plain(cell):
    """Return a cell of a result as it is shown: Office.js has objects for error values."""
    return cell.get("basicValue") or ERRORS[cell["errorType"]] if isinstance(cell, dict) else cell


def formula(page, name, *given):
    """Return what a custom function gives; a streaming one its last result and the ones before."""
    return page.evaluate(
        f"""(async () => {{
            const given = {json.dumps(given)};
            const streamed = [];
            const invocation = {{ address: "Sheet1!D2", setResult: (rows) => streamed.push(rows) }};
            try {{
                const direct = await CustomFunctions.functions["{name}"](...given, invocation);
                if (direct !== undefined) return {{ rows: direct }};
                const text = (rows) => String(rows[0][0]);
                for (let tick = 0; tick < 600; tick++) {{
                    const last = streamed.at(-1);
                    if (last && !text(last).endsWith("%") && !text(last).startsWith("Waiting")) break;
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }}
                return {{ rows: streamed.at(-1), before: streamed.slice(0, -1) }};
            }} catch (error) {{
                return {{ error: error.code, message: error.message }};
            }}
        }})()"""
    )
