"""What must hold, proven: unit, contract, real servers, window, whole program, architecture."""
