"""Lists of facilities come in: read, check, plan, apply; all of it or nothing.

``operations.imports.run.import_facilities`` does it; ``placing`` finds regions and duplicates,
``planning`` compares with what is there, ``applying`` writes in bulk.
"""
