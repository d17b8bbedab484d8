"""Where people talk to the bot. Each channel renders the same replies."""
