"""Quizzing a trainee: questions made from the library and the catalog, and when each thing is asked again."""
