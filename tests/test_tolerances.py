"""Tolerances stand in one module; a small number elsewhere is none, for a reason that is given here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tierwise import tolerances

ROOT = Path(__file__).parents[1]
SMALL = 1e-5
SOLVER = "the precision of a solver, beside its call"
SEARCH = "where a search or an iteration stops"
FINITE = "keeps a quotient, a logarithm or a sum of squares finite"
ELSEWHERE = {
    "arrays.py": {1e-50: FINITE},
    "draws/simulate.py": {1e-9: FINITE},
    "inputs/stand_ins.py": {1e-90: FINITE},
    "kernels/compiled_rounds.py": {1e-280: "squares below it have lost digits"},
    "kernels/ranks.py": {1e-30: FINITE},
    "methods/dea.py": {1e-7: SOLVER, 1e-9: SOLVER, 1e-10: SOLVER},
    "methods/doubts.py": {1e-300: FINITE},
    "methods/elicited.py": {1e-12: SOLVER},
    "methods/factors.py": {1e-12: SEARCH},
    "methods/impute.py": {1e-5: SEARCH, 1e-12: SOLVER},
    "methods/optimise.py": {1e-9: FINITE, 1e-15: SOLVER},
    "proofreading/numbers.py": {1e-5: "a number in print that has so many decimals was not rounded"},
    "proofs/compiled_lines.py": {1e-300: FINITE},
    "proofs/sides.py": {1e-6: SOLVER, 1e-10: SOLVER},
    "whatif/least_distance.py": {1e-5: SOLVER, 1e-14: SOLVER},
    "whatif/programs.py": {1e-9: SOLVER},
    "whatif/requirements.py": {1e-6: SOLVER},
    "whatif/sweep.py": {1e-6: SEARCH},
}


def _small(source: str) -> Iterator[float]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and 0.0 < node.value <= SMALL:
            yield node.value


def test_small_numbers_elsewhere_are_no_tolerances() -> None:
    seen: dict[str, set[float]] = {}
    for folder in (ROOT / "engine/tierwise", ROOT / "addin/tierwise_addin"):
        for path in folder.rglob("*.py"):
            name = path.relative_to(folder).as_posix()
            if name != "tolerances.py" and (small := {*_small(path.read_text(encoding="utf-8"))}):
                seen[name] = small
    assert seen == {name: {*reasons} for name, reasons in ELSEWHERE.items()}


def test_every_tolerance_has_its_reason_and_is_used() -> None:
    used = {
        node.id
        for path in (ROOT / "engine/tierwise").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    lines = Path(tolerances.__file__).read_text(encoding="utf-8").splitlines()
    for name in (name for name in vars(tolerances) if name.isupper()):
        (at,) = (at for at, line in enumerate(lines) if line.startswith(f"{name}: Final"))
        assert lines[at - 1].startswith("# ")
        assert name in used
