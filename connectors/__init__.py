"""One folder per service; the catalogue of their manifests."""
