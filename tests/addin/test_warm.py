"""After the warm-up no function keeps its first cell waiting."""

import json
import subprocess
import sys

CHECK = """
import json, resource
from tierwise_addin import answered, kept
from tierwise_addin.examples import EXAMPLES
from tierwise_addin.warm import warm
def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
warm()
kept.results().forget()
seconds = {}
for example in EXAMPLES:
    if example.function not in seconds:
        begun = spent()
        assert answered(example.function, *example.cells)[1] == ""
        seconds[example.function] = spent() - begun
print(json.dumps(seconds))
"""


def test_no_first_call_takes_above_two_seconds():
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True)
    seconds = json.loads(done.stdout)
    assert len(seconds) > 45
    assert {name: spent for name, spent in seconds.items() if spent > 2.0} == {}
