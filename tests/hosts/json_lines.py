"""Commands as JSON lines on standard input, their replies as JSON lines on standard output."""

import json
import sys
import traceback


def obey(commands):
    """Run what is asked, by the name of a command and its arguments, until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            reply = {"result": commands[asked["command"]](*asked["arguments"])}
        except Exception:
            reply = {"error": traceback.format_exc()}
        print(json.dumps(reply), flush=True)
