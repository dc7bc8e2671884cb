"""English reports in the manner of our own sentences: list, groups, firsts, tiers, from the list alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.proofreading.reader import proof

REPORT = """# The list

Table 1 The list of 2023

| Rank | Name | Province |
|---|---|---|
| 1 | Alder | North★ |
| 2 | Birch | South |
| 3 | Cedar | North |
| 4 | Elm | North |
| 5 | Fir | East |
| 6 | Hazel | South |

In number, the 6 listed counties of 2023 lie in 3 provinces. North leads with 3; South follows with 2. East 1.

The first counties of the provinces are Alder of North (1), Birch of South (2) and Fir of East (5).

The 6 listed counties of 2023 fall into 2 tiers: tier 1 has 2, ranks 1–2; tier 2 has 4, ranks 3–6.

Tier 2 has 4: North 2, South 1, together 3, 75.0% of the tier.

Exports above 1000 are those of North 2.

Table 2 Provinces by rank

| Province | 1-3 | 4-6 | Total |
|---|---|---|---|
| North | 2 | 1 | 3 |
| South | 1 | 1 | 2 |
| East |  | 1 | 1 |
| Total | 3 | 3 | 6 |
""".replace("North★", "North")


def found(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    path = tmp_path / "report.md"
    path.write_text(text, encoding="utf-8")
    return [(one.kind, one.printed, one.right) for one in proof(path).wrong]


def test_what_is_right_passes(tmp_path: Path) -> None:
    assert found(tmp_path, REPORT) == []
    path = tmp_path / "report.md"
    made = proof(path)
    assert made.language == "en"
    assert [text for _, text in made.unchecked] == ["Exports above 1000 are those of North 2."]


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("lie in 3", "lie in 4", ("count", "4", "3")),
        ("the 6 listed counties of 2023 lie", "the 7 listed counties of 2023 lie", ("count", "7", "6")),
        ("leads with 3", "leads with 2", ("count", "2", "3")),
        ("follows with 2", "follows with 3", ("count", "3", "2")),
        ("Fir of East (5)", "Fir of East (6)", ("rank", "6", "5")),
        ("Birch of South", "Hazel of South", ("rank", "2", "6")),
        ("Alder of North", "Alder of South", ("value", "South", "North")),
        ("tier 2 has 4, ranks 3–6", "tier 2 has 5, ranks 3–6", ("size", "5", "4")),
        ("together 3", "together 4", ("sum", "4", "3")),
        ("75.0%", "57.0%", ("share", "57.0%", "75.0%")),
        ("| South | 1 | 1 | 2 |", "| South | 2 | 1 | 2 |", ("count", "2", "1")),
        ("| East |  | 1 | 1 |", "| East |  | 1 | 2 |", ("count", "2", "1")),
        ("| Total | 3 | 3 | 6 |", "| Total | 3 | 4 | 6 |", ("count", "4", "3")),
        ("| 4 | Elm |", "| 5 | Elm |", ("rank", "5", "4")),
    ],
)
def test_what_is_wrong_is_found(
    tmp_path: Path, right: str, wrong: str, expected: tuple[str, str, str]
) -> None:
    assert right in REPORT
    assert expected in found(tmp_path, REPORT.replace(right, wrong, 1))
