"""The program whole, from outside."""
