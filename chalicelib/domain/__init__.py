"""The vocabulary of the product: frozen values and pure rules, with no input or output."""
