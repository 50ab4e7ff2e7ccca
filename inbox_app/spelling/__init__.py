"""Spelling: which dictionaries this computer has, and the process that reads them and checks texts with them."""
