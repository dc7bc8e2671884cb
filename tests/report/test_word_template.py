"""The institute's own template: names, tags that cannot be filled, numbers in the order of the template."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_BREAK

from tierwise.errors import Problem, TierwiseError
from tierwise.report.printed import Figure, Sentence, Tabulated, named
from tierwise.report.word import in_template, items, write_word
from tierwise.report.word_template import check, example, listed, opened
from tierwise.stages import Results, run


@pytest.fixture(scope="module")
def results() -> Results:
    return run("industrial-districts-2019", draws=16)


def template(path: Path, *lines: str) -> Path:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    made.save(str(path))
    return path


def test_every_name_can_be_asked_for_and_the_example_asks_for_all(results: Results, tmp_path: Path) -> None:
    own = items(results.study)
    lines = listed(own, "zh")
    count = sum(isinstance(item, (Tabulated, Figure, Sentence)) for item in own)
    assert len(lines) == count
    assert len({tag for _, tag, _ in lines}) == count
    path = tmp_path / "example.docx"
    path.write_bytes(example(results.study, own))
    texts = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    assert {tag for _, tag, _ in lines} <= {*texts}
    made = in_template(results.study, path, [])
    assert made == in_template(results.study, path, [])
    word = docx.Document(io.BytesIO(made))
    assert len(word.tables) == sum(isinstance(item, Tabulated) for item in own)
    assert len(word.inline_shapes) == sum(isinstance(item, Figure) for item in own)
    written = [paragraph.text for paragraph in word.paragraphs]
    assert {item.text for item in own if isinstance(item, Sentence)} <= {*written}
    assert not any("{{" in text or "}}" in text for text in written)


def test_captions_are_numbered_in_the_order_of_the_template(results: Results, tmp_path: Path) -> None:
    path = template(
        tmp_path / "own.docx",
        "第一：{{ sentences.tiers }}",
        "{{p tables.tiers_province }}",
        "{{p figures.scores }}",
        "{{p tables.ranking }}",
        "{% for row in tables.ranking.rows[:2] %}{{ row[-1] }};{% endfor %}",
    )
    [written] = write_word(results.study, tmp_path / "out.docx", template=path)
    word = docx.Document(str(written))
    texts = [paragraph.text for paragraph in word.paragraphs]
    captions = [text for text in texts if re.match(r"[表图]\d", text)]
    assert captions == ["表1  各省份在梯队中的分布", "图1  得分分布与梯队分界", "表2  2019年工业百强区"]
    assert texts[0].startswith("第一：2019年100个入榜区")
    assert "龙岗区★;南山区;" in texts
    assert [len(table.rows) for table in word.tables] == [18, 101]


def test_all_tags_that_cannot_be_filled_are_told_before_anything_is_written(
    results: Results, tmp_path: Path
) -> None:
    path = template(
        tmp_path / "own.docx",
        "{{ sentences.tier }}见{{ tables.ranking }}",
        "{{p figures.scors }}",
        "{{ titel }}",
    )
    with pytest.raises(TierwiseError) as raised:
        write_word(results.study, tmp_path / "out.docx", template=path)
    named = [(one.code, one.fields["name"], one.fields.get("nearest")) for one in raised.value.problems]
    assert sorted(named) == [
        ("R117", "figures.scors", "figures.scores"),
        ("R117", "sentences.tier", "sentences.tiers"),
        ("R117", "titel", "title"),
        ("R119", "tables.ranking", None),
    ]
    assert not (tmp_path / "out.docx").exists()


BROKEN = (
    ("{{ title|nofilter }}", "R118", "there is no filter “nofilter”"),
    ("{{ title is nonsense }}", "R118", "there is no test “nonsense”"),
    ("{{ 1/0 }}", "R118", "what it asks for cannot be had from the report"),
    ("{{ title() }}", "R118", "what it asks for cannot be had from the report"),
    ("{{ tables.ranking.rows|join(1,2,3) }}", "R118", "what it asks for cannot be had from the report"),
    ("{{ tables.ranking.rows[999][0] }}", "R118", "what it asks for cannot be had from the report"),
    ("{% for row in 3 %}{{ row }}{% endfor %}", "R118", "what it asks for cannot be had from the report"),
    ("{{ title.a.b }}", "R118", "what it asks for cannot be had from the report"),
    ("{% include 'other.docx' %}", "R118", "a template takes in no other file"),
    ("{% import 'os' as os %}", "R118", "a template takes in no other file"),
    ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "R118", "it reaches beyond the report"),
    ("{{ '{}'.format(tables.ranking.rows) }}", "R118", "it reaches beyond the report"),
    ("{{ tables.ranking.heads|tojson }}", "R118", "there is no filter “tojson”"),
    ("{{ rows|join(1,2,3) }}", "R117", "rows"),
    ("{% for row in tables.rankin.rows %}{{ row[0] }}{% endfor %}", "R117", "tables.rankin"),
    ("{{ tables }}", "R155", "{{p tables.ranking }}"),
    ("{{ figures }}", "R155", "{{p figures.number_province }}"),
    ("{{ sentences }}", "R155", "{{ sentences.number_province }}"),
    ("{{p tables.ranking.rows }}", "R155", "{%tr for row in … %}{{ row[0] }}{%tr endfor %}"),
    ("{{ tables.ranking.heads }}", "R155", "{{ row[0] }}"),
    ("{{ tables.ranking.rows|join('；') }}", "R155", "{{ row[0] }}"),
    ("{{ title ~ tables.ranking.heads }}", "R155", "{{ row[0] }}"),
    ("{{ '%s'|format(tables.ranking.heads) }}", "R155", "{{ row[0] }}"),
    ("{{ title|replace('2', tables.ranking.heads) }}", "R155", "{{ row[0] }}"),
    ("{{ tables.ranking|upper }}", "R155", "{{p tables.ranking }}"),
    ("{{ title.upper }}", "R155", "{{ title }}"),
    ("{{ none }}", "R155", "{{ title }}"),
    ("{{ [1, 2] }}", "R155", "{{ row[0] }}"),
    ("{{ 1 == 1 }}", "R155", "{{ title }}"),
    ("{% set own = sentences %}{{ own }}", "R155", "{{ sentences.number_province }}"),
)
UNREADABLE = (
    ("{{ sentences.tiers ", "its closing braces are missing"),
    ("{{ title | }}", "it is not written as a tag"),
    ("title }}", "it is not written as a tag"),
    ("{% table %}", "it is not written as a tag"),
    ("{# a note", "its closing braces are missing"),
    ("{% endfor %}", "its beginning or its end is missing"),
    ("{% for row in tables.ranking.rows %}", "its beginning or its end is missing"),
)


def refused(results: Results, folder: Path, *lines: str) -> list[Problem]:
    """Return what is told of a template, of which nothing is written."""
    path = template(folder / "own.docx", *lines)
    with pytest.raises(TierwiseError) as raised:
        write_word(results.study, folder / "out.docx", template=path)
    assert not (folder / "out.docx").exists()
    assert {one.place for one in raised.value.problems} == {str(path)}
    return [*raised.value.problems]


def told(one: Problem) -> str:
    return str(one.fields[{"R117": "name", "R118": "reason", "R155": "instead"}[one.code]])


def test_all_that_cannot_be_filled_is_told_at_once_by_its_tags(results: Results, tmp_path: Path) -> None:
    found = refused(results, tmp_path, "{{ title }}", *(line for line, *_ in BROKEN))
    asked = [line for line, *_ in BROKEN]
    assert sorted((one.code, told(one)) for one in found) == sorted((code, said) for _, code, said in BROKEN)
    assert all(any(str(one.fields["text"]) in line for line in asked) for one in found)
    order = [next(at for at, line in enumerate(asked) if str(one.fields["text"]) in line) for one in found]
    assert order == sorted(order)
    lines = [one.line(language) for one in found for language in ("en", "zh")]
    assert not any(re.search(r"object|Traceback|Error|0x|\bNone\b", line) for line in lines)


@pytest.mark.parametrize(("line", "reason"), UNREADABLE)
def test_tags_that_cannot_be_read_are_told_beside_others(
    results: Results, tmp_path: Path, line: str, reason: str
) -> None:
    [one] = refused(results, tmp_path, "{{ title }}", line)
    assert (one.code, one.fields["text"], one.fields["reason"]) == ("R118", line.strip(), reason)
    more = refused(results, tmp_path, line, "{{ subtitle| }}")
    assert {"{{ subtitle| }}", line.strip()} == {one.fields["text"] for one in more}


LOST = "words, tags, pictures and breaks beside it would be lost"
NO_TAG = "its braces are full-width or apart"
ASTRAY = (
    ("{{p sentences.tiers }}", "it gives a text"),
    ("{{p title }} and more words", "it gives a text"),
    ("{{r subtitle }}", "it gives a text"),
    ("见下表：{{p tables.ranking }}（单位：个）", LOST),
    ("{{p tables.tiers_region }}{{p figures.scores }}", LOST),
    ("前文{%p if subtitle %}", LOST),
    ("｛｛ title ｝｝", NO_TAG),
    ("{ { title } }", NO_TAG),
    ("｛% if title %｝", NO_TAG),
)


def test_tags_that_would_lose_words_or_are_none_are_told_at_once(results: Results, tmp_path: Path) -> None:
    lines = [line for line, _ in ASTRAY]
    found = refused(results, tmp_path, "{{ sentences.tiers }}", *lines, "{%p endif %}")
    assert {one.code for one in found} == {"R118"}
    for line, reason in ASTRAY:
        own = [one for one in found if str(one.fields["text"]) in line]
        assert len(own) == len(re.findall(r"\{\{p tables|\{\{p figures", line)) or len(own) == 1, line
        assert all(str(one.fields["reason"]).startswith(reason) for one in own), line
        assert all(one.line("zh") for one in own)
    assert len(found) == len(ASTRAY) + 1


def test_a_picture_beside_a_table_or_words_in_its_row_are_not_lost_unsaid(
    results: Results, tmp_path: Path
) -> None:
    word = docx.Document()
    word.add_paragraph("{{p tables.ranking }}").add_run().add_break(WD_BREAK.PAGE)
    cells = word.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "{%tr for row in tables.ranking.rows %}", "{{ row[0] }}{%tr endfor %}"
    word.save(str(tmp_path / "own.docx"))
    with pytest.raises(TierwiseError) as raised:
        write_word(results.study, tmp_path / "out.docx", template=tmp_path / "own.docx")
    told = {one.fields["text"] for one in raised.value.problems}
    assert told == {"{{p tables.ranking }}", "{%tr for row in tables.ranking.rows %}", "{%tr endfor %}"}


def test_what_stands_alone_and_braces_of_other_kinds_pass(results: Results, tmp_path: Path) -> None:
    lines = (" {{p tables.ranking }} ", "{%p if subtitle %}", "{{p figures.scores }}", "{%p endif %}")
    path = template(tmp_path / "own.docx", *lines, "{{ '<' }}{{ title }}", "集合 { {a}, {b} }｛甲｝")
    [written] = write_word(results.study, tmp_path / "out.docx", template=path)
    word = docx.Document(str(written))
    assert (len(word.tables), len(word.inline_shapes)) == (1, 1)
    assert [one.text for one in word.paragraphs][-1] == "集合 { {a}, {b} }｛甲｝"


def test_nothing_is_printed_in_place_of_a_row_or_a_cell(results: Results, tmp_path: Path) -> None:
    """Word opens no table within a table's rows; so tags that ask for it are told, whatever they give."""
    made = docx.Document()
    cells = made.add_table(1, 3).rows[0].cells
    for cell, tag in zip(
        cells, ("{{tr tables.ranking }}", "{{tc figures.scores }}", "{{ title }}"), strict=True
    ):
        cell.text = tag
    made.save(str(tmp_path / "own.docx"))
    with pytest.raises(TierwiseError) as raised:
        write_word(results.study, tmp_path / "out.docx", template=tmp_path / "own.docx")
    found = {str(one.fields["text"]): one for one in raised.value.problems}
    assert {*found} == {"{{tr tables.ranking }}", "{{tc figures.scores }}"}
    assert {one.code for one in found.values()} == {"R118"}


