"""The operator's work with tapes: files, the archive's shelf, imports, exports and backfills."""
