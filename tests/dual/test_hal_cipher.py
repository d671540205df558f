"""AES and AES-GCM against published answers, and what damage does."""

from hal.cipher import aes_block, gcm
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
