"""Official documents: a template filled with plain data, and the document as Markdown, a page and a Word file."""
