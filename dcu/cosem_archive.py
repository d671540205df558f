"""COSEM objects of the meter archive as its CSV: a HES that is told of an unknown meter answers
with its row. docs/cosem-objects.md.

What a row says of passwords and keys is taken by a ciphered association only, as nobody reads on
the way what it says.
"""

from dcu.cosem_text import text_rows


def archive_rows(dcu):
    def text():
        return dcu.archive.export_csv()

    def take(text):
        dcu.archive.import_csv(text, takes_secrets=dcu.cosem_keys.security() is not None)

    name = "meter archive, CSV: rows written take the place of those of their MP, all or none"
    refusal = "why the last rows of the archive were denied; empty: they were taken"
    whole, why = ("0.0.96.134.1.255", name), ("0.0.96.134.2.255", refusal)
    return text_rows(text, take, whole, why)