@pytest.mark.parametrize("tag", ["{{tr tables.ranking }}", "{{tc tables.ranking }}"])
def test_a_table_alone_in_a_row_is_told_too(results: Results, tmp_path: Path, tag: str) -> None:
    made = docx.Document()
    made.add_table(1, 1).rows[0].cells[0].text = tag
    made.save(str(tmp_path / "own.docx"))
    with pytest.raises(TierwiseError) as raised:
        write_word(results.study, tmp_path / "out.docx", template=tmp_path / "own.docx")
    (one,) = raised.value.problems
    assert (one.code, one.fields["text"]) == ("R118", tag)
    assert "in place of a row or a cell" in str(one.fields["reason"])
    assert not (tmp_path / "out.docx").exists()


def test_a_loop_prints_what_a_reader_wants_and_no_names(results: Results, tmp_path: Path) -> None:
    lines = (
        "{% for s in sentences %}[{{ s }}]{% endfor %}",
        "{%p for t in tables %}",
        "{{p t }}",
        "{%p endfor %}",
    )
    path = template(tmp_path / "own.docx", *lines)
    write_word(results.study, tmp_path / "out.docx", template=path)
    printed = docx.Document(str(tmp_path / "out.docx"))
    given = named(items(results.study))
    texts = [item.text for item in given["sentence"].values()]
    assert printed.paragraphs[0].text == "".join(f"[{text}]" for text in texts)
    assert len(printed.tables) == len(given["table"])


