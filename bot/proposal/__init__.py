"""A document of `actions.proposal` as Markdown, as a page and as a PDF. Its texts may hold anything a client typed, so
each of the three writes them as text and nothing else."""
