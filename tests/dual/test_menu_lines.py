"""Text in columns."""

from lcd_menu.lines import VALUE_LINES_MAX, beside, fit, view, width


def test_a_line_has_exactly_the_columns_of_the_display():
    assert fit("", 3) == "   "
    assert fit("abc", 3) == "abc"
    assert fit("abcd", 3) == "abc"


def test_a_value_stands_at_the_right_and_a_long_label_gives_way():
    assert beside("ab", "12", 6) == "ab  12"
    assert beside("abcdef", "12", 6) == "abc 12"
    assert beside("abcdef", "12345", 6) == "12345 "
    assert beside("abcdef", "1234567", 6) == "123456"


def test_a_value_that_does_not_fit_beside_its_label_goes_below():
    assert view("ab", "1234", 7) == ["ab 1234"]
    assert view("ab", "12345", 7) == ["ab     ", "12345  "]
    assert view("ab", "one two three", 7) == ["ab     ", "one two", "three  "]
    assert view("ab", "12345678 9", 7) == ["ab     ", "1234567", "8 9    "]


def test_an_empty_value_leaves_its_line_empty():
    assert view("ab", "", 4) == ["ab  "]
    assert view("", "", 4) == ["    "]
    assert view("", "  ", 4) == ["    "]


def test_a_value_has_a_limit():
    assert len(view("", "x" * 4 * VALUE_LINES_MAX, 4)) == VALUE_LINES_MAX
    assert len(view("", "x" * 5 * VALUE_LINES_MAX, 4)) == VALUE_LINES_MAX


def test_a_wide_character_takes_two_columns():
    assert width("a电b") == 4
    assert fit("电表", 4) == "电表" and fit("电表", 3) == "电 "
    assert beside("电", "1", 5) == "电  1"
    assert view("电表设置", "12", 8) == ["电表设置", "12      "]
    assert view("", "电表电表", 5) == ["电表 ", "电表 "]
