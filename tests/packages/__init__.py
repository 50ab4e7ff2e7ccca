"""What `make package` built, tried as somebody who has no Python and no checkout."""
