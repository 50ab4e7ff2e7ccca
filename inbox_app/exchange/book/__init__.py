"""The history book: HTML pages that a browser reads from a folder, without a network and without Portavoce.

`pages` is the frame of every page and what it may do; `messages` writes what was said; `chapters` puts conversations on
pages, month by month; `contents` leads there by month, channel, member and post; `words` is what its search looks
through; `files` brings attachments along so that none of them can run; `writing` makes the whole.
"""
