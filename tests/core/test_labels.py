import pytest

from core.labels import in_line, is_cut, visible

FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        (b"", ""),
        (b"cat", "cat"),
        (b" cat", "␣cat"),
        (b"\n", "⏎"),
        (b"\r\n", "⟨U+000D⟩⏎"),
        (b"\t\0\x1b\x7f", "⇥⟨U+0000⟩⟨U+001B⟩⟨U+007F⟩"),
        ("\u202e".encode(), "⟨U+202E⟩"),
        ("\u2029\u00a0\u0085\u00ad".encode(), "⟨U+2029⟩⟨U+00A0⟩⟨U+0085⟩⟨U+00AD⟩"),
        ("\U0010ffff\u3164".encode(), "⟨U+10FFFF⟩⟨U+3164⟩"),
        ("❤\ufe0f\U000e0100".encode(), "❤⟨U+FE0F⟩⟨U+E0100⟩"),
        ("\ufe0f".encode(), "⟨U+FE0F⟩"),
        (FAMILY.encode(), "👩⟨U+200D⟩👩⟨U+200D⟩👧"),
        ("\u0301".encode(), "◌\u0301"),
        ("e\u0301".encode(), "e\u0301"),
        (" \u0301".encode(), "␣\u0301"),
        (b"\xf0\x9f", "⟨F0 9F⟩"),
        (b"a\xffb", "a⟨FF⟩b"),
        ("中文שלום".encode(), "中文שלום"),
    ],
)
def test_labels_show_what_the_eye_would_miss(raw, label):
    assert visible(raw) == label


@pytest.mark.parametrize("label", ["␣שלום", "مرحبا", "a\u05d0"])
def test_in_a_line_nothing_changes_sides_with_a_label_from_right_to_left(label):
    assert in_line(label) == f"{label}\u200e"


@pytest.mark.parametrize("label", ["", "␣cat", "⟨U+202E⟩", "日本", "👩"])
def test_other_labels_stay_as_they_are_in_a_line(label):
    assert in_line(label) == label


def test_parts_of_a_character_are_known():
    cat = "🐈".encode()
    assert [is_cut(cat[:n]) for n in (1, 3, 4)] == [True, True, False]
    assert not is_cut(b" cat")
