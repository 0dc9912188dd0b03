"""The product: runtime code and nothing else; everything here ships to Lambda."""
