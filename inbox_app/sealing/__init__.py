"""The key of an encrypted workspace, and how files beside its database are sealed with it."""
