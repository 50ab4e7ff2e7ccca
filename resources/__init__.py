"""Icons, themes, languages and the practice scenario, read through importlib.resources."""