def test_the_manual_names_what_a_template_can_ask_for(results: Results) -> None:
    """Each name of a report follows a pattern that both manuals list in its row."""
    manuals = [Path(__file__).parents[2] / "docs" / folder / "report.md" for folder in ("", "zh")]
    heads = {
        "table": ("| tables |", "| 表 |"),
        "figure": ("| figures |", "| 图 |"),
        "sentence": ("| sentences |", "| 文字 |"),
    }
    for kind, given in named(items(results.study)).items():
        for head, manual in zip(heads[kind], manuals, strict=True):
            (row,) = (
                line for line in manual.read_text(encoding="utf-8").splitlines() if line.startswith(head)
            )
            patterns = [re.sub("GROUP|NAME|KIND|N", ".+", name) for name in re.findall(r"`([^`]+)`", row)]
            assert [name for name in given if not any(re.fullmatch(one, name) for one in patterns)] == []


def test_headers_hold_texts_and_no_tables(results: Results, tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("{{ title }}")
    word.sections[0].header.paragraphs[0].text = "{{ titel }}"
    word.sections[0].footer.paragraphs[0].text = "{{p tables.ranking }}"
    word.core_properties.subject = "{{ tables }}"
    word.save(str(tmp_path / "own.docx"))
    with pytest.raises(TierwiseError) as raised:
        write_word(results.study, tmp_path / "out.docx", template=tmp_path / "own.docx")
    assert sorted(one.code for one in raised.value.problems) == ["R117", "R119", "R155"]


def test_what_jinja_makes_of_texts_and_numbers_is_printed(results: Results, tmp_path: Path) -> None:
    path = template(
        tmp_path / "own.docx",
        "{{ tables.ranking.rows[:2]|map('last')|join('、') }}，{{ tables.ranking.rows|length }}个",
        "{{ title|replace('2019年', '') ~ '：' }}{% if subtitle %}{{ subtitle.upper() }}{% endif %}",
        "{% raw %}{{ title }}{% endraw %}{# not printed {{ titel }} #}",
    )
    write_word(results.study, tmp_path / "out.docx", template=path)
    texts = [paragraph.text for paragraph in docx.Document(str(tmp_path / "out.docx")).paragraphs]
    assert texts[0] == "龙岗区★、南山区，100个"
    assert texts[1].startswith("工业百强区：")
    assert texts[2] == "{{ title }}"


def test_files_that_are_no_template(results: Results, tmp_path: Path) -> None:
    (tmp_path / "text.docx").write_text("{{ title }}", encoding="utf-8")
    for name, code in (("text.docx", "R116"), ("none.docx", "I001")):
        with pytest.raises(TierwiseError) as raised:
            check(opened(tmp_path / name), tmp_path / name, results.study, items(results.study))
        assert [one.code for one in raised.value.problems] == [code]


def test_what_a_reader_should_know_of_the_pages_is_told(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No LibreOffice: no page is counted. No Chinese font: figures show boxes. A field waits for Word."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    from tierwise.report import word, word_pages

    monkeypatch.setattr(word_pages, "which", lambda name: None)
    monkeypatch.setattr(word, "chinese_font", lambda: None)
    notes: list[Problem] = []
    word.document(results.study, notes=notes)
    assert [note.code for note in notes] == ["R114", "R113"]
    made = docx.Document(str(template(tmp_path / "own.docx", "{{ sentence.title }}")))
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "TOC \\o 1-2")
    made.paragraphs[0].clear()._p.append(field)
    made.save(str(tmp_path / "own.docx"))
    notes = []
    in_template(results.study, tmp_path / "own.docx", notes)
    assert [note.code for note in notes] == ["R114", "R120"]
