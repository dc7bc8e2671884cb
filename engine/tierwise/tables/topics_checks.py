"""What is wrong with the settings and columns of a topic: R131, R133–R137, R140, R146."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tierwise.errors import Problems
from tierwise.methods.registry import REQUIRED
from tierwise.topics.declared import KEYS, KINDS
from tierwise.topics.kinds import MANY, Figure, Kind, Labels, Listed

if TYPE_CHECKING:
    from tierwise.spec.topics import Topic
    from tierwise.study.study import Study


def settings_of(topic: Topic, kind: Kind, problems: Problems) -> dict[str, Any]:
    """Return the settings that a kind takes; notes R136, R137 and R140."""
    told: dict[str, Any] = {"kind": topic.kind, "kind_zh": kind.zh}
    given = topic.settings
    for key in sorted(given.keys() - kind.settings.keys()):
        readers = KINDS.settings[key][1]
        problems.add(
            "R137",
            topic.place(key),
            key=key,
            key_zh=KEYS[key],
            readers=readers,
            readers_zh=[KINDS[name].zh for name in readers],
            **told,
        )
    for key, setting in kind.settings.items():
        if key not in given and setting.default is REQUIRED:
            problems.add(
                "R136",
                topic.place(),
                key=key,
                key_zh=KEYS[key],
                meaning=setting.en,
                meaning_zh=setting.zh,
                **told,
            )
    edges = given.get("edges")
    if edges is not None and (not edges or any(np.diff(edges) <= 0)):
        problems.add("R140", topic.place("edges"), edges=edges)
    return {key: value for key, value in given.items() if key in kind.settings}


def check_columns(
    topic: Topic,
    kind: Kind,
    figures: Sequence[Figure],
    texts: Sequence[Labels],
    groups: Sequence[str],
    first: Callable[[str], str],
    problems: Problems,
) -> None:
    """Note R131 for texts where numbers are wanted, R134 for the contrary, R135 for too few or many."""
    told: dict[str, Any] = {"kind": topic.kind, "kind_zh": kind.zh}
    if texts and not kind.texts[1]:
        for one in texts:
            problems.add("R131", topic.place("columns"), name=one.title, first=first(one.code), **told)
    elif figures and not kind.figures[1]:
        for figure in figures:
            problems.add("R134", topic.place("columns"), name=figure.title, choices=groups, **told)
    elif kind.figures[1] and kind.texts[1] == MANY:
        if not (figures or texts):
            problems.add(
                "R135", topic.place("columns"), count=0, expected="one or more", expected_zh="至少一", **told
            )
    elif len(texts) > kind.texts[1]:
        for one in texts[kind.texts[1] :]:
            problems.add("R131", topic.place("columns"), name=one.title, first=first(one.code), **told)
    elif texts and not figures and kind.figures[0]:
        problems.add("R131", topic.place("columns"), name=texts[0].title, first=first(texts[0].code), **told)
    else:
        least, most = kind.figures if kind.figures[1] else kind.texts
        count = len(figures) if kind.figures[1] else len(texts)
        if not least <= count <= most:
            spans = {least: str(least)} if least == most else {}
            expected = spans.get(least) or (f"{least} or more" if most == MANY else f"{least} or {most}")
            expected_zh = spans.get(least) or (f"至少 {least}" if most == MANY else f"{least} 或 {most}")
            place = topic.place("columns")
            problems.add("R135", place, count=count, expected=expected, expected_zh=expected_zh, **told)


def check_nation(study: Study, topic: Topic, kind: Kind, listed: Listed, problems: Problems) -> None:
    """Note R133 for figures of the nation that are needed and missing, R146 for those that divide nothing."""
    needed = kind.national == "must" or topic.settings.get("split") == "nation"
    for one in listed.figures:
        if needed and one.national is None:
            problems.add("R133", topic.place("columns"), name=one.title)
        if one.national is not None and one.national.value <= 0:
            given = study.scenario.national
            place = "" if given is None else given.place(one.code, one.title)
            problems.add("R146", place or topic.place("columns"), name=one.title)
