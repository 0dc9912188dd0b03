"""Strategies of the user: files from a folder of their own, put here when a stage is packaged.

On the user's machine the folder itself is looked through: see ``chalicelib.strategies``.
"""
