"""Rows of CSV files, as the portal writes them and as LibreOffice does."""

import csv
import io


def csv_rows(data, separator=","):
    """A dictionary for each row, by the heads; the mark of UTF-8 at the start is no part of them."""
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
