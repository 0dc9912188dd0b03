"""docs/fees.md says what the data says."""

from chalicelib.fees.load import published
from tests.unit.fees.fee_doc import DOC, written


def test_fee_doc_lists_every_row_as_it_is() -> None:
    text = DOC.read_text("utf-8")
    assert text == written(text), "run python -m tests.unit.fees.fee_doc"
    for row in published().rows:
        assert f"| {row.name} |" in text
