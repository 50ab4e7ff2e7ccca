"""The pictures of `docs/pictures`, all drawn by `make pictures`: the real window on a practice community of its own."""
