"""What was told, weighed: completed, what would be worth asking, what is recommended. Each part is worked out when it
is first asked for, and the last few are kept, since a conversation comes back to what was weighed before."""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import cached_property

from catalog.things import Catalog
from sizing.assess import Assessor
from sizing.complete import complete
from sizing.need import Completed
from sizing.recommend import Question, Recommendation, questions, recommend
from sizing.told import Told

KEPT = 8


class Weighed:
    """One need, as it was told."""

    def __init__(self, told: Told, catalog: Catalog) -> None:
        self._told, self._catalog = told, catalog
        self.completed = complete(told, catalog)

    @cached_property
    def _assessor(self) -> Assessor | None:
        return None if self.completed.need is None else Assessor(self.completed.need, self._catalog)

    @cached_property
    def questions(self) -> list[Question]:
        """See `sizing.recommend.questions`."""
        return questions(self._told, self._catalog, self.completed, self._assessor)

    @cached_property
    def recommendation(self) -> Recommendation | Completed:
        """See `sizing.recommend.recommend`."""
        return recommend(self._told, self._catalog, self.completed, self._assessor)


_kept: OrderedDict[tuple[int, str], Weighed] = OrderedDict()  # a catalog's id is its own while what holds it is kept


def weighed(told: Told, catalog: Catalog) -> Weighed:
    """`told` must be plain JSON, as it travels in the tracker."""
    key = id(catalog), json.dumps(told, sort_keys=True)
    if key not in _kept:
        _kept[key] = Weighed(json.loads(key[1]), catalog)  # a copy: the caller's may change
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]
