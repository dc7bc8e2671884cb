"""The framework: the tree of an index, with weights, directions and goalposts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.inputs.comparisons import Comparisons
from tierwise.inputs.files import no_sheet, read_csv, read_workbook
from tierwise.inputs.framework_sheet import ROOT, read_columns
from tierwise.inputs.judgements import Judgements
from tierwise.inputs.sheet import Sheet, meaning_fields
from tierwise.kernels.tree import Tree
from tierwise.lookup import Lookup
from tierwise.names import same_form
from tierwise.units import agree, bracketed, factor, ratio_of, split_heading, unit_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@dataclass(frozen=True)
class Framework:
    """Nodes of the index's tree, the index itself first, parents before children (depth first).

    All arrays have one entry a node. ``weights`` are relative within siblings, NaN where none is given;
    ``low``, ``high``, ``cap`` (1 or 0) and ``target`` are NaN where not given; texts are empty there.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    parents: tuple[str, ...]  # "" for the index
    weights: FloatArray
    directions: IntArray
    units: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    cap: FloatArray
    target: FloatArray
    denominators: tuple[str, ...]
    normalisations: tuple[str, ...]
    aggregations: tuple[str, ...]
    places: Mapping[str, str] = field(default_factory=dict, repr=False)  # cell of each "code:column"
    comparisons: Comparisons | None = field(default=None, repr=False)  # in pairs, for the weights "ahp"
    judgements: Judgements | None = field(default=None, repr=False)  # of single nodes, less than scores

    @classmethod
    def from_sheet(cls, sheet: Sheet) -> Framework:
        """Return the framework that a sheet describes (columns: see the manual, *Your own data*).

        Raises :class:`TierwiseError` with every problem that ``framework_sheet.read_columns`` finds.
        """
        return cls(**read_columns(sheet)._asdict())

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Framework:
        """Return the framework that a pandas frame with the sheet's columns describes."""
        return cls.from_sheet(Sheet.from_frame(frame, "Framework"))

    @classmethod
    def from_workbook(cls, path: str | Path) -> Framework:
        """Return the framework on the Framework sheet of a workbook."""
        sheets = read_workbook(path)
        if "Framework" not in sheets:
            raise TierwiseError(no_sheet(path, "Framework"))
        return cls.from_sheet(sheets["Framework"])

    @classmethod
    def from_csv(cls, path: str | Path) -> Framework:
        """Return the framework in a CSV file."""
        return cls.from_sheet(read_csv(path))

    @cached_property
    def tree(self) -> Tree:
        """The tree as arrays; its leaves are in the order of :attr:`indicators`."""
        position = {code: node for node, code in enumerate(self.codes)}
        parent = np.array([position[up] if up else -1 for up in self.parents], dtype=np.int64)
        leaves = np.setdiff1d(np.arange(len(self.codes)), parent)
        return Tree(parent, leaves)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the leaves: the columns of the panel."""
        return tuple(self.codes[node] for node in self.tree.leaves)

    def headings(self, codes: Sequence[str]) -> dict[str, str]:
        """Return the codes by other headings that mean them: their names, in lower case, and plain forms.

        Names that are codes themselves, or names of several nodes, stand for none; nor does a form (see
        :func:`~tierwise.names.same_form`) that is one of several codes.
        """
        forms = [same_form(code).lower() for code in self.codes]
        headed = {form: code for form, code in zip(forms, self.codes, strict=True) if code in codes}
        headed = {form: code for form, code in headed.items() if forms.count(form) == 1}
        names = [name.strip().lower() for name in self.names]
        taken = {code.lower() for code in self.codes}
        for code in codes:
            name = names[self.codes.index(code)]
            if name not in taken and name not in forms and names.count(name) == 1:
                headed[name] = code
        return headed

    def divisor(self, code: str, header: Sequence[str]) -> str:
        """Return the heading that an indicator's denominator means, blank where none does or several do.

        That is the heading itself, or the one that has it as its name, or with a unit in brackets behind it;
        else the one in another unit.
        """
        name = self.denominators[self.codes.index(code)]
        if not name or name in header:
            return name
        called = dict(zip(self.codes, self.names, strict=True))
        for form in dict.fromkeys((name, split_heading(name)[0])):
            wanted = same_form(form).lower()
            fitting = [
                heading
                for heading in header
                for one in [(heading, split_heading(heading)[0], called.get(heading, heading))]
                if wanted in {same_form(word).lower() for word in one}
            ]
            if fitting:
                return fitting[0] if len(fitting) == 1 else ""
        return ""

    def measure(self, heading: str) -> str:
        """Return the unit of a column: what its heading names, else that of an indicator of this code."""
        unit = split_heading(heading)[1]
        if unit or heading not in self.indicators:
            return unit
        node = self.codes.index(heading)
        return "" if self.denominators[node] else self.units[node]

    def matched(self, sheet: Sheet, codes: Sequence[str]) -> tuple[Sheet, list[Problem]]:
        """Return a sheet headed by the codes that its headings mean, and what is wrong with their units.

        A heading means a code where it is one of :meth:`headings`, or its name with the framework's unit in
        brackets (any unit where the framework names none, or that of a ratio with this above). A column in
        another unit takes its code too, where no other column has it; its problem is D024, or D025 where the
        units cannot be converted, and that of a ratio is told by :mod:`tierwise.study.denominators`.
        """
        words = self.headings(codes)
        named = sheet.renamed(words)
        header = [*named.header]
        problems = []
        clashes = []
        for at, heading in enumerate(named.header):
            name, unit = bracketed(heading)
            code = words.get(name.lower()) or words.get(same_form(name).lower())
            if not unit or code is None or code in header or heading in codes:
                continue
            wanted = self.units[self.codes.index(code)]
            if agree(unit, wanted) or (unit_of(unit) and self._may_be(unit, code, sheet.header)):
                header[at] = code
            elif unit_of(unit):
                clashes.append((at, code, unit, wanted))
        for at, code, unit, wanted in clashes:
            if code not in header:
                header[at] = code
                if self.denominators[self.codes.index(code)]:
                    continue
                kind = "D025" if factor(unit, wanted) is None else "D024"
                problems.append(
                    problem(
                        kind,
                        sheet.heading_place(at),
                        heading=sheet.header[at],
                        unit=unit,
                        wanted=wanted,
                        code=code,
                        name=self.names[self.codes.index(code)],
                    )
                )
        return replace(named, header=tuple(header)), problems

    def _may_be(self, unit: str, code: str, header: Sequence[str]) -> bool:
        """Tell whether a column in a known unit may be an indicator's, which wants none or is a ratio."""
        wanted = self.units[self.codes.index(code)]
        below = self.divisor(code, header)
        return not wanted or bool(below and ratio_of(unit, self.measure(below), wanted).doubt != "misfit")

    @cached_property
    def nodes(self) -> Lookup:
        """The nodes under the index, found by code or name."""
        return Lookup(self.codes, self.names, "node", first=1)

    def parent_of(self, node: int) -> str:
        """Return the code above a node, blank right under the index, as on the sheet."""
        parent = self.parents[node]
        return "" if parent == ROOT else parent

    def children_of(self, code: str) -> list[str]:
        """Return the codes right below a node, none where the framework has no such node."""
        return [child for child, parent in zip(self.codes, self.parents, strict=True) if parent == code]

    @cached_property
    def local_weights(self) -> FloatArray:
        """Weights ``(nodes,)`` that sum to 1 within siblings; a group without any weight is equal."""
        return self.tree.normalised(self._filled(self.weights))

    @cached_property
    def global_weights(self) -> FloatArray:
        """Weights ``(nodes,)`` multiplied down the tree; those of the leaves sum to 1."""
        return self.tree.global_weights(self.local_weights)

    def _filled(self, weights: FloatArray) -> FloatArray:
        filled = np.array(weights)
        for group in self.tree.sibling_groups:
            if np.isnan(filled[group]).all():
                filled[group] = 1.0
        filled[0] = 1.0
        return filled

    def with_weights(self, weights: Mapping[str, float] | FloatArray) -> Framework:
        """Return the framework with other relative weights: by code, or ``(nodes,)`` for all.

        Raises :class:`TierwiseError` F003 for a code that the framework does not have, D003 for a weight that
        is no number, W001 for one below 0, W004 for siblings without any.
        """
        if isinstance(weights, Mapping):
            weights = self._changed(weights)
        return replace(self, weights=np.asarray(weights, dtype=np.float64))

    def _changed(self, weights: Mapping[str, float]) -> FloatArray:
        problems = Problems()
        changed = np.array(self._filled(self.weights))
        for code, weight in weights.items():
            if code not in self.codes[1:]:
                problems.add("F003", code=code, choices=self.codes[1:])
            elif not isinstance(weight, (int, float, np.number)) or not np.isfinite(weight):
                problems.add("D003", code, value=weight, **meaning_fields(str(weight)))
            elif weight < 0:
                problems.add("W001", code, code=code, weight=float(weight))
            else:
                changed[self.codes.index(code)] = weight
        for group in self.tree.sibling_groups:
            if not (changed[group] > 0).any():
                parent = self.parents[group[0]]
                problems.add("W004", parent, parent=parent)
        problems.raise_any()
        return changed

    def without(self, *codes: str) -> Framework:
        """Return the framework with nodes and all below them left out; an emptied parent goes too."""
        known = set(self.codes[1:])
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise TierwiseError(*(problem("F003", code=code, choices=self.codes[1:]) for code in unknown))
        dropped = set(codes)
        for code, parent in zip(self.codes, self.parents, strict=True):
            if parent in dropped:
                dropped.add(code)
        for node in reversed(range(1, len(self.codes))):
            below = self.tree.children[node]
            if below.size and all(self.codes[child] in dropped for child in below):
                dropped.add(self.codes[node])
        kept = [node for node, code in enumerate(self.codes) if code not in dropped]
        if len(kept) == 1:
            raise TierwiseError(problem("F009"))
        return self.take(kept)

    def take(self, nodes: list[int]) -> Framework:
        """Return the framework of the given nodes, in that order."""

        def texts(values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(values[node] for node in nodes)

        taken = replace(
            self,
            codes=texts(self.codes),
            names=texts(self.names),
            parents=texts(self.parents),
            weights=self.weights[nodes],
            directions=self.directions[nodes],
            units=texts(self.units),
            low=self.low[nodes],
            high=self.high[nodes],
            cap=self.cap[nodes],
            target=self.target[nodes],
            denominators=texts(self.denominators),
            normalisations=texts(self.normalisations),
            aggregations=texts(self.aggregations),
        )
        if self.judgements is not None:
            taken = replace(taken, judgements=self.judgements.take(nodes, self.tree))
        if self.comparisons is None:
            return taken
        return replace(taken, comparisons=self.comparisons.among(self, taken))

    def place(self, code: str, column: str) -> str:
        """Return the cell where a node's column stands, or its code when it came from no sheet."""
        return self.places.get(f"{code}:{column}", code)

    def to_frame(self) -> pd.DataFrame:
        """Return the tree as a frame: code, name, parent, level, direction, local, global."""
        import pandas as pd

        return pd.DataFrame(
            {
                "code": self.codes[1:],
                "name": self.names[1:],
                "parent": [self.parent_of(node) for node in range(1, len(self.codes))],
                "level": self.tree.level[1:],
                "direction": self.directions[1:],
                "local": self.local_weights[1:],
                "global": self.global_weights[1:],
            }
        )

    def __repr__(self) -> str:
        return (
            f"Framework({len(self.indicators)} indicators, {len(self.codes) - 1} nodes, "
            f"{int(self.tree.level.max())} levels)"
        )
