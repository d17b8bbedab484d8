"""Graph components of the Rasa pipeline: sentence encoder, hearing, intent classifier."""
