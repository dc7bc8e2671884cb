"""The example of a panel: what is written on forms arrives in the book, and a run follows from it."""

from pathlib import Path

import numpy as np
import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

import tierwise as tw
from tierwise.delphi_commands import delphi
from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework
from tierwise.rehearsal.answers import first_answers, next_answers


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("panel") / "example"
    told = CliRunner().invoke(delphi, ["example", "--out", str(folder)])
    assert told.exit_code == 0, told.output
    return folder, told.output


def test_the_book_holds_the_seeded_answers_bit_for_bit(example) -> None:
    folder, _ = example
    framework = Framework.from_workbook(folder / "book-2.xlsx")
    experts = Experts.from_workbook(folder / "book-2.xlsx", framework, 9)
    assert [len(one) for one in experts.rounds] == [14, 14]  # one expert never answers
    seeded = first_answers(len(experts.codes), 15, 9, 2019)[:14]
    seeded[0, 1] = np.nan  # "not sure"
    assert experts.rounds[0].scores.tobytes() == seeded.tobytes()
    filled = np.where(np.isnan(seeded), np.nanmedian(seeded, axis=0), seeded)
    assert experts.rounds[1].scores.tobytes() == next_answers(filled, 9, 2019).tobytes()
    assert [one.sent for one in experts.rounds] == [15, 14]
    assert experts.last.camps is not None
    assert len({*experts.last.camps}) == 3


def test_the_weights_are_those_of_the_last_round_by_authority(example) -> None:
    folder, _ = example
    framework = Framework.from_workbook(folder / "book-2.xlsx")
    experts = Experts.from_workbook(folder / "book-2.xlsx", framework, 9)
    last = experts.last
    assert last.judgement is not None
    assert last.familiarity is not None
    counts = (last.judgement + last.familiarity) / 2
    means = counts @ experts.on_nodes(framework) / counts.sum()
    scenario = tw.Scenario.from_workbook(folder / "book-2.xlsx")
    index = tw.index(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    first = framework.tree.children[0]
    own = means[first]
    assert index.local_weights[first] == pytest.approx(own / own.sum(), abs=1e-9)


def test_reasons_are_listed_and_what_is_no_answer_is_named(example) -> None:
    folder, output = example
    assert "E207 E01_Expert_01.xlsx: Questionnaire!D" in output
    assert "“not sure” is none of the answers asked for" in output
    book = openpyxl.load_workbook(folder / "book-2.xlsx")
    reasons = [row[1] for row in book["Comments"].iter_rows(values_only=True, min_row=2)]
    assert reasons
    assert {*reasons} == {"An example of a reason."}


def test_each_round_ends_in_a_verdict_and_the_last_in_a_run(example) -> None:
    folder, output = example
    verdicts = [line for line in output.splitlines() if line.startswith(("Go on", "Stop"))]
    assert ["round 1" in verdicts[0], "round 2" in verdicts[1], len(verdicts)] == [True, True, 2]
    assert {path.name for path in (folder / "results").iterdir()} == {
        "results.xlsx", "report.html", "tables", "run.json",
    }  # fmt: skip
    book = CalamineWorkbook.from_path(str(folder / "results" / "results.xlsx"))
    texts = [str(cell) for row in book.get_sheet_by_name("Delphi report").to_python() for cell in row]
    assert any(text.startswith(verdicts[1][:20]) for text in texts)
    assert any(text.startswith("采用德尔菲法开展2轮专家咨询") for text in texts)


def test_nothing_is_replaced_unasked(example) -> None:
    folder, _ = example
    with pytest.raises(TierwiseError) as raised:
        tw.delphi_example(folder)
    assert [one.code for one in raised.value.problems] == ["I014"]
    assert Path(raised.value.problems[0].place) == folder / "book.xlsx"


def test_what_is_no_form_of_an_example_stays(tmp_path: Path) -> None:
    kept = tmp_path / "out" / "returned-1" / "notes.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(TierwiseError) as raised:
        tw.delphi_example(tmp_path / "out")
    assert [one.code for one in raised.value.problems] == ["I014"]
    made = tw.delphi_example(tmp_path / "out", replace=True)
    again = tw.delphi_example(tmp_path / "out", replace=True, seed=5)
    assert kept.read_text(encoding="utf-8") == "mine"
    assert [len(one.taken) for one in (*made.rounds, *again.rounds)] == [14] * 4
    (tmp_path / "file").touch()
    with pytest.raises(TierwiseError) as raised:
        tw.delphi_example(tmp_path / "file")
    assert [one.code for one in raised.value.problems] == ["I007"]
