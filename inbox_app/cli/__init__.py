"""The `portavoce` command: everything the program does, without a window.

One module per family of subcommands, imported only when one of its commands is called, so that the command is quick
to start. Each gives `COMMANDS`, which `catalogue.py` names beforehand.
"""
