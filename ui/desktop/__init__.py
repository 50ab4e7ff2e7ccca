"""What the desktop shows of us: notifications with actions, and how quiet they are."""
