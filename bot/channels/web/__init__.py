"""The website (`make serve`). Its addresses are listed in bot/channels/README.md.

- app: the server: routes, headers, errors
- desk: one answer for each message, whatever happens to the connection
- sessions: signed cookies, so that nobody can choose, guess or read another's conversation
- guests: who comes, and not too often
- asked: bodies of requests, checked; limits: how many of them
- take_away: proposals and calls for a person
- assets: the page's files and the articles' pictures
"""
