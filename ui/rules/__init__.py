"""Rules in the window: written, tried before they are kept, put in order, looked back at and taken back."""
