"""Names are understood whatever their case, in English and Chinese, and the nearest is offered."""

from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.errors import TierwiseError, problem
from tierwise.lookup import Lookup
from tierwise.names import alike, choose, in_common, nearest
from tierwise.spec import Spec
from tierwise.spec.misfits import fitted
from tierwise.words.messages import catalogue


@given(st.text("abcAB中", max_size=6), st.lists(st.text("abcAB中", min_size=1, max_size=7), max_size=12))
def test_the_nearest_is_that_of_the_standard_library(name: str, known: list[str]) -> None:
    lowered = {one.lower(): one for one in reversed(known)}
    close = get_close_matches(name.lower(), lowered, n=1, cutoff=0.5)
    assert nearest(name, known) == (lowered[close[0]] if close else "")


def test_case_does_not_hide_the_nearest() -> None:
    assert nearest("gpd", ["R&D", "GDP", "exports"]) == "GDP"
    assert nearest("Gdp", ["GDP", "gdp"]) == "GDP"
    assert nearest("zzz", ["GDP"]) == ""


PARTS = st.lists(
    st.sampled_from(
        [
            "太仓",
            "丰",
            "海门",
            "市",
            "县",
            "区",
            "江苏省",
            "Stratford",
            " upon Avon",
            "１",
            "1",
            "12",
            "★",
            "　",
        ]
    ),
    min_size=1,
    max_size=4,
).map("".join)


@given(PARTS, PARTS)
def test_names_that_are_alike_have_their_form_in_common(one: str, other: str) -> None:
    if alike(one, other, kinds=True):
        assert in_common(one) == in_common(other)


def test_one_letter_and_a_kind_of_place_do_not_part_names() -> None:
    for one, other in (
        ("太仓", "太仓市"),
        ("海门市", "海门区"),
        ("Stratford upon Avon", "Stratfort upon Avon"),
    ):
        assert alike(one, other, kinds=True)
        assert in_common(one) == in_common(other)
    assert in_common("County 0017") != in_common("County 0018")


def test_case_spaces_and_dashes_do_not_matter_to_a_choice() -> None:
    assert choose(" Z_Score ", ["min-max", "z-score"], "method") == "z-score"
    with pytest.raises(TierwiseError) as caught:
        choose("minmax", ["z-score", "min-max"], "method")
    assert caught.value.problems[0].fields["nearest"] == "min-max"


@pytest.mark.parametrize(
    ("section", "key", "given", "near"),
    [
        ("index", "missing", "平均", "mean"),
        ("index", "ties", "平均", "average"),
        ("topics", "kind", "前几名", "top"),
        ("index", "missing", "什么", ""),
        ("index", "normalisation", "qqqq", ""),
    ],
)
def test_a_choice_is_asked_about_by_all_its_names_or_not_at_all(section, key, given, near) -> None:
    topic = {"name": "a", "columns": ["x"], key: given}
    with pytest.raises(TierwiseError) as caught:
        fitted(Spec, {section: [topic] if section == "topics" else {key: given}}, {})
    (one,) = caught.value.problems
    assert (one.code, one.fields["nearest"]) == ("S002", near)
    assert ("did you mean" in one.fix()) == ("是否指" in one.fix("zh")) == bool(near)
    assert "hoices: " in one.fix()


def test_nobody_is_asked_about_a_unit_that_is_nothing_like_it() -> None:
    names = ["江阴市", "昆山市", "慈溪市"]
    for unit, fix in (("府谷县", "请填写代码或名称"), ("江陰市", "是否指“江阴市”？请填写代码或名称")):
        with pytest.raises(TierwiseError) as caught:
            Lookup(names, names, "unit").find(unit)
        assert caught.value.problems[0].fix("zh") == fix


def test_settings_take_chinese_names() -> None:
    given = {
        "index": {"normalisation": "极差法", "aggregation": ["线性加权", "几何平均"], "weights": "熵值法"},
        "tiers": {"method": "系统聚类法"},
        "uncertainty": {"weights": "专家重抽样", "methods": {"normalisation": ["极差法", "标准分法"]}},
        "scenarios": [{"name": "等权", "weights": "等权"}, {"name": "两者", "weights": ["专家", "熵权法"]}],
    }
    spec = Spec.model_validate(given)
    assert (spec.index.normalisation, spec.index.weights) == ("min-max", "entropy")
    assert spec.index.aggregation == ("arithmetic", "geometric")
    assert (spec.tiers.method, spec.uncertainty.weights) == ("ward", "bootstrap")
    assert spec.uncertainty.methods.normalisation == ("min-max", "z-score")
    assert [variant.weights for variant in spec.scenarios] == ["equal", ("experts", "entropy")]
    assert spec.scenarios[0].name == "等权"


def test_only_what_is_near_is_asked_about() -> None:
    """A name that is like none is not answered with the first of the list."""
    near, far = (
        problem("S008", value="x", nearest=nearest(name, ["technology"]), choices=["technology"])
        for name in ("tecnology", "法国")
    )
    assert "did you mean “technology”? Give" in near.line()
    assert "是否指“technology”？请" in near.line("zh")
    assert "did you mean" not in far.line()
    assert "是否" not in far.line("zh")


def test_no_question_ends_a_mend() -> None:
    """It is left out where nothing is near, and something has to stand behind it then."""
    ended = [code for code, one in catalogue().items() if one["fix_en"].endswith("did you mean “{nearest}”?")]
    assert ended == ["C040"]  # which is told of a near one only
