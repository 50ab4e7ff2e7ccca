"""Templates in the window: picked over the composer, kept on a page of their own."""
