"""The subject access pack: all that is kept of one member, for that person, to read and for programs.

`pack` asks how much it is and writes it; `subject` is history as that person may see it; `record` is the same for
programs; `front` is what the first page says before anything else. https://gdpr-info.eu/art-15-gdpr/
"""
