"""The face: values in, text out."""
