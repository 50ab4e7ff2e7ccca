"""What runs by itself: engine, runners, sender, recovery, pace, scheduler."""
