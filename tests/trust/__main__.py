"""``python -m tests.trust [SHARE] [SEED] [KIND …]``: the long profile, or a part, as a table by outcome."""

from __future__ import annotations

import sys
import warnings
from collections import Counter

from tests.trust.outcomes import FAILURES
from tests.trust.profile import KINDS, cases, table


def main() -> int:
    """Run the profile; return 1 when some case failed."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    warnings.simplefilter("ignore")
    counts: dict[str, Counter[str]] = {}
    print(table({}), flush=True)
    for kind in [kind for kind in KINDS if not sys.argv[3:] or kind.name in sys.argv[3:]]:
        count: Counter[str] = Counter()
        try:
            for case, ended in cases(kind, max(1, round(kind.long * share)), seed):
                count[ended] += 1
                if ended in FAILURES:
                    print(f"{kind.name}, seed {case}: {ended}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:  # what was done is told
            print(f"{kind.name}: ended at {count.total():,} cases", file=sys.stderr, flush=True)
        counts[kind.name] = count
        print(table({kind.name: count}).splitlines()[-1], flush=True)
    return int(any(count[failure] for count in counts.values() for failure in FAILURES))


if __name__ == "__main__":
    sys.exit(main())
