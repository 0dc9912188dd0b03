"""The operator's tools. Never shipped to Lambda, never imported by chalicelib."""
