"""What services and apps give people as "your data", read as history (`inbox_app.contract.archive`).

`tree` opens a folder, a ZIP or a single file alike, `reading` makes batches with a cursor of what a `Telling` tells,
and `pieces` takes objects one by one out of JSON of any size.
"""
