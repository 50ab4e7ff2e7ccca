"""Long lives told in one test: a year of reminders, histories linked and parted, every figure counted by hand."""
