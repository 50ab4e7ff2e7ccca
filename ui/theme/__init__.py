"""How everything looks: colours, fonts, icons, channel badges and avatars, in light and dark."""
