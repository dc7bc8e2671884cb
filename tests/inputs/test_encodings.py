"""CSV files of many encodings: read as what they are and told, or refused; never read as another."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.errors import Problems, TierwiseError
from tierwise.inputs.encodings import COMMON, decoded, sample
from tierwise.inputs.files import read_csv

TOLD = {
    "gb18030": [
        "code,name,省份,gdp\na,昆山市,江苏,12\nb,江阴市,江苏,13\nc,丰县,江苏,1\n",
        "代码,名称,指标\n1,甲,3\n2,乙,5\n",
        "code,name,gdp\na,亳州,1\nb,衢州,2\nc,儋州,3\nd,漯河,3\n",
    ],
    "big5": [
        "代碼,名稱,省份,生產總值\n1,臺北市,臺灣,12\n2,高雄市,臺灣,13\n3,新竹縣,臺灣,1\n",
        "code,name,gdp\na,香港,1\nb,澳門,2\n",
        "code,name,gdp\n1,中西區,3\n2,灣仔區,4\n3,油尖旺區,5\n",
    ],
    "cp932": [
        "コード,名前,県\n1,東京都,関東\n2,大阪府,近畿\n3,北海道,北海道\n",
        "code,name,gdp\na,横浜市,1\nb,名古屋市,2\n",
        "code,name\n1,さいたま市\n2,つくば市\n",
    ],
    "cp1252": [
        "code,name,gdp\n1,Köln,3\n2,München,4\n3,Düsseldorf,5\n",
        "code,name,pays\n1,Besançon,Doubs\n2,Orléans,Loiret\n",
        "code,name\n1,Córdoba\n2,Cádiz\n3,León\n4,A Coruña\n",
        "code,name\n1,Côte d’Ivoire\n2,Curaçao\n",
        "code,name\n1,Reykjavík\n2,Ísafjörður\n3,Þingvellir\n",
    ],
    "cp1254": [
        "code,name,gdp\n1,İstanbul,3\n2,Şanlıurfa,4\n3,Muğla,5\n4,Kırşehir,2\n",
        "kod,ad\n1,Diyarbakır\n2,Ağrı\n3,Çankırı\n4,Eskişehir\n",
    ],
}
DOUBTFUL = {
    "cp1251": "code,name\n1,Москва\n2,Казань\n3,Омск\n",
    "euc_kr": "code,name\n1,서울\n2,부산\n3,대구\n",
    "cp1250": "code,name\n1,Łódź\n2,Kraków\n3,Wrocław\n",
    "koi8_r": "code,name\n1,Москва\n2,Казань\n",
}
CASES = [(encoding, text) for encoding, texts in TOLD.items() for text in texts]


@pytest.mark.parametrize(("encoding", "text"), CASES)
def test_an_encoding_is_found_and_told(encoding: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(text.encode(encoding))
    guessed = Problems()
    sheet = read_csv(path, guessed=guessed)
    assert ",".join(sheet.header) == text.partition("\n")[0]
    (noted,) = guessed.found
    assert (noted.code, noted.place, noted.fields["encoding"]) == ("I020", "units.csv", encoding)
    assert f"“{sample(text)}”" in noted.line("en")
    assert f"“{sample(text)}”" in noted.line("zh")


def test_a_text_without_a_word_to_show_shows_none(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("code,name\na,b\n", encoding="utf-16")
    guessed = Problems()
    read_csv(tmp_path / "units.csv", guessed=guessed)
    assert [one.line("en").partition(";")[0] for one in guessed.found] == ["I020 units.csv: read as utf-16"]


@pytest.mark.parametrize("encoding", DOUBTFUL)
def test_what_is_in_doubt_is_refused_and_read_where_it_is_named(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(DOUBTFUL[encoding].encode(encoding))
    with pytest.raises(TierwiseError) as caught:
        read_csv(path)
    assert [problem.code for problem in caught.value.problems] == ["I018"]
    guessed = Problems()
    assert read_csv(path, encoding, guessed).rows[0][1] == DOUBTFUL[encoding].split("\n")[1].split(",")[1]
    assert guessed.found == []


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "no-such-code", "base64"])
def test_a_wrong_encoding_is_refused(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes("代码,名称\n1,甲\n".encode("gb18030") + b"x")
    with pytest.raises(TierwiseError) as caught:
        read_csv(path, encoding)
    assert [problem.code for problem in caught.value.problems] == ["I025"]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, b""])
def test_utf_8_is_read_without_a_word(mark: bytes, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(mark + "代码,名称\n1,甲\n".encode())
    guessed = Problems()
    assert read_csv(path, guessed=guessed).header == ("代码", "名称")
    assert guessed.found == []


@given(st.lists(st.text(st.sampled_from(sorted(COMMON)), min_size=2, max_size=4), min_size=3, max_size=30))
def test_chinese_tables_are_never_read_as_another_encoding(names: list[str]) -> None:
    text = "code,name\n" + "".join(f"{at},{name}\n" for at, name in enumerate(names))
    read = decoded(text.encode("gb18030"))
    assert read is None or read.text == text
    if any(name[0] in "省市县区江苏" for name in names):
        assert read is not None
