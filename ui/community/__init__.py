"""The community as a whole: everybody in it, who is new, what is asked, and how it goes."""
