"""Settings that name indicators, by code or name, brought to codes."""

from __future__ import annotations

from collections.abc import Mapping

from tierwise.errors import TierwiseError
from tierwise.inputs import Framework
from tierwise.spec import Spec


def by_code(spec: Spec, framework: Framework) -> Spec:
    """Return a spec whose entries for single indicators have codes for names.

    These are ``index.treat.force``, ``index.weighting.target``, ``uncertainty.methods.noise`` and
    ``report.profile``. An entry that fits no node, or several, stays as it is: what reads it refuses it, with
    the places and choices that it knows.
    """

    def code(given: str) -> str:
        try:
            return framework.codes[framework.nodes.find(given)]
        except TierwiseError:
            return given

    def keyed(given: Mapping[str, float]) -> dict[str, float]:
        found = {code(key): value for key, value in given.items()}
        return found if len(found) == len(given) else dict(given)  # two names of one indicator are none

    steps, methods, report = spec.index, spec.uncertainty.methods, spec.report
    changed: dict[str, object] = {}
    if steps.treat.force:
        force = tuple(map(code, steps.treat.force))
        steps = steps.model_copy(update={"treat": steps.treat.model_copy(update={"force": force})})
    if steps.weighting.target is not None:
        weighting = steps.weighting.model_copy(update={"target": keyed(steps.weighting.target)})
        steps = steps.model_copy(update={"weighting": weighting})
    if steps is not spec.index:
        changed["index"] = steps
    if isinstance(methods.noise, dict):
        methods = methods.model_copy(update={"noise": keyed(methods.noise)})
        changed["uncertainty"] = spec.uncertainty.model_copy(update={"methods": methods})
    if report.profile is not None:
        changed["report"] = report.model_copy(update={"profile": tuple(map(code, report.profile))})
    return spec.model_copy(update=changed) if changed else spec
