"""AES and AES-GCM against published answers, and what damage does."""

import sys

from hal import cipher
from hal.cipher import aes_block, gcm
from hal.errors import Refused
from tests.dual.codec_checks import flipped, refused, truncated

H = bytes.fromhex

# Known answers of the trade: keys, title and counter as in the DLMS "Green Book" examples; the
# third is printed there, the others were computed by three implementations.
EK = H("000102030405060708090a0b0c0d0e0f")
AK = H("d0d1d2d3d4d5d6d7d8d9dadbdcdddedf")
IV = H("4d4d4d0000bc614e01234567")
PLAIN = H("c0010000080000010000ff0200")
CIPHERED = H("411312ff935a47566827c467bc")


def test_the_block_cipher_gives_the_answers_of_fips_197():
    plain = H("00112233445566778899aabbccddeeff")
    expected = H("69c4e0d86a7b0430d8cdb78070b4c55a")
    encrypt = aes_block(EK)
    assert encrypt(plain) == expected
    assert encrypt(plain + plain) == expected + expected
    assert aes_block(EK + H("101112131415161718191a1b1c1d1e1f"))(plain) == H(
        "8ea2b7ca516745bfeafc49904b496089"
    )


def test_a_message_authenticated_and_encrypted_is_that_of_the_green_book():
    aad = b"\x30" + AK
    sealed = CIPHERED + H("7d825c3be4a77c3fcc056b6b")
    assert gcm(EK).seal(IV, PLAIN, aad) == sealed
    assert gcm(EK).open(IV, sealed, aad) == PLAIN


def test_a_message_only_authenticated_is_all_in_the_additional_data():
    tag = H("06725d910f9221d263877516")
    assert gcm(EK).seal(IV, b"", b"\x10" + AK + PLAIN) == tag
    assert gcm(EK).open(IV, tag, b"\x10" + AK + PLAIN) == b""


def test_a_message_only_encrypted_has_the_same_ciphertext():
    assert gcm(EK).seal(IV, PLAIN, b"")[:-12] == CIPHERED
    assert gcm(EK).crypt(IV, PLAIN) == CIPHERED
    assert gcm(EK).crypt(IV, CIPHERED) == PLAIN
    assert gcm(EK).crypt(IV, b"") == b""


def test_the_two_steps_of_gmac_authentication_give_the_known_tags():
    client = H("4d4d4d0000000001") + H("00000001")
    assert gcm(EK).seal(client, b"", b"\x10" + AK + b"P6wRJ21F") == H("1a52fe7dd3e72748973c1e28")
    assert gcm(EK).seal(IV, b"", b"\x10" + AK + b"K56iVagY") == H("fe1466afb3dbcd4f9389e2b7")


def test_a_message_of_several_blocks_is_that_of_mcgrew_and_viega():
    key = H("feffe9928665731c6d6a8f9467308308")
    iv = H("cafebabefacedbaddecaf888")
    aad = H("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = H(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = H(
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
        "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
        "5bc94fbc3221a5db94fae95a"
    )
    assert gcm(key).seal(iv, plain, aad) == sealed
    assert gcm(key).open(iv, sealed, aad) == plain


def test_a_key_of_32_octets_seals_and_opens():
    # Test case 16 of the same paper
    key = H("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
    iv = H("cafebabefacedbaddecaf888")
    sealed = gcm(key).seal(iv, H("d9313225f88406e5a55909c5aff5269a"), b"")
    assert sealed[:16] == H("522dc1f099567d07f47f37a32a84427d")
    assert gcm(key).open(iv, sealed, b"") == H("d9313225f88406e5a55909c5aff5269a")


def test_any_bit_wrong_and_any_octet_missing_is_refused():
    cipher = gcm(EK)
    sealed = cipher.seal(IV, PLAIN, AK)
    for _, _, damaged in flipped(sealed):
        refused(cipher.open, IV, damaged, AK)
    for _, _, damaged in flipped(AK):
        refused(cipher.open, IV, sealed, damaged)
    for beginning in truncated(sealed):
        refused(cipher.open, IV, beginning, AK)
    refused(cipher.open, IV, sealed + b"\x00", AK)


def test_one_cipher_seals_and_opens_again_and_again():
    cipher = gcm(EK)
    for size in range(50):
        plain = bytes(range(size))
        assert cipher.open(IV, cipher.seal(IV, plain, b"x"), b"x") == plain


def test_blocks_are_decrypted_again():
    for key in (EK, EK + AK):
        assert cipher.aes_unblock(key)(aes_block(key)(PLAIN + IV + IV[:7])) == PLAIN + IV + IV[:7]


def test_keys_are_wrapped_as_in_rfc_3394():
    # Sections 4.1, 4.3 and 4.6, and the known answer of the trade
    key = H("00112233445566778899aabbccddeeff")
    kek = H("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    for wrapping, wrapped_key, text in (
        (kek[:16], key, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
        (kek, key, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
        (
            kek,
            key + kek[:16],
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        ),
        (b"\x31" * 16, kek[16:], "bb3037110b39ef16021efd80cb4d5e16b926553be20b8389"),
    ):
        assert cipher.wrap(wrapping, wrapped_key) == H(text)
        assert cipher.unwrap(wrapping, H(text)) == wrapped_key


def test_a_wrapped_key_with_any_bit_wrong_is_refused_and_shows_nothing():
    wrapped = cipher.wrap(EK, AK)
    for _, _, damaged in flipped(wrapped):
        assert not refused(cipher.unwrap, EK, damaged).data
    for beginning in truncated(wrapped):
        refused(cipher.unwrap, EK, beginning)
    refused(cipher.unwrap, EK, wrapped + bytes(8))
    refused(cipher.unwrap, AK, wrapped)


# RFC 6979, A.2.5 and A.2.6: keys, and signatures of "sample"
P256 = H("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
P256_PUBLIC = H(
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
)
P256_SIGNED = H(
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
)
P384 = H(
    "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8"
    "96d5724e4c70a825f872c9ea60d2edf5"
)
P384_PUBLIC = H(
    "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64"
    "def8f0ea9055866064a254515480bc13"
    "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1"
    "288b231c3ae0d4fe7344fd2533264720"
)
P384_SIGNED = H(
    "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"
    "81a648152e44acf96e36dd1e80fabe46"
    "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f"
    "a329c145786e679e7b82c71a38628ac8"
)


def test_signatures_are_made_and_checked_on_cpython_and_refused_elsewhere():
    keys = ((P256, P256_PUBLIC, P256_SIGNED), (P384, P384_PUBLIC, P384_SIGNED))
    for private, public, signed in keys:
        if sys.implementation.name == "micropython":
            for call in ((cipher.sign, private, b""), (cipher.verify, public, b"", signed)):
                try:
                    call[0](*call[1:])
                except Refused as error:
                    assert "CPython" in str(error)
                    continue
                raise AssertionError("not refused")
            continue
        assert cipher.verify(public, b"sample", signed)
        assert cipher.verify(public, b"test", cipher.sign(private, b"test"))
        assert not cipher.verify(public, b"samplf", signed)
        assert not cipher.verify(public, b"sample", signed[:-1] + b"\x00")
        assert not cipher.verify(public, b"sample", signed[:-1])
        half = len(signed) // 2
        assert not cipher.verify(public, b"sample", signed[:half] + b"\x00" + signed[half:])
