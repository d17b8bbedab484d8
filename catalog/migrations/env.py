"""Alembic's way in. `catalog.store` runs it on a connection of its own, inside one transaction with the seeding."""
from alembic import context

from catalog.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
