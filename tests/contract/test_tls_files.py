"""What the files of TLS must be, and what is said of those that are not."""

import os

from hal import tls
from tests.contract.tls_helpers import FILES, refused
from tests.kept import refusal


def kept(name, text):
    """The path of a file with this text."""
    path = os.getenv("DUAL_TMP") + "/" + name
    with open(path, "w") as file:
        file.write(text)
    return path


def text_of(name):
    with open(FILES + name) as file:
        return file.read()


def test_a_file_has_so_many_octets_and_certificates_and_no_more():
    one = text_of("ca.pem")
    blank = tls.FILE_MAX - len(one)
    assert refusal(tls.load, kept("long.pem", one + blank * "\n")) == ""
    too_long = kept("long.pem", one + (blank + 1) * "\n")
    assert "more than 65536 octets" in refusal(tls.load, too_long)
    assert refusal(tls.load, kept("many.pem", tls.ROOTS_MAX * one)) == ""
    assert "65 certificates, of which TLS takes 64" in refusal(
        tls.load, kept("many.pem", (tls.ROOTS_MAX + 1) * one)
    )


def test_what_is_no_text_or_no_certificate_is_refused():
    with open(kept("octets.pem", ""), "wb") as file:
        file.write(b"\xff\xfe-----BEGIN CERTIFICATE-----")
    assert "not PEM" in refusal(tls.load, os.getenv("DUAL_TMP") + "/octets.pem")
    no_certificate = text_of("dcu.key").replace("PRIVATE KEY", "CERTIFICATE")
    assert "not a certificate" in refusal(tls.load, kept("key.pem", no_certificate))


def test_files_that_have_not_changed_give_back_the_context_that_is_known():
    paths = [kept(name, text_of(name)) for name in ("ca.pem", "dcu.pem", "dcu.key")]
    known = tls.load(*paths)
    assert tls.load(*paths, known=known) is known
    assert tls.load(paths[0], known=known) is not known
    kept("ca.pem", text_of("ca.pem") + text_of("expired.pem"))
    assert tls.load(*paths, known=known) is not known


def test_a_file_says_until_when_it_is_valid():
    assert tls.valid_until(FILES + "ca.pem") == (4_102_444_800, "2100-01-01")
    assert tls.valid_until(kept("two.pem", text_of("ca.pem") + text_of("expired.pem"))) == (
        978_307_200,
        "2001-01-01",
    )


def test_what_a_file_must_be_is_said_when_it_is_loaded():
    def said(*names):
        return refusal(tls.load, *[name and FILES + name for name in names])

    assert "tests/tls/nothing.pem: does not exist" in said("nothing.pem")
    assert "no certificate in PEM" in said("hes.key")
    assert "a certificate needs its key" in said("ca.pem", "hes.pem")
    assert "a certificate needs its key" in said("ca.pem", "", "hes.key")
    assert "0 private keys in PEM" in said("ca.pem", "hes.pem", "hes.pem")
    assert "does not belong to the certificate" in said("ca.pem", "hes.pem", "dcu.key")
    assert "encrypted" in said("ca.pem", "dcu.pem", "locked.key")
    assert "encrypted" in said("ca.pem", "dcu.pem", "locked-old.key")
    assert said("ca.pem", "dcu.pem", "dcu-old.key") == ""
    assert said("ca.pem", "dcu.pem", "dcu.key") == ""


def test_no_error_has_a_part_of_a_key_in_it():
    with open(FILES + "dcu.key") as file:
        letters = file.read().split("\n")[1]
    for files in (
        ("ca.pem", "hes.pem", "dcu.key"),
        ("dcu.key", "", ""),
        ("ca.pem", "dcu.key", "x"),
    ):
        text = refusal(tls.load, *[name and FILES + name for name in files])
        assert text and letters[:8] not in text, text


def test_nothing_that_holds_a_key_shows_it():
    key = b"the key"
    identity = tls.Identity(("", "", ""), [], [], key)
    assert identity.key == key and "the key" not in repr(identity) + str(identity)


def test_a_chain_of_our_own_is_sent_or_refused_never_cut():
    try:
        server = tls.load("", FILES + "chain.pem", FILES + "below.key")
    except tls.Refused as error:
        assert "2 certificates, of which TLS takes 1 here" in str(error)
        return
    assert refused(server=server).near, "who knows the CA alone trusts the chain"
