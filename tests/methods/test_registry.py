"""A method is declared once; everything that names methods is derived from it."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Final

import numpy as np
import pytest
import xlsxwriter

import tierwise as tw
from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.normalise import normalise
from tierwise.methods.registry import (
    FAMILIES,
    REQUIRED,
    Family,
    Method,
    Setting,
    import_again,
    imported,
    named,
    squeezed,
)
from tierwise.spec import Spec
from tierwise.stages import check
from tierwise_addin import call
from tierwise_addin.catalogue import functions


@dataclass(frozen=True)
class Colour(Method):
    columns: ClassVar[tuple[str, ...]] = ("low",)


@pytest.fixture
def family() -> Family[Colour]:
    made = Family("colour", Colour)
    del FAMILIES["colour"]

    @made("light-red", zh="浅红", synonyms=("pink", "粉红法"))
    def light_red(
        values: FloatArray,
        *,
        low: float = 0.0,
        depth: Annotated[float, Setting("how deep", "深度", gt=0)] = 2.0,
        unit: Annotated[float, Setting("a unit", "单位", kind=str, default="first")] = 1.0,
    ) -> FloatArray:
        return values

    @made("blue", zh="蓝")
    def blue(values: FloatArray, *, depth: Annotated[float, Setting("how deep", "深度", gt=0)]) -> FloatArray:
        return values

    return made


class TestDeclaration:
    @pytest.mark.parametrize(
        "said",
        ["light-red", "Light Red", "LIGHT_RED", "lightred", "ｌｉｇｈｔ－ｒｅｄ", "浅 红", "pink", "粉红法"],
    )
    def test_a_name_is_found_however_it_is_said(self, family: Family[Method], said: str) -> None:
        assert family.find(said) == family.choose(said) == "light-red"

    def test_an_unknown_name_offers_the_nearest(self, family: Family[Method]) -> None:
        with pytest.raises(TierwiseError) as error:
            family.choose("blu", "paint")
        (found,) = error.value.problems
        assert (found.code, found.argument, found.fields["nearest"]) == ("S002", "paint", "blue")
        assert family.find("green") == ""

    def test_settings_are_read_from_the_signature(self, family: Family[Method]) -> None:
        settings = family["light-red"].settings
        assert [*settings] == ["low", "depth", "unit"]
        assert (settings["depth"].kind, settings["depth"].default) == (float, 2.0)
        assert settings["depth"].bounds == {"gt": 0}
        assert (settings["unit"].kind, settings["unit"].default) == (str, "first")
        assert family["blue"].settings["depth"].default is REQUIRED
        assert family["light-red"].cells == {"low"}
        assert family.settings["depth"][1] == ("light-red", "blue")

    def test_one_name_for_one_method(self, family: Family[Method]) -> None:
        with pytest.raises(ValueError, match="a name of 'light-red'"):
            family("rose", zh="Pink")(lambda values: values)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.argument)
class TestEveryFamily:
    def test_a_method_is_found_by_each_of_its_names(self, family: Family[Method]) -> None:
        for name, method in family.items():
            for said in (name, method.zh, *method.synonyms):
                assert family.find(said) == name

    def test_every_method_tells_itself_in_both_languages(self, family: Family[Method]) -> None:
        for name, method in family.items():
            assert named(name, "en") == name
            assert method.function.__doc__
            for setting in method.settings.values():
                assert bool(setting.en) == bool(setting.zh)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("归一化", "min-max"),
        ("离差标准化", "min-max"),
        ("Z-score标准化", "z-score"),
        ("均值化", "ratio-to-reference"),
        ("功效系数法", "efficacy"),
        ("向量规范化", "vector"),
    ],
)
def test_normalisations_as_papers_write_them(said: str, name: str) -> None:
    assert NORMALISATIONS.find(said) == name
    assert Spec.of(index={"normalisation": said}).index.normalisation == name


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "own_methods.py").write_text(
        "def halves(values, *, part: float = 0.5):\n    return part * values\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(NORMALISATIONS, "_methods", dict(NORMALISATIONS))
    monkeypatch.setattr(NORMALISATIONS, "_names", dict(NORMALISATIONS._names))
    monkeypatch.delitem(sys.modules, "own_methods", raising=False)
    return "own_methods:halves"


class TestAUsersOwnMethod:
    def test_by_module_and_function(self, own: str) -> None:
        spec = Spec.of(index={"normalisation": own, "normalise": {"part": 0.25}})
        assert spec.index.normalisation == own
        settings = spec.index.normalise.model_dump()
        scores = normalise([[4.0], [8.0]], own, [-1], part=settings["part"])
        np.testing.assert_array_equal(scores, [[-1.0], [-2.0]])

    def test_by_the_decorator_under_any_of_its_names(self, own: str) -> None:
        @tw.normalisation("square-root", zh="平方根法", positive=True)
        def square_root(values: FloatArray, *, scale: float = 1.0) -> FloatArray:
            return scale * values**0.5

        scores = normalise([[4.0, 4.0], [9.0, 9.0]], "平方根法", [1, -1], scale=10)
        np.testing.assert_array_equal(scores, [[20, -20], [30, -30]])
        with pytest.raises(TierwiseError) as error:
            normalise([[-4.0], [9.0]], "square-root")
        assert [(one.code, one.row) for one in error.value.problems] == [("M003", 0)]

    def test_its_settings_are_unknown_before_it_is(self, own: str) -> None:
        with pytest.raises(TierwiseError) as error:
            Spec.of(index={"normalise": {"part": 0.25}})
        assert [(found.code, found.place) for found in error.value.problems] == [
            ("S001", "[index.normalise] part")
        ]

    @pytest.mark.parametrize("said", ["own_methods:nothing", "no_such_module:f", ":", "own_methods:__name__"])
    def test_what_is_no_function_is_refused(self, own: str, said: str) -> None:
        with pytest.raises(TierwiseError) as error:
            Spec.of(index={"normalisation": said})
        assert [found.code for found in error.value.problems] == ["S002"]

    def test_another_process_imports_what_this_one_did(self, own: str) -> None:
        Spec.of(index={"normalisation": own})
        sent = imported()
        assert (NORMALISATIONS.argument, own) in sent
        del NORMALISATIONS._methods[own], NORMALISATIONS._names[squeezed(own)]
        assert not NORMALISATIONS.find(own)
        import_again(sent)
        assert NORMALISATIONS.find(own) == own


class TestWhoMayImport:
    """A module is imported by a name from Python and from a TOML file that the user gives, by nobody else."""

    FRAMEWORK: Final = [["code", "weight", "normalisation"], ["a", 1, ""], ["b", 1, ""]]
    DATA: Final = [["code", "a", "b"], *([f"u{at}", at, at * 7 % 5] for at in range(6))]

    def book(self, path: Path, settings: list[list[object]], column: str = "") -> Path:
        framework = [*self.FRAMEWORK[:2], ["b", 1, column]]
        sheets = {"Framework": framework, "Data": self.DATA, "Scenario": [["key", "value"], *settings]}
        with xlsxwriter.Workbook(path) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
        return path

    def codes(self, path: Path) -> list[str]:
        with pytest.raises(TierwiseError) as error:
            check(path)
        assert "own_methods" not in sys.modules
        return [found.code for found in error.value.problems]

    def test_a_toml_file_may(self, own: str, tmp_path: Path) -> None:
        book = self.book(tmp_path / "data.xlsx", [])
        path = tmp_path / "mine.toml"
        path.write_text(
            f'name = "mine"\n[data]\nworkbook = "{book.name}"\n[index]\nnormalisation = "{own}"\n'
        )
        assert tw.load(path).spec.index.normalisation == own
        assert "own_methods" in sys.modules

    @pytest.mark.parametrize(
        "key",
        ["index.normalisation", "index.outliers", "index.aggregation", "tiers.method", "uncertainty.weights"],
    )
    def test_a_workbook_may_not(self, own: str, tmp_path: Path, key: str) -> None:
        assert "S015" in self.codes(self.book(tmp_path / "a.xlsx", [[key, own]]))

    def test_a_lists_entry_of_a_workbook_may_not(self, own: str, tmp_path: Path) -> None:
        settings = [["uncertainty.choices.normalisation", f'["min-max", "{own}"]']]
        assert {"S001", "S015"} & {*self.codes(self.book(tmp_path / "a.xlsx", settings))}

    def test_its_framework_may_not(self, own: str, tmp_path: Path) -> None:
        assert "S015" in self.codes(self.book(tmp_path / "a.xlsx", [], column=own))

    def test_a_toml_file_lends_its_data_no_import(self, own: str, tmp_path: Path) -> None:
        book = self.book(tmp_path / "data.xlsx", [], column=own)
        path = tmp_path / "mine.toml"
        path.write_text(f'name = "mine"\n[data]\nworkbook = "{book.name}"\n')
        assert "S015" in self.codes(path)

    def test_what_a_workbook_extends_may_not(self, own: str, tmp_path: Path) -> None:
        (tmp_path / "base.toml").write_text(f'name = "base"\n[index]\nnormalisation = "{own}"\n')
        assert "S015" in self.codes(self.book(tmp_path / "a.xlsx", [["extends", "base.toml"]]))

    @pytest.mark.parametrize(
        "formula",
        [("IDX_NORMALISE", [[1], [2]], None), ("IDX_TIERS", [[1], [2]]), ("IDX_SCORE", [[1], [2]], None)],
    )
    def test_a_cell_may_not(self, own: str, formula: tuple[object, ...]) -> None:
        name, *cells = formula
        known = [argument.name for argument in functions()[str(name)].arguments]
        asked = next(one for one in known if one in ("method", "normalisation"))
        given = [*cells, *[None] * len(known)][: known.index(asked)]
        with pytest.raises(TierwiseError) as error:
            call(str(name), *given, own)
        assert [found.code for found in error.value.problems] == ["S015"]
        assert "own_methods" not in sys.modules


SEVERAL: Final = {  # families whose methods stand in several modules, with the packages of these
    "aggregation": "methods",
    "normalisation": "methods",
    "weight model": "draws",
    "kind": "topics",
}


@pytest.mark.parametrize("argument", SEVERAL)
def test_methods_stand_in_the_order_of_their_modules_whichever_is_imported_first(argument: str) -> None:
    family = FAMILIES[argument]
    own = [name for name in family if family[name].function.__module__.startswith("tierwise.")]
    modules = [family[name].function.__module__.rpartition(".")[2] for name in own]
    assert [*dict.fromkeys(modules)] == [*family.modules]  # each is listed, and none without a method
    backwards = [f"tierwise.{SEVERAL[argument]}.{name}" for name in reversed([*family.modules])]
    lines = [*(f"import {name}" for name in backwards), "from tierwise.methods.registry import FAMILIES"]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*lines, f"print(*FAMILIES[{argument!r}], sep='\\n')"])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == own


def test_families_in_one_module_name_none() -> None:
    for argument in FAMILIES.keys() - SEVERAL:
        family = FAMILIES[argument]
        own = {
            function
            for one in family.values()
            if (function := one.function.__module__).startswith("tierwise.")
        }
        assert len(own) <= 1 and not family.modules


def test_a_function_that_is_of_no_module_stands_last(family: Family[Colour]) -> None:
    typed: dict[str, object] = {"family": family, "__name__": None}
    exec("family('typed')(lambda values: values)", typed)  # as in a notebook, or an example
    assert [*family][-1] == "typed"
