"""File formats, one a module.

To add a format, add one module here that ends with ``FORMATS.add(Format(…))`` (``directory.
file_formats``): its ``read`` gives rows of text by column, or a problem where a row cannot be read.
Whoever reads files looks into ``FORMATS``; nothing else is touched.
"""
