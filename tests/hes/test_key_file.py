"""The file of --dcu-key: what is taken, and what is said of a wrong one."""

import pytest

from hes_stub.errors import HesError
from hes_stub.key_file import from_argument

EK, AK, KEK = "00112233445566778899AABBCCDDEEFF", "d" * 32, "e" * 64


def taken(tmp_path, text):
    file = tmp_path / "keys"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return from_argument("--dcu-key", f"@{file}")


def test_keys_are_taken_as_the_dcu_names_them_too(tmp_path):
    for text in (
        f"ek={EK}\nak={AK}\nkek={KEK}",
        f"# all\r\n\r\ncosem.kek={KEK}\r\n COSEM.AK = {AK.upper()} \r\ncosem.ek={EK.lower()}\r\n",
    ):
        keys = taken(tmp_path, text)
        assert (keys.pair.ek.hex().upper(), keys.pair.ak.hex(), keys.kek.hex()) == (EK, AK, KEK)
        assert EK not in repr(keys) + repr(keys.pair)
    assert taken(tmp_path, f"ek={EK}{EK}\nak={AK}{AK}").kek == b""
    assert from_argument("--dcu-key", None) is None


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "no line ek="),
        (f"ek={EK}\n", "no line ak="),
        (f"ek={EK}\nak={AK}\nek={EK}\n", "line 3: ek a second time"),
        (f"ek={EK}\nak={AK}{AK}\n", "not of one length"),
        (f"ek={EK}\nak={AK[1:]}\n", "line 2: ak must be 32 or 64"),
        (f"ek={EK}\nak={'x' * 32}\n", "line 2: ak must be 32 or 64"),
        (f"ek={EK}\nak={AK}\nkek=\n", "line 3: kek must be 32 or 64"),
        (f"{EK}\n{AK}\n", "line 1 does not begin with"),
        (b"\xff\xfe\x00", "line 1 does not begin with"),
    ],
)
def test_a_wrong_file_is_told_with_what_mends_it_and_without_the_keys(tmp_path, text, told):
    with pytest.raises(HesError) as failure:
        taken(tmp_path, text)
    said = str(failure.value)
    assert told in said and str(tmp_path / "keys") in said and "ek=HEX" in said
    assert EK[:8] not in said and AK[:8] not in said


def test_a_file_that_is_not_there_and_a_key_on_the_command_line_are_told(tmp_path):
    for text, told in ((f"@{tmp_path}/none", "put the key in that file"), (EK, "takes @FILE")):
        with pytest.raises(HesError, match=told) as failure:
            from_argument("--dcu-key", text)
        assert EK not in str(failure.value)
