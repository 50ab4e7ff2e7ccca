"""What keeps a workspace safe, and lets people go from it: backups, restoring, erasing."""
