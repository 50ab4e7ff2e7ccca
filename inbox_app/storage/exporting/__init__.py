"""What leaves a workspace and comes back: what is chosen, records that lose nothing, and history to be read.

`scope` turns a selection into conditions; `records` says which rows make which record; `threads` tells conversations as
people read them; `reading` gives both of one moment of the database; `taking_in` puts records back.
"""
