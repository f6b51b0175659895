"""The matrix item × system as a text, a page, a workbook and data."""
