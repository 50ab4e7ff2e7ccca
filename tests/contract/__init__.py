"""What every connector must do: the shared test class and the stage it plays on."""
