"""What SNRM and UA negotiate."""

from tests.dual.codec_checks import asserts, refused
from wire import hdlc_parameters


def test_parameters_are_written_and_read_alike():
    for parameters, text in (
        ((128, 128, 1, 1), "818012050180060180070400000001080400000001"),
        ((512, 512, 3, 3), "8180140502020006020200070400000003080400000003"),
    ):
        parameters = hdlc_parameters.Parameters(*parameters)
        assert hdlc_parameters.encode(parameters) == bytes.fromhex(text)
        assert hdlc_parameters.decode(bytes.fromhex(text)) == parameters
    assert hdlc_parameters.decode(b"") == hdlc_parameters.DEFAULTS
    assert hdlc_parameters.decode(b"\x81\x80\x03\x06\x01\xf8")[1] == 248
    assert hdlc_parameters.decode(b"\x81\x80\x03\x05\x01\x08")[0] == 8
    assert hdlc_parameters.decode(b"\x81\x80\x03\x63\x01\xf8") == hdlc_parameters.DEFAULTS


def test_a_proposal_says_what_is_not_the_default():
    for parameters, text in (
        ((128, 1), ""),
        ((2030, 1), "818008050207ee060207ee"),
        ((128, 7), "818012050180060180070400000007080400000007"),
    ):
        parameters = hdlc_parameters.symmetric(*parameters)
        assert hdlc_parameters.encode_proposal(parameters) == bytes.fromhex(text)
        assert hdlc_parameters.decode(bytes.fromhex(text)) == parameters


def test_parameters_that_make_no_sense_are_refused():
    for text in ("8180", "808000", "81800105", "818003050107", "818003070100", "81800605017f"):
        refused(hdlc_parameters.decode, bytes.fromhex(text))


def test_what_we_propose_has_limits():
    for least, window, good in (
        (8, 1, True),
        (2030, 7, True),
        (7, 1, False),
        (2031, 1, False),
        (128, 0, False),
        (128, 8, False),
    ):
        assert asserts(hdlc_parameters.symmetric, least, window) != good
