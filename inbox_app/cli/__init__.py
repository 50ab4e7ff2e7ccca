"""The portavoce command, one module per family of subcommands."""
