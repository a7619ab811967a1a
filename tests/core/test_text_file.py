import numpy as np
import pytest

from core.errors import UserError
from core.text_file import TextFile, blocks

ENGLISH = "The cat sat on the mat.\nIt was warm there.\n\nThen it rained.\n" * 20
FRENCH = "Le garçon mangeait déjà à l'été; où était-il?\n" * 20


def read(path):
    return "".join(TextFile.recognise(path).chunks())


@pytest.mark.parametrize("text", [ENGLISH, FRENCH], ids=["english", "french"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"],
)
def test_every_usual_encoding_gives_the_same_text(tmp_path, text, encoding):
    path = tmp_path / "text.txt"
    path.write_text(text, encoding=encoding)
    assert read(path) == text
    assert TextFile.recognise(path).n_characters == len(text)


def test_line_ends_of_every_system_become_one(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"one\r\ntwo\rthree\nfour")
    assert read(path) == "one\ntwo\nthree\nfour"


def test_emoji_and_a_few_controls_are_text(tmp_path):
    path = tmp_path / "text.txt"
    text = "family: \U0001f468‍\U0001f469‍\U0001f467, nul: \0, " + ENGLISH
    path.write_text(text, encoding="utf-8")
    assert read(path) == text


def test_a_character_that_straddles_two_reads_stays_whole(tmp_path):
    path = tmp_path / "text.txt"
    text = "x" * (2**20 - 1) + "é" * 100_000
    path.write_text(text, encoding="utf-8")
    assert read(path) == text


def noise(n_bytes):
    return np.random.default_rng(0).bytes(n_bytes)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\n\t ", "holds no text"),
        (noise(10_000), "does not look like text"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 1000, "does not look like text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise(3000), "does not look like text"),
        (FRENCH.encode() + b"\xff" + FRENCH.encode(), "UTF-8 with 1 damaged"),
        (("\ufeff" + ENGLISH).encode("utf-16-le") + b"\0", "begins as utf-16"),
        (b"\xef\xbb\xbf" + b"caf\xe9", "begins as utf-8"),
        (bytes(range(1, 32)) * 50, "does not look like text"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(tmp_path, content, reason):
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    with pytest.raises(UserError, match=reason) as caught:
        TextFile.recognise(path)
    assert "\n" not in str(caught.value)


RUSSIAN = "Мой дядя самых честных правил, когда не в шутку занемог.\n" * 5
GREEK = "Πες μου, Μούσα, τον άντρα τον πολύτροπο.\n" * 5
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n" * 5
CHINESE = "学而时习之。不亦说乎。有朋自远方来。不亦乐乎。\n" * 5


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (RUSSIAN, "koi8-r", "KOI8"),
        (RUSSIAN, "cp1251", "KOI8"),
        (RUSSIAN, "iso8859-5", "KOI8"),
        ("int n = 0;  // число шагов, считая от нуля\n" * 5, "koi8-r", "KOI8"),
        (GREEK, "iso8859-7", "KOI8"),
        (CHINESE, "gb2312", "KOI8"),
        (JAPANESE, "euc-jp", "KOI8|does not look like text"),
        (JAPANESE, "iso2022-jp", "ISO-2022"),
        (RUSSIAN, "utf-7", "UTF-7"),
        (FRENCH, "utf-7", "UTF-7"),
        (JAPANESE * 10_000, "utf-7", "UTF-7"),
    ],
)
def test_old_encodings_of_other_letters_are_refused_in_one_sentence(tmp_path, text, encoding, name):
    path = tmp_path / "file.txt"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(UserError, match=name) as caught:
        TextFile.recognise(path)
    assert "\n" not in str(caught.value)
    assert "UTF-8" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        ("\u2014" * 60 + "\n" + FRENCH).encode("cp1252"),
        "Où? Là! «\xa0Été\xa0»… créée, ÄÖÜ äöüß.\n".encode("cp1252") * 3,
        b"Call +49 30 1234567 or +1-800-555. 2+2=4, a+b-c, C++ and i++;\n",
        b"Ab+AOk-c\n",  # too little to tell
        b"\x1b[31mred\x1b[0m letters\n",
        RUSSIAN.encode(),
        JAPANESE.encode("utf-16"),
    ],
)
def test_text_that_is_only_a_little_odd_is_opened(tmp_path, content):
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    assert TextFile.recognise(path).n_characters > 5


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(UserError, match="is a folder"):
        TextFile.recognise(tmp_path)
    with pytest.raises(UserError, match="There is no file"):
        TextFile.recognise(tmp_path / "missing.txt")
    with pytest.raises(UserError, match=r"Cannot read .*name too long"):
        TextFile.recognise(tmp_path / ("x" * 300))


def test_a_file_that_changes_while_it_is_read_is_an_error_not_a_crash(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(ENGLISH, encoding="utf-8")
    file = TextFile.recognise(path)
    path.write_bytes(b"\xff" * 100)
    with pytest.raises(UserError, match="was changed"):
        list(file.chunks())
    path.unlink()
    with pytest.raises(UserError, match="Cannot read"):
        list(file.chunks())


@pytest.mark.parametrize("chunk", [1, 7, 100, 10_000])
@pytest.mark.parametrize("size", [10, 33, 500])
def test_blocks_are_the_text_whatever_its_chunks(chunk, size):
    text = ENGLISH + "x" * 1000 + FRENCH
    cut = list(blocks((text[at : at + chunk] for at in range(0, len(text), chunk)), size))
    assert "".join(cut) == text
    assert all(size <= len(block) <= 2 * size for block in cut[:-1])
    assert len(cut[-1]) < 2 * size


def test_blocks_are_cut_between_paragraphs_lines_or_words():
    paragraphs = ["one two three.\n\n", "four five six.\n\n", "seven."]
    assert list(blocks(["".join(paragraphs)], 10)) == [
        "one two three.\n\n",
        "four five six.\n\n",
        "seven.",
    ]
    assert list(blocks(["one two\nthree four"], 6)) == ["one two\n", "three four"]
    assert list(blocks(["one two three"], 5)) == ["one two", " three"]
    assert list(blocks(["x" * 25], 10)) == ["x" * 10, "x" * 15]
