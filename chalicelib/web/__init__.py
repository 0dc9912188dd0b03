"""The HTTP interface: one contract, thin views, one shape of error."""
