"""What an operator may read and change: the same code behind the API and the command line."""
